//! Requests that are wrong in every way over a real connection: a clear answer, and nothing left behind.

use serde_json::json;
use tests::database::Kind;

use super::kit::{Program, code};

const JSON: &str = "application/json";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_request_is_refused_and_writes_nothing() {
    let create = r#"mutation { createProject(input: { name: "a", slug: "a" }) { project { id } } }"#;
    let quoted = json!(create).to_string();
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let tables = program.tables().await;
        let before = tables.counts().await;
        let mut bodies: Vec<(Vec<u8>, &str)> = [
            "",
            "{",
            "null",
            "7",
            "\"a\"",
            "[]",
            "{}",
            "{\"query\": 7}",
            "{\"query\": null}",
            "{\"query\": \"{ __typename }\", \"variables\": \"x\"}",
            "{\"query\": \"{ __typename }\", \"operationName\": 7}",
        ]
        .into_iter()
        .map(|body| (body.into(), "BAD_USER_INPUT"))
        .collect();
        bodies.push((format!("{{\"query\": {quoted}, \"query\": {quoted}}}").into(), "BAD_USER_INPUT"));
        bodies
            .push((format!("{{\"query\": {quoted}, \"variables\": {{\"a\": 1, \"a\": 1}}}}").into(), "BAD_USER_INPUT"));
        bodies.push((format!("[{{\"query\": {quoted}}}]").into(), "BAD_USER_INPUT"));
        bodies.push((format!("{{\"query\": {quoted}}} trailing").into(), "BAD_USER_INPUT"));
        bodies
            .push(([b"{\"query\": \"", create.replace('"', "\\\"").as_bytes(), b"\xff\"}"].concat(), "BAD_USER_INPUT"));
        bodies.push((
            format!("{{\"query\": {quoted}, \"variables\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).into(),
            "BAD_USER_INPUT",
        ));
        for (body, expected) in bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
            let answer = program.post("/graphql", JSON, body).await;
            assert_eq!((answer.status.as_u16(), &*answer.code()), (400, expected), "{kind:?} {shown}");
        }
        assert_eq!(tables.counts().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_graphql_itself_refuses_has_a_code_and_writes_nothing() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let tables = program.tables().await;
    let before = tables.counts().await;
    let create = r#"createProject(input: { name: "a", slug: "a" }) { project { id } }"#;
    for (query, expected) in [
        (format!("mutation {{ {create}"), "GRAPHQL_PARSE_FAILED"),
        (format!("mutation {{ {create} nonsense }}"), "GRAPHQL_VALIDATION_FAILED"),
        (format!("mutation A {{ {create} }} mutation B {{ {create} }}"), "GRAPHQL_VALIDATION_FAILED"),
        (format!("mutation($x: Int!) {{ {create} }}"), "BAD_USER_INPUT"),
        ("mutation { createProject(input: { name: \"a\" }) { project { id } } }".into(), "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a }".into(), "GRAPHQL_VALIDATION_FAILED"),
    ] {
        assert_eq!(code(&program.ask(&query, json!({})).await), expected, "{query}");
    }
    let body = json!({ "query": format!("mutation A {{ {create} }}"), "operationName": "B" }).to_string();
    assert_eq!(program.post("/graphql", JSON, body).await.code(), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(tables.counts().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_taken_and_only_queries_by_get() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let tables = program.tables().await;
    let before = tables.counts().await;
    let mutation = r#"mutation { createProject(input: { name: "a", slug: "a" }) { project { id } } }"#;
    let body = json!({ "query": mutation }).to_string();
    for media_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"]
    {
        assert_eq!(program.post("/graphql", media_type, body.clone()).await.status, 415, "{media_type}");
    }
    let get = async |query: &str| {
        let mut url = url::Url::parse(&program.process.url("/graphql")).unwrap();
        url.query_pairs_mut().append_pair("query", query);
        program.get(&format!("/graphql?{}", url.query().unwrap()), &[]).await
    };
    let answer = get(mutation).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
    assert_eq!(get("{ __typename }").await.status, 200);
    for path in [
        "/graphql?query=%7B__typename%7D&variables=%7B%22a%22:1,%22a%22:2%7D",
        "/graphql?query=a&query=b",
        "/graphql?query=%ff",
    ] {
        let answer = program.get(path, &[]).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "BAD_USER_INPUT"), "{path}");
    }
    let put = program.client().put(program.process.url("/graphql")).body(body).send().await.unwrap();
    assert_eq!(put.status(), 405);
    assert_eq!(tables.counts().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let program = Program::with(Kind::Sqlite, &["--max-request-bytes", "3MiB"]).await.unwrap();
    let body = || vec![b' '; 4 << 20];
    let answer = program.post("/graphql", JSON, body()).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (413, "LIMIT_EXCEEDED"));
    let pieces = futures_util::stream::iter(
        body().chunks(65_536).map(<[u8]>::to_vec).map(Ok::<_, std::io::Error>).collect::<Vec<_>>(),
    );
    let answer = program.post("/graphql", JSON, reqwest::Body::wrap_stream(pieces)).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (413, "LIMIT_EXCEEDED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_long_or_has_nul_is_refused_by_its_path_and_rule() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let alpha = program.project("one").await;
        let tables = program.tables().await;
        let counts = tables.counts().await;
        let long = "x".repeat(2 << 20);
        let creation = "mutation($p: ID!, $t: String!, $a: String) { createPaper(input: { projectId: $p, title: $t, abstract: $a }) { paper { id } } }";
        for (variables, path, rule) in [
            (json!({ "p": alpha, "t": long }), "title", "length"),
            (json!({ "p": alpha, "t": "a", "a": long }), "abstract", "length"),
            (json!({ "p": alpha, "t": "a\0b" }), "title", "nul"),
            (json!({ "p": alpha, "t": "a", "a": "\0" }), "abstract", "nul"),
            (json!({ "p": alpha, "t": "a\nb" }), "title", "line"),
        ] {
            let answer = program.ask(creation, variables).await;
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "BAD_USER_INPUT", "{kind:?} {rule}");
            assert_eq!(extensions["violations"][0]["path"], json!(["input", path]), "{extensions}");
            assert_eq!(extensions["violations"][0]["rule"], rule, "{extensions}");
            assert!(answer.to_string().len() < 2000, "the text is not sent back");
        }
        // The same in the document itself, and the halves of a surrogate pair, which JSON can spell.
        for (text, expected) in [(&long[..100_000], "BAD_USER_INPUT"), (&long, "LIMIT_EXCEEDED")] {
            let inline = format!(
                "mutation {{ createPaper(input: {{ projectId: \"{alpha}\", title: \"{text}\" }}) {{ paper {{ id }} }} }}"
            );
            assert_eq!(code(&program.ask(&inline, json!({})).await), expected);
        }
        let surrogate = json!({ "query": creation, "variables": { "p": alpha, "t": "HALF" } })
            .to_string()
            .replace("HALF", "\\ud800");
        assert_eq!(program.post("/graphql", JSON, surrogate).await.code(), "BAD_USER_INPUT");
        assert_eq!(tables.counts().await, counts, "{kind:?}");
        assert!(!program.process.log().contains("ERROR"), "{}", program.process.log());
    }
}
