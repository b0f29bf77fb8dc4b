//! One suite behind a real reverse proxy that shows the server under `/a/b`: every address that is printed works there.

use reqwest::StatusCode;
use serde_json::json;
use tests::database::Kind;
use tests::nginx::Nginx;

use super::kit::{ATTACH, Answer, Asker, Program};

/// A program behind nginx that knows the address under which it is shown.
async fn start(kind: Kind) -> Option<(Program, Nginx)> {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.toml");
    std::fs::write(&settings, "").unwrap();
    let mut program = Program::with(kind, &["--config", settings.to_str().unwrap()]).await?;
    let nginx = Nginx::start(program.process.address()).await?;
    program.process.kill().await;
    std::fs::write(&settings, format!("public_url = \"{}\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n", nginx.url()))
        .unwrap();
    program.process.restart().await;
    Some((program, nginx))
}

async fn get(program: &Program, url: &str) -> Answer {
    Answer::read(program.client().get(url).send().await.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_behind_a_proxy_under_a_path() {
    for kind in Kind::ALL {
        let Some((program, nginx)) = start(kind).await else { continue };
        let asker = Asker { client: program.client().clone(), base: nginx.url() };
        for path in ["/healthz", "/readyz"] {
            assert_eq!(get(&program, &(nginx.url() + path)).await.status, StatusCode::OK, "{path}");
        }
        let page = get(&program, &(nginx.url() + "/")).await;
        let script = page.text().split("src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let script = get(&program, &format!("{}/{script}", nginx.url())).await;
        assert_eq!((page.status, script.status), (StatusCode::OK, StatusCode::OK));

        let create = r#"mutation { createProject(input: { name: "One", slug: "one" }) { project { id } } }"#;
        let project = asker.data(create, json!({})).await["createProject"]["project"]["id"].clone();
        let create = r#"mutation($p: ID!) { createPaper(input: { projectId: $p, title: "A" }) { paper { id } } }"#;
        let paper = asker.data(create, json!({ "p": project })).await["createPaper"]["paper"]["id"].clone();

        let bytes = vec![7_u8; 20 << 20];
        let upload = asker.post("/files?name=a.pdf", "application/pdf", bytes.clone()).await.unwrap();
        let id = upload.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(upload.status, StatusCode::CREATED);
        assert_eq!(upload.header("location"), format!("{}/files/{id}", nginx.url()));
        asker.data(ATTACH, json!({ "p": paper, "u": id })).await;

        let query = "query($p: ID!) { paper(id: $p) { assets { nodes { url } } } }";
        let data = asker.data(query, json!({ "p": paper })).await;
        let url = data["paper"]["assets"]["nodes"][0]["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with(&format!("{}/files/asset_", nginx.url())), "{url}");
        assert_eq!(get(&program, &url).await.body, bytes);
        let part = asker.client.get(&url).header("range", "bytes=5-9").send().await.unwrap();
        assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().len()), (206, 5));

        let by_get = get(&program, &(nginx.url() + "/graphql?query=%7Bpapers%7BtotalCount%7D%7D")).await;
        assert_eq!(by_get.json()["data"]["papers"]["totalCount"], 1);
        let missing = get(&program, &(nginx.url() + "/files/asset_01h455vb4pex5vsknk084sn02q")).await;
        assert_eq!((missing.status.as_u16(), &*missing.code()), (404, "NOT_FOUND"));
        let elsewhere = get(&program, &format!("http://{}/graphql?query=%7B__typename%7D", nginx.address())).await;
        assert_eq!(elsewhere.status, 404, "only what is under the path is shown");
        assert_eq!(program.get("/readyz", &[]).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_write_nothing_through_the_proxy() {
    let Some((_program, nginx)) = start(Kind::Sqlite).await else { return };
    let send = async |headers: &[(&str, &str)]| {
        let mut request =
            tests::http::client().post(nginx.url() + "/graphql").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(r#"{"query": "{ __typename }"}"#).send().await.unwrap().status().as_u16()
    };
    let own = format!("http://{}", nginx.address());
    assert_eq!(send(&[]).await, 200);
    assert_eq!(send(&[("origin", &own), ("sec-fetch-site", "same-origin")]).await, 200);
    assert_eq!(send(&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]).await, 403);
}
