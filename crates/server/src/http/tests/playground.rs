//! The playground: a page for everybody, whose files are named by what they hold.

use super::*;

/// The addresses in a page that are given by this attribute.
fn named<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begins = format!("{attribute}=\"");
    let values = page.split(&begins).skip(1).filter_map(|rest| rest.split_once('"'));
    values.map(|(value, _)| value).filter(|value| value.starts_with("playground/")).collect()
}

/// The path of the script that the page names.
async fn script(served: &Served) -> String {
    let page = served.get("/", &[]).await;
    format!("/{}", named(str::from_utf8(&page.body).unwrap(), "src")[0])
}

#[tokio::test]
async fn a_stranger_gets_the_page_and_all_that_it_names() {
    let served = Served::start().await;
    let page = served.as_nobody(Method::GET, "/", &[], Body::empty()).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let text = str::from_utf8(&page.body).unwrap();
    let names = [named(text, "src"), named(text, "href")].concat();
    assert_eq!(names.len(), 3, "{text}");
    for (name, media_type) in names.iter().zip(["text/javascript", "text/plain", "text/css"]) {
        let file = served.as_nobody(Method::GET, &format!("/{name}"), &[], Body::empty()).await;
        assert_eq!(file.status, 200, "{name}");
        assert_eq!(file.header("content-type"), format!("{media_type}; charset=utf-8"));
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
    let (other, _) = names[0].rsplit_once('/').unwrap();
    for missing in [format!("/{other}/version"), "/playground/0000000000000000/app.js".into(), "/playground".into()] {
        assert_eq!(served.get(&missing, &[]).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_browser_that_has_the_page_hears_the_policy_again() {
    let served = Served::start().await;
    let page = served.get("/", &[]).await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; ") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let known = [("if-none-match", page.header("etag"))];
    for path in ["/".to_owned(), script(&served).await] {
        let again = served.get(&path, &known).await;
        assert_eq!((again.status.as_u16(), again.body.len(), again.header("etag")), (304, 0, page.header("etag")));
    }
    let again = served.get("/", &known).await;
    assert_eq!((again.header("content-security-policy"), again.header("cache-control")), (&*policy, "no-cache"));
}

#[tokio::test]
async fn what_is_large_comes_as_its_reader_accepts() {
    let served = Served::start().await;
    let path = script(&served).await;
    let plain = served.get(&path, &[]).await.body;
    assert!(plain.len() > 1_000_000 && str::from_utf8(&plain).is_ok());
    for (accepted, encoding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip", "gzip"),
        ("identity", ""),
    ] {
        let answer = served.get(&path, &[("accept-encoding", accepted)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, encoding), "{accepted}");
        assert_eq!(answer.body.len() * 2 < plain.len(), !encoding.is_empty(), "{accepted}");
        let vary: Vec<_> = answer.headers.get_all("vary").iter().map(|vary| vary.to_str().unwrap()).collect();
        assert_eq!(vary, ["accept-encoding", "origin"], "{accepted}");
    }
}
