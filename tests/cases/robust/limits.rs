//! Documents that ask for too much are refused before anybody follows them, and the server goes on.

use serde_json::{Value, json};
use tests::database::Kind;

use super::kit::{Program, code};

async fn is_refused(program: &Program, query: &str, variables: Value) {
    let answer = program.ask(query, variables).await;
    assert_eq!(code(&answer), "LIMIT_EXCEEDED", "{:.300}", answer.to_string());
    assert_eq!(answer.get("data"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_explode_are_refused() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let mut doubling = "{ ...F0 }".to_owned();
    for at in 0..25 {
        doubling += &format!(" fragment F{at} on Query {{ ...F{0} ...F{0} }}", at + 1);
    }
    let aliases: String = (0..10_000).map(|at| format!("a{at}: __typename ")).collect();
    let nots = format!("{}{{title: {{eq: \"a\"}}}}{}", "{not: ".repeat(300), "}".repeat(300));
    for query in [
        doubling + " fragment F25 on Query { __typename }",
        format!("{{ {aliases} }}"),
        "{a".repeat(1_000_000),
        "{ a ".repeat(50) + &"}".repeat(50),
        "{ papers(filter: ".to_owned() + &nots + ") { totalCount } }",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
        "{ papers(first: 200) { nodes { claims(first: 200) { nodes { paper { claims(first: 200) { totalCount } } } } } } }"
            .to_owned(),
    ] {
        is_refused(&program, &query, json!({})).await;
    }
    assert_eq!(program.ask("{ __typename }", json!({})).await["data"]["__typename"], "Query");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_by_get_has_the_same_limits() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let answer = program.get(&format!("/graphql?query={}", "%7Ba".repeat(10_000)), &[]).await;
    assert_eq!(answer.code(), "LIMIT_EXCEEDED", "{:.300}", answer.text());
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_no_database_takes_are_refused_and_large_ones_work() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let ask = async |filter: Value| {
            let query = "query($f: PaperFilter) { papers(filter: $f) { totalCount nodes { id } } }";
            program.ask(query, json!({ "f": filter })).await
        };
        let titles = |count: usize| -> Vec<Value> {
            (0..count).map(|at| json!({ "title": { "eq": at.to_string() } })).collect()
        };
        let values = |count: usize| -> Vec<String> { (0..count).map(|at| at.to_string()).collect() };
        let nested = |levels: usize| {
            (0..levels)
                .fold(json!({ "title": { "eq": "a" } }), |inner, _| json!({ "claims": { "some": { "paper": inner } } }))
        };
        let nots =
            |levels: usize| (0..levels).fold(json!({ "title": { "eq": "a" } }), |inner, _| json!({ "not": inner }));
        for works in [
            json!({ "or": titles(240) }),
            json!({ "and": vec![json!({ "title": { "in": values(200) } }); 20] }),
            nested(4),
            nots(90),
        ] {
            let answer = ask(works).await;
            assert_eq!(answer["data"]["papers"]["nodes"], json!([]), "{kind:?} {:.300}", answer.to_string());
        }
        for refused in
            [json!({ "or": titles(40_000) }), nested(5), nested(30), json!({ "title": { "in": values(40_000) } })]
        {
            let answer = ask(refused).await;
            assert_eq!(code(&answer), "BAD_USER_INPUT", "{kind:?} {:.300}", answer.to_string());
            assert_eq!(answer["errors"][0]["extensions"]["violations"][0]["path"][0], "filter");
        }
    }
}

/// The introspection query that GraphiQL sends.
const GRAPHIQL: &str = "query IntrospectionQuery { __schema { queryType { name kind } mutationType { name kind }
  subscriptionType { name kind } types { ...FullType } directives { name description locations args { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn the_introspection_of_a_playground_passes() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let data = program.data(GRAPHIQL, json!({})).await;
    assert!(data["__schema"]["types"].as_array().unwrap().len() > 50);
}
