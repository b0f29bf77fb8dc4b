//! Ids, refusals, headers, counters, time limits, panics, other sites, and stopping.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::http::{Crowd, Listeners, serve};

async fn staged() -> Served {
    Served::with(|_| Arc::new(Staged)).await
}

async fn execute(served: &Served, query: &str) -> Answer {
    let body = format!("{{\"query\":\"{query}\"}}");
    served.post("/graphql", &[("content-type", "application/json")], body).await
}

#[tokio::test]
async fn the_process_lives_and_the_database_is_ready() {
    let served = Served::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(served.get(path, &[]).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_its_id_and_answers_are_safe() {
    let served = Served::start().await;
    let answer = served.get("/healthz", &[("x-request-id", "mine-1")]).await;
    assert_eq!(answer.header("x-request-id"), "mine-1");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = served.get("/healthz", &[("x-request-id", "not mine")]).await;
    assert_eq!(answer.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_one_shape() {
    let served = Served::start().await;
    for (method, path, status, code, allow) in [
        (Method::GET, "/nowhere", 404, "NOT_FOUND", ""),
        (Method::GET, "/files/nonsense", 404, "NOT_FOUND", ""),
        (Method::GET, "/files/asset_01h455vb4pex5vsknk084sn02q", 404, "NOT_FOUND", ""),
        (Method::DELETE, "/graphql", 405, "BAD_USER_INPUT", "GET,HEAD,POST"),
        (Method::GET, "/files", 405, "BAD_USER_INPUT", "POST"),
        (Method::POST, "/healthz", 405, "BAD_USER_INPUT", "GET,HEAD"),
    ] {
        let answer = served.send(method, path, &[], Body::empty()).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{path}");
        assert_eq!(answer.header("allow"), allow, "{path}");
        assert!(answer.json()["errors"][0]["message"].is_string());
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_error_with_an_id() {
    let answer = execute(&staged().await, "panic").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (500, "INTERNAL"));
    assert!(answer.json()["errors"][0]["extensions"]["errorId"].is_string());
    assert!(!String::from_utf8_lossy(&answer.body).contains("told to"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_stopped() {
    let answer = execute(&staged().await, "hang").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "UNAVAILABLE"));
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing_and_other_names_reach_nothing() {
    let served = staged().await;
    let foreign = [("content-type", "application/json"), ("origin", "https://evil.example.com")];
    let answer = served.post("/graphql", &foreign, "{\"query\":\"x\"}").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "FORBIDDEN"));
    assert_eq!(served.post("/files", &foreign, "x").await.status, 403);
    let own = [("content-type", "application/json"), ("origin", "https://example.org")];
    assert_eq!(served.post("/graphql", &own, "{\"query\":\"x\"}").await.status, 200);
    assert_eq!(served.get("/healthz", &[("host", "evil.example.com")]).await.status, 421);
    assert_eq!(served.get("/healthz", &[("host", "example.org")]).await.status, 200);
}

#[tokio::test]
async fn the_counters_know_routes_and_no_addresses() {
    let served = staged().await;
    served.get("/files/some-secret-name", &[]).await;
    served.get("/another-name", &[]).await;
    execute(&served, "x").await;
    let answer = served.get("/metrics", &[]).await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(
        text.contains(r#"reprograph_http_requests_total{method="GET",route="/files/{id}",status="404"}"#),
        "{text}"
    );
    assert!(text.contains(r#"route="none",status="404"}"#), "{text}");
    for name in ["reprograph_graphql_statements_bucket", "reprograph_database_connections_open{pool=\"writer\"} 1"] {
        assert!(text.contains(name), "{name} is missing in {text}");
    }
    assert!(!text.contains("secret") && !text.contains("another-name"), "{text}");
}

/// Sends the head and the body of a request, and reads the answer to its end.
async fn exchange(stream: &mut TcpStream, query: &str) -> String {
    let body = format!("{{\"query\":\"{query}\"}}");
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let text = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A connection that is cut off reads as what came until then.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn listening(listener: TcpListener, served: &Served) -> Listeners {
    let crowd = Crowd { most: 1000, most_each: 1000, proxies: Vec::new() };
    Listeners { listening: vec![(listener, served.router())], crowd }
}

/// A server that is told to stop after 100 ms, with a request that runs, and how long it took to stop.
async fn stopped_during(query: &'static str, grace: Duration) -> (String, Duration) {
    let served = staged().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let began = std::time::Instant::now();
    let stop = tokio::time::sleep(Duration::from_millis(100));
    let serving = tokio::spawn(serve(listening(listener, &served), stop, grace));
    // One that asks for nothing must not hold the server up.
    let idle = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    let answer = tokio::spawn(async move { exchange(&mut busy, query).await });
    serving.await.unwrap();
    let took = began.elapsed();
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
    answer.abort();
    (answer.await.unwrap_or_default(), took)
}

#[tokio::test]
async fn a_server_that_stops_lets_running_requests_finish() {
    let (answer, took) = stopped_during("sleep", Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\"done\"}"), "{answer}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn a_server_that_stops_waits_no_longer_than_its_grace() {
    let (_, took) = stopped_during("hang", Duration::from_millis(300)).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_sends_all_before_it_reads() {
    let served = staged().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let forever = std::future::pending::<()>();
    let serving = tokio::spawn(serve(listening(listener, &served), forever, Duration::ZERO));
    let piece = vec![b' '; 1 << 20];
    for path in ["/graphql", "/files", "/nowhere"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let size = piece.len() * 32;
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
        let head = format!("{head}content-length: {size}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..32 {
            stream.write_all(&piece).await.unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
    serving.abort();
}
