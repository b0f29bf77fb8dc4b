//! Requests that are made to hurt: each is refused with a clear code, and costs the server neither time nor memory that
//! it does not get back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::database::Kind;

use super::kit::{Program, code};

const JSON: &str = "application/json";
const MEBIBYTE: u64 = 1 << 20;
/// By how much a server may have grown that answered all of this: what the allocator keeps, not what a request took.
const GROWTH: u64 = 96 * MEBIBYTE;

/// A request that is made to hurt: what it is, its body, and the codes of which one refuses it.
type Attack = (&'static str, String, &'static [&'static str]);

const OVER: &[&str] = &["LIMIT_EXCEEDED"];
const WRONG: &[&str] = &["BAD_USER_INPUT"];
const UNFIT: &[&str] = &["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT", "LIMIT_EXCEEDED"];

fn document(text: &str) -> String {
    json!({ "query": text }).to_string()
}

fn doubling(levels: usize) -> String {
    let fragments: String =
        (0..levels).map(|at| format!(" fragment F{at} on Query {{ ...F{0} ...F{0} }}", at + 1)).collect();
    format!("{{ ...F0 }}{fragments} fragment F{levels} on Query {{ __typename }}")
}

fn nested(open: &str, levels: usize, inner: &str, close: &str) -> String {
    open.repeat(levels) + inner + &close.repeat(levels)
}

/// What is too much as a document.
fn documents() -> Vec<Attack> {
    let aliases: String = (0..10_000).map(|at| format!("a{at}: __typename ")).collect();
    let circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    let operations: String = (0..10_000).map(|at| format!("query Q{at} {{ __typename }} ")).collect();
    let fragments: String = (0..8_000).map(|at| format!("fragment F{at} on Query {{ __typename }} ")).collect();
    let filter = nested("{not:", 300, "{title:{eq:\"a\"}}", "}");
    vec![
        ("10,000 aliases", document(&format!("{{ {aliases} }}")), OVER),
        ("a depth of 500", document(&nested("{ a ", 500, "", "}")), OVER),
        ("fragments in a circle", document(circle), UNFIT),
        ("5 MB of fields", document(&format!("{{ {} }}", "a ".repeat(5 << 19))), OVER),
        ("5 MB of brackets", document(&"{a".repeat(5 << 19)), OVER),
        ("fragments that double 25 levels", document(&doubling(25)), OVER),
        ("10,000 operations", document(&operations), UNFIT),
        ("8,000 fragments that nobody uses", document(&format!("{{ __typename }} {fragments}")), OVER),
        ("10,000 directives", document(&format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10_000))), OVER),
        ("a deep filter", document(&format!("{{ papers(filter: {filter}) {{ totalCount }} }}")), OVER),
        ("a deep list", document(&format!("{{ node(id: {}) {{ id }} }}", nested("[", 10_000, "", "]"))), OVER),
        ("a huge number", document(&format!("{{ papers(first: {}) {{ totalCount }} }}", "9".repeat(1000))), UNFIT),
        ("4,900 fields of one name", document(&format!("{{ {} }}", "a: nothing(b: 1) ".repeat(4_900))), UNFIT),
    ]
}

