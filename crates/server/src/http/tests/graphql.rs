//! GraphQL over HTTP: media types, status codes, and what is refused.

use axum::http::Method;
use serde_json::json;

use super::*;

const JSON: (&str, &str) = ("content-type", "application/json");
const MODERN: (&str, &str) = ("accept", "application/graphql-response+json");

#[tokio::test]
async fn an_answer_has_the_media_type_and_the_status_that_the_client_reads() {
    let served = Served::start().await;
    for (document, modern, legacy) in [
        ("{ __typename }", 200, 200),
        ("{", 400, 200),
        ("{ nothing }", 400, 200),
        ("query A { __typename } query B { __typename }", 400, 200),
        ("subscription { __typename }", 400, 200),
    ] {
        let body = json!({ "query": document }).to_string();
        let answer = served.post("/graphql", &[JSON, MODERN], body.clone()).await;
        assert_eq!(answer.status, modern, "{document}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/graphql-response+json; charset=utf-8");
        assert_eq!(answer.json().get("data").is_some(), modern == 200, "{document}: {answer:?}");
        let answer = served.post("/graphql", &[JSON], body).await;
        assert_eq!(answer.status, legacy, "{document}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    }
}

#[tokio::test]
async fn errors_of_graphql_itself_have_codes() {
    let served = Served::start().await;
    for (document, code) in [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")] {
        let answer = served.post("/graphql", &[JSON], json!({ "query": document }).to_string()).await;
        assert_eq!(answer.code(), code, "{document}");
    }
}

#[tokio::test]
async fn a_failed_field_is_an_answer_with_data() {
    let served = Served::with(|_| Arc::new(Staged)).await;
    let answer = served.post("/graphql", &[JSON, MODERN], "{\"query\":\"fail\"}").await;
    assert_eq!(answer.status, 294);
    assert_eq!(answer.json()["data"], serde_json::Value::Null);
    assert_eq!(served.post("/graphql", &[JSON], "{\"query\":\"fail\"}").await.status, 200);
    let answer = served.post("/graphql", &[JSON, MODERN], "{\"query\":\"fail\"}").await;
    assert_eq!(answer.json()["errors"][0]["path"], json!(["a"]));
}

#[tokio::test]
async fn what_is_not_well_formed_is_refused_in_either_media_type() {
    let served = Served::start().await;
    for headers in [&[JSON][..], &[JSON, MODERN]] {
        for body in ["", "nonsense", "[{\"query\":1}]", "{\"query\":1}", "{\"query\":\"\",\"query\":\"\"}"] {
            let answer = served.post("/graphql", headers, body).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "BAD_USER_INPUT"), "{body:?}");
        }
        let answer = served.post("/graphql", headers, b"{\"query\":\"\xff\"}".to_vec()).await;
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn only_json_is_taken_and_given() {
    let served = Served::start().await;
    let body = "{\"query\":\"{ __typename }\"}";
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = served.post("/graphql", &[("content-type", content_type)], body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "BAD_USER_INPUT"), "{content_type}");
    }
    assert_eq!(served.post("/graphql", &[], body).await.status, 415);
    assert_eq!(served.post("/graphql", &[JSON, ("content-encoding", "gzip")], body).await.status, 415);
    assert_eq!(served.post("/graphql", &[JSON, ("accept", "text/html")], body).await.status, 406);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let served = Served::start().await;
    let body = format!("{{\"query\":\"{}\"}}", " ".repeat(usize::try_from(MAX_REQUEST).unwrap()));
    let said = [JSON, ("content-length", "100012")];
    for headers in [&said[..], &[JSON]] {
        let answer = served.post("/graphql", headers, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "LIMIT_EXCEEDED"));
    }
}

#[tokio::test]
async fn only_queries_come_by_get() {
    let served = Served::start().await;
    let answer = served.get("/graphql?query=%7B+__typename+%7D&variables=%7B%7D", &[MODERN]).await;
    assert_eq!(answer.json()["data"], json!({ "__typename": "Query" }));
    for document in [
        "mutation+%7B+__typename+%7D",
        "mutation+A+%7B+__typename+%7D",
        "query+A+%7B+a+%7D+mutation+B+%7B+b+%7D&operationName=B",
    ] {
        let answer = served.get(&format!("/graphql?query={document}"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{document}");
    }
    for wrong in ["", "?query=%ff", "?query=a&query=b", "?query=%7Ba%7D&variables=1"] {
        let answer = served.get(&format!("/graphql{wrong}"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "BAD_USER_INPUT"), "{wrong}");
    }
    assert_eq!(served.send(Method::HEAD, "/graphql?query=%7B__typename%7D", &[], Body::empty()).await.status, 200);
}

#[tokio::test]
async fn an_answer_tells_what_it_cost() {
    let served = Served::with(|_| Arc::new(Staged)).await;
    let answer = served.post("/graphql", &[JSON], "{\"query\":\"x\"}").await;
    assert_eq!(answer.header("server-timing"), "sql;desc=\"3 statements\";dur=1.500");
}
