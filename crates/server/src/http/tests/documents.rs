//! Documents that are named in place of being sent, and several requests in one body.

use axum::http::Method;
use domain::Sha256;
use serde_json::{Value, json};

use super::*;

const JSON: (&str, &str) = ("content-type", "application/json");
const MODERN: (&str, &str) = ("accept", "application/graphql-response+json");
const MUTATION: &str = r#"mutation { createProject(input: { name: "a", slug: "a" }) { project { slug } } }"#;

fn digest(document: &str) -> String {
    Sha256::of(document.as_bytes()).as_str().to_owned()
}

fn apollo(document: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": digest(document) } })
}

async fn post(served: &Served, body: Value) -> Answer {
    served.post("/graphql", &[JSON], body.to_string()).await
}

#[tokio::test]
async fn a_document_is_kept_once_it_was_executed_and_named_from_then_on() {
    let served = Served::start().await;
    let document = "{ __typename }";
    let named = json!({ "extensions": apollo(document) });
    let answer = post(&served, named.clone()).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(answer.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let answer = served.post("/graphql", &[JSON, MODERN], named.to_string()).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "PERSISTED_QUERY_NOT_FOUND"));

    let answer = post(&served, json!({ "query": document, "extensions": apollo(document) })).await;
    assert_eq!(answer.json()["data"]["__typename"], "Query");
    for body in [named, json!({ "documentId": format!("sha256:{}", digest(document)) })] {
        assert_eq!(post(&served, body).await.json()["data"]["__typename"], "Query");
    }
    for query in [
        format!(
            "extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{}%22%7D%7D",
            digest(document)
        ),
        format!("documentId=sha256:{}", digest(document)),
    ] {
        let answer = served.get(&format!("/graphql?{query}"), &[]).await;
        assert_eq!(answer.json()["data"]["__typename"], "Query", "{query}");
    }
}

#[tokio::test]
async fn a_mutation_that_is_named_changes_nothing_by_get() {
    let served = Served::start().await;
    let answer = post(&served, json!({ "query": MUTATION, "extensions": apollo(MUTATION) })).await;
    assert_eq!(answer.json()["data"]["createProject"]["project"]["slug"], "a");
    let answer = served.get(&format!("/graphql?documentId=sha256:{}", digest(MUTATION)), &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn what_is_wrong_or_comes_from_nobody_is_not_kept() {
    let served = Served::start().await;
    let is_kept =
        async |document: &str| post(&served, json!({ "extensions": apollo(document) })).await.code().is_empty();
    for (document, code) in [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")] {
        let answer = post(&served, json!({ "query": document, "extensions": apollo(document) })).await;
        assert_eq!(answer.code(), code);
        assert!(!is_kept(document).await, "{document}");
    }
    let answer =
        post(&served, json!({ "query": "{ a: __typename }", "extensions": apollo("{ b: __typename }") })).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    assert!(!is_kept("{ a: __typename }").await && !is_kept("{ b: __typename }").await);
    let body = json!({ "query": "{ c: __typename }", "extensions": apollo("{ c: __typename }") }).to_string();
    let answer = served.as_nobody(Method::POST, "/graphql", &[JSON], body.into()).await;
    assert_eq!(answer.json()["data"]["c"], "Query");
    assert!(!is_kept("{ c: __typename }").await);
    let wrong = json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": "ab" } } });
    assert_eq!(post(&served, wrong).await.status, 400);
}

#[tokio::test]
async fn several_requests_are_answered_in_their_order_each_for_itself() {
    let served = Served::start().await;
    let body = json!([
        { "query": MUTATION },
        { "query": "{ projects { nodes { slug } } }" },
        { "query": "{ nothing }" },
    ]);
    let answer = served.post("/graphql", &[JSON, MODERN], body.to_string()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/graphql-response+json; charset=utf-8")
    );
    let all = answer.json();
    assert_eq!(all[1]["data"], json!({ "projects": { "nodes": [{ "slug": "a" }] } }));
    assert_eq!(all[2]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!((all.as_array().unwrap().len(), all[2].get("data")), (3, None));
    assert!(answer.header("server-timing").starts_with("sql;desc="));
}

#[tokio::test]
async fn more_requests_at_once_than_the_limit_are_refused() {
    let served = Served::start().await;
    let answer = post(&served, json!(vec![json!({ "query": "{ __typename }" }); 4])).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "LIMIT_EXCEEDED"));
    for wrong in [json!([]), json!([1]), json!([{ "query": "{ __typename }" }, {}])] {
        let answer = post(&served, wrong).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "BAD_USER_INPUT"));
    }
    let body = json!([{ "query": "{ __typename }" }]).to_string();
    let answer = served.post("/graphql/stream", &[JSON], body).await;
    assert_eq!(answer.status, 400);
}