/// What is too much as a body.
fn bodies() -> Vec<Attack> {
    let query = "query($f: PaperFilter) { papers(filter: $f) { totalCount } }";
    let with = |variables: &str| format!(r#"{{"query":{},"variables":{variables}}}"#, json!(query));
    let one = r#"{"query":"{ __typename }"}"#;
    vec![
        ("1,000 requests at once", format!("[{}]", vec![one; 1000].join(",")), WRONG),
        ("a deep variable", with(&format!(r#"{{"f":{}}}"#, nested(r#"{"not":"#, 5_000, "{}", "}"))), WRONG),
        ("the same key twice", r#"{"query":"{ __typename }","query":"{ __typename }"}"#.to_owned(), WRONG),
        ("the same key twice in a variable", with(r#"{"f":{"and":[],"and":[]}}"#), WRONG),
        ("a number beyond doubles", with(r#"{"f":1e400}"#), WRONG),
        ("a number of 100,000 digits", with(&format!(r#"{{"f":{}}}"#, "9".repeat(100_000))), WRONG),
        ("4,000,000 values in a variable", with(&format!(r#"{{"f":{{"in":[{}0]}}}}"#, "0,".repeat(4_000_000))), OVER),
        ("a body over the limit", " ".repeat(17 << 20), OVER),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_too_much_is_refused_and_memory_stays_flat() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let warm = async || {
        for attack in documents() {
            program.post("/graphql", JSON, attack.1).await;
        }
    };
    // What the first requests allocate stays allocated.
    warm().await;
    let before = program.process.memory();
    for (what, body, codes) in documents().into_iter().chain(bodies()) {
        let began = Instant::now();
        let answer = program.post("/graphql", JSON, body).await;
        let took = began.elapsed();
        println!("{what}: {} in {took:?}, {} MiB", answer.code(), program.process.memory() / MEBIBYTE);
        assert!(codes.contains(&&*answer.code()), "{what}: {:.300}", answer.text());
    }
    for _ in 0..5 {
        warm().await;
    }
    let after = program.process.memory();
    println!(
        "{} MiB before, {} MiB after, {} MiB at most",
        before / MEBIBYTE,
        after / MEBIBYTE,
        program.process.peak_memory() / MEBIBYTE
    );
    assert!(after < before + GROWTH, "from {before} to {after}");
    assert_eq!(program.ask("{ __typename }", json!({})).await["data"]["__typename"], "Query");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_little_to_say() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let send = async |size: usize| {
        let body = document(&format!("{{ __typename }} # {}", "a".repeat(size)));
        let request = tests::http::client().post(program.process.url("/graphql")).header("content-type", JSON);
        super::kit::Answer::read(request.body(body).send().await.unwrap()).await.unwrap()
    };
    assert_eq!(send(50_000).await.status, 200);
    let answer = send(70_000).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (413, "LIMIT_EXCEEDED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_which_nothing_can_be_found_out_tells_no_name() {
    let program = Program::with(Kind::Sqlite, &["--introspection=false"]).await.unwrap();
    for (query, hidden) in [
        ("{ __schema { types { name } } }", "Did you mean"),
        ("{ __type(name: \"Paper\") { name } }", "Did you mean"),
        ("{ paperz { id } }", "papers"),
        ("{ papers(firs: 1) { totalCount } }", "first"),
        ("{ paper { id } }", "ID!"),
        ("mutation { createProject(input: {}) { project { id } } }", "slug"),
        ("mutation($x: Strin) { createProject(input: $x) { project { id } } }", "CreateProjectInput"),
        ("{ projects(orderBy: NOTHING) { totalCount } }", "ProjectOrder"),
        ("{ projects }", "ProjectConnection"),
    ] {
        let answer = program.ask(query, json!({})).await;
        assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED", "{query} {answer}");
        assert!(!answer.to_string().contains(hidden), "{query} {answer}");
        assert!(answer.get("data").is_none_or(Value::is_null), "{query} {answer}");
    }
    assert_eq!(program.ask("{ __typename viewer { __typename } }", json!({})).await["data"]["__typename"], "Query");
    let unhelped = Program::with(Kind::Sqlite, &["--suggestions=false"]).await.unwrap();
    let answer = unhelped.ask("{ paperz { id } }", json!({})).await;
    assert!(!answer.to_string().contains("Did you mean"), "{answer}");
    assert!(unhelped.ask("{ __schema { queryType { name } } }", json!({})).await.get("errors").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_too_many_is_turned_away_and_nobody_else() {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpStream;
    let program = Program::with(Kind::Sqlite, &["--max-connections", "20"]).await.unwrap();
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
    let mut idle = Vec::new();
    let turned_away = loop {
        let mut stream = TcpStream::connect(program.process.address()).await.unwrap();
        let mut answer = String::new();
        let read = tokio::time::timeout(Duration::from_millis(300), stream.read_to_string(&mut answer)).await;
        if read.is_ok() {
            break answer;
        }
        idle.push(stream);
        assert!(idle.len() <= 20, "nobody is turned away");
    };
    assert!(turned_away.starts_with("HTTP/1.1 503") && turned_away.contains("UNAVAILABLE"), "{turned_away}");
    // Who is there goes on: the client of the program kept its connection.
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
    drop(idle);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(tests::http::client().get(program.process.url("/healthz")).send().await.unwrap().status(), 200);
}
