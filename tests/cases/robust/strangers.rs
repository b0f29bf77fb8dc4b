//! Files of others: who does not see a project gets the very answer that there is for what does not exist.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, request::Parts as Head};
use domain::account::{Role, User};
use domain::{Id, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use server::http::{Authenticate, Refusal};
use storage::{Store, viewers};
use tests::app::App;
use tests::database::Kind;
use tower::ServiceExt;

/// Whoever a request says that it is, which no real server believes.
struct ByName(Store);

impl Authenticate for ByName {
    fn viewer<'a>(&'a self, head: &'a Head) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        let user: Id<User> = head.headers["x-user"].to_str().unwrap().parse().unwrap();
        async move { Ok(viewers::viewer(&self.0, user).await.unwrap().unwrap()) }.boxed()
    }
}

/// The status, the headers that do not differ from request to request, and the body.
async fn send(router: &axum::Router, request: Request<Body>) -> (u16, Vec<(String, String)>, String) {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let mut headers: Vec<_> = head
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date", "server-timing"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (head.status.as_u16(), headers, String::from_utf8(body.to_vec()).unwrap())
}

fn request(method: &str, path: &str, user: Id<User>, body: impl Into<Body>) -> Request<Body> {
    let request =
        Request::builder().method(method).uri(path).header("host", "localhost").header("x-user", user.to_string());
    request.header("content-type", "application/pdf").body(body.into()).unwrap()
}

async fn data(app: &App, user: Id<User>, query: &str, variables: Value) -> Value {
    let (answer, _) = app.ask(user, query, variables).await;
    assert!(answer.errors.is_empty(), "{answer:?}");
    answer.data.into_json().unwrap()
}

const ATTACH: &str = "mutation($p: ID!, $u: ID!) { attachPaperPdf(input: { id: $p, uploadId: $u }) { paper {
    assets { nodes { id } } } } }";

#[tokio::test]
async fn a_strangers_file_is_as_one_that_does_not_exist() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let router = app.served(Arc::new(ByName(app.store.clone())));
        let (ada, bob) = (app.user("ada", Role::User).await, app.user("bob", Role::User).await);
        let create = r#"mutation { createProject(input: { name: "One", slug: "one" }) { project { id } } }"#;
        let project = data(&app, ada, create, json!({})).await["createProject"]["project"]["id"].clone();
        let create = r#"mutation($p: ID!) { createPaper(input: { projectId: $p, title: "A" }) { paper { id } } }"#;
        let paper = data(&app, ada, create, json!({ "p": project })).await["createPaper"]["paper"]["id"].clone();
        let (status, _, answer) = send(&router, request("POST", "/files?name=a.pdf", ada, "secret")).await;
        assert_eq!(status, 201, "{answer}");
        let upload = serde_json::from_str::<Value>(&answer).unwrap()["id"].clone();
        // An upload is its sender's alone.
        let (answer, _) = app.ask(bob, ATTACH, json!({ "p": paper, "u": upload })).await;
        assert!(format!("{answer:?}").contains("NOT_FOUND"), "{answer:?}");
        let attached = data(&app, ada, ATTACH, json!({ "p": paper, "u": upload })).await;
        let asset = attached["attachPaperPdf"]["paper"]["assets"]["nodes"][0]["id"].as_str().unwrap().to_owned();

        let (status, _, body) = send(&router, request("GET", &format!("/files/{asset}"), ada, "")).await;
        assert_eq!((status, body.as_str()), (200, "secret"));
        let missing = "/files/asset_01h455vb4pex5vsknk084sn02q";
        for method in ["GET", "HEAD"] {
            let theirs = send(&router, request(method, &format!("/files/{asset}"), bob, "")).await;
            assert_eq!(theirs.0, 404);
            assert_eq!(theirs, send(&router, request(method, missing, bob, "")).await, "{kind:?} {method}");
        }
        let delete = "mutation($p: ID!) { deletePaper(input: { id: $p }) { deletedId } }";
        data(&app, ada, delete, json!({ "p": paper })).await;
        let deleted = send(&router, request("GET", &format!("/files/{asset}"), ada, "")).await;
        assert_eq!(deleted, send(&router, request("GET", missing, ada, "")).await, "what is deleted is hidden");
    }
}
