//! What browsers ask for beside answers: methods, whether a page of another site may, and compression.

use axum::http::Method;
use serde_json::json;

use super::*;

const JSON: (&str, &str) = ("content-type", "application/json");
const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.example.com");

#[tokio::test]
async fn whoever_asks_for_the_methods_is_told() {
    let served = Served::start().await;
    for (path, allow) in [("/graphql", "GET,HEAD,POST"), ("/files", "POST"), ("/healthz", "GET,HEAD")] {
        let answer = served.send(Method::OPTIONS, path, &[], Body::empty()).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (204, allow), "{path}");
    }
    assert_eq!(served.send(Method::OPTIONS, "/nowhere", &[], Body::empty()).await.status, 404);
    for path in ["/healthz", "/graphql?query=%7B__typename%7D", "/metrics"] {
        let answer = served.send(Method::HEAD, path, &[], Body::empty()).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn a_page_of_a_site_that_is_named_may_ask_and_read() {
    let served = Served::start().await;
    let asks = [APP, ("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
    let answer = served.send(Method::OPTIONS, "/graphql", &asks, Body::empty()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example.com");
    assert_eq!(answer.header("access-control-allow-methods"), "GET,HEAD,POST");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(answer.header("access-control-max-age"), "7200");

    let cross = [JSON, APP, ("sec-fetch-site", "cross-site")];
    for (body, status) in [("{\"query\":\"{ __typename }\"}", 200), ("nonsense", 400)] {
        let answer = served.post("/graphql", &cross, body).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), "https://app.example.com");
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        for shown in ["x-request-id", "server-timing", "retry-after"] {
            assert!(answer.header("access-control-expose-headers").contains(shown), "{shown}");
        }
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_page_of_any_other_site_may_nothing() {
    let served = Served::start().await;
    let asks = [EVIL, ("access-control-request-method", "POST")];
    let answer = served.send(Method::OPTIONS, "/graphql", &asks, Body::empty()).await;
    assert_eq!((answer.header("access-control-allow-origin"), answer.header("access-control-allow-methods")), ("", ""));
    let answer = served.post("/graphql", &[JSON, EVIL], "{\"query\":\"{ __typename }\"}").await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (403, ""));
    let answer = served.get("/graphql?query=%7B__typename%7D", &[EVIL]).await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, ""));
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
}

/// A query whose answer is long.
fn long() -> String {
    let fields: String = (0..50).map(|at| format!("field_of_a_long_answer_{at}: __typename ")).collect();
    json!({ "query": format!("{{ {fields} }}") }).to_string()
}

#[tokio::test]
async fn a_long_answer_is_compressed_as_its_reader_accepts() {
    let served = Served::start().await;
    for (accepted, encoding) in
        [("zstd", "zstd"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "zstd"), ("br", ""), ("gzip;q=0", "")]
    {
        let answer = served.post("/graphql", &[JSON, ("accept-encoding", accepted)], long()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, encoding), "{accepted}");
        assert_eq!(answer.body.len() < 1000, !encoding.is_empty(), "{}", answer.body.len());
        let vary: Vec<_> = answer.headers.get_all("vary").iter().map(|vary| vary.to_str().unwrap()).collect();
        assert_eq!(vary, ["accept", "accept-encoding", "origin"], "{accepted}");
    }
    let short = served.post("/graphql", &[JSON, ("accept-encoding", "gzip")], "{\"query\":\"{ __typename }\"}").await;
    assert_eq!(short.header("content-encoding"), "");
}

#[tokio::test]
async fn what_a_page_of_another_site_lets_a_browser_ask_is_not_compressed() {
    let served = Served::start().await;
    let fields: String = (0..50).map(|at| format!("field_of_a_long_answer_{at}:__typename,")).collect();
    let path = format!("/graphql?query=%7B{fields}%7D");
    let asked = async |site: &str| {
        let answer = served.get(&path, &[("accept-encoding", "gzip"), ("sec-fetch-site", site)]).await;
        answer.header("content-encoding").to_owned()
    };
    assert_eq!((&*asked("none").await, &*asked("cross-site").await, &*asked("same-site").await), ("gzip", "", ""));
}
