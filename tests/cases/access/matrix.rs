//! The matrix: what everybody is answered who asks for a field, `matrix.md` says it in a word for each. It is made from
//! the schema, so that no field is left out.
//!
//! With `UPDATE_CASES` set it writes what it finds on SQLite, to be reviewed.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use tests::database::Kind;
use tests::world::{Asker, askers};

use super::requests::{Of, folder, meant, names_something, requests};
use super::shell::{Answer, Server};
use crate::contract::fields_of;

/// Who sees beta: its owner is not among them, and administrators with all their keys are.
const SEE_BETA: [&str; 2] = ["ann", "key root"];

#[tokio::test]
async fn everybody_is_answered_as_the_matrix_says_on_sqlite() {
    holds(Kind::Sqlite).await;
}

#[tokio::test]
async fn everybody_is_answered_as_the_matrix_says_on_postgres() {
    holds(Kind::Postgres).await;
}

#[test]
fn every_field_of_the_roots_is_asked_for() {
    let mut fields: Vec<String> = ["Query", "Mutation", "Subscription"].into_iter().flat_map(fields_of).collect();
    fields.sort();
    assert_eq!(fields, requests().into_keys().collect::<Vec<_>>());
}

async fn holds(kind: Kind) {
    let log = log();
    let (mut of_alpha, mut of_beta) = (BTreeMap::new(), BTreeMap::new());
    let Some(mut server) = Server::start(kind).await else { return };
    for (field, request) in requests() {
        of_alpha.insert(field.clone(), row(kind, &mut server, &field, &request).await);
        if names_something(&request) || request.contains("$id") {
            of_beta.insert(field.clone(), row_of_hidden(kind, &mut server, &field, &request).await);
        }
    }
    check_log(&log.text());
    let found = page(&of_alpha, &of_beta);
    let path = folder().join("matrix.md");
    if std::env::var_os("UPDATE_CASES").is_some() && kind == Kind::Sqlite {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differences: Vec<_> =
        expected.lines().zip(found.lines()).filter(|(expected, found)| expected != found).collect();
    assert_eq!(expected, found, "{kind:?}: {differences:#?}");
}

/// What each asker is answered, on a copy of the world in which nothing was done before: what is refused leaves no trace.
async fn row(kind: Kind, server: &mut Server, field: &str, request: &str) -> Vec<String> {
    let mut outcomes = Vec::new();
    for asker in askers() {
        let answer = ask(server, &asker, field, request, Of::Alpha).await;
        check_hidden(&asker, &answer);
        let outcome = answer.outcome(field);
        if (outcome == "ok" && request.starts_with("mutation")) || COUNTED.contains(&field) {
            *server = Server::start(kind).await.unwrap();
        }
        outcomes.push(outcome);
    }
    outcomes
}

/// Of these the attempts are counted, so that whoever asks next would be told to wait.
const COUNTED: [&str; 5] = ["changePassword", "register", "requestEmailVerification", "requestPasswordReset", "signIn"];

/// The same for what is beta's: whoever does not see it is answered as for what is not there.
async fn row_of_hidden(kind: Kind, server: &mut Server, field: &str, request: &str) -> Vec<String> {
    let mut outcomes = Vec::new();
    for asker in askers() {
        let answer = ask(server, &asker, field, request, Of::Beta).await;
        let outcome = answer.outcome(field);
        if !SEE_BETA.contains(&asker.name.as_str()) {
            check_hidden(&asker, &answer);
            let absent = ask(server, &asker, field, request, Of::Nothing).await;
            let renamed = |answer: Answer, of: Of| Answer { body: without_ids(&answer.body, request, of), ..answer };
            let (hidden, absent) = (renamed(answer, Of::Beta), renamed(absent, Of::Nothing));
            assert_eq!(hidden, absent, "{} tells what is hidden from what is absent by {field}", asker.name);
        } else if outcome == "ok" && request.starts_with("mutation") {
            *server = Server::start(kind).await.unwrap();
        }
        outcomes.push(outcome);
    }
    outcomes
}

async fn ask(server: &Server, asker: &Asker, field: &str, request: &str, of: Of) -> Answer {
    let variables = if request.contains("$id") { id_of(server, field, of).await } else { Value::Null };
    server.ask(asker, &meant(request, of), &variables).await
}

/// An id that the server chose: where ann finds it, and its prefix.
const CHOSEN: [(&str, &str, &str, &str); 4] = [
    ("updateProjectGuideline", "guideline { id }", "/data/project/guideline/id", "projectguideline"),
    ("removeProjectGuideline", "guideline { id }", "/data/project/guideline/id", "projectguideline"),
    ("auditEntry", "auditEntries(first: 1) { nodes { id } }", "/data/project/auditEntries/nodes/0/id", "auditlog"),
    ("eventLog", "eventLogs(first: 1) { nodes { id } }", "/data/project/eventLogs/nodes/0/id", "eventlog"),
];

async fn id_of(server: &Server, field: &str, of: Of) -> Value {
    let (_, selection, pointer, prefix) = CHOSEN.into_iter().find(|(known, ..)| *known == field).unwrap();
    if of == Of::Nothing {
        let nothing = meant(&format!("<{prefix}:nothing>"), of);
        return json!({ "id": if prefix == "eventlog" { nothing + ".1" } else { nothing } });
    }
    let ann = askers().into_iter().find(|asker| asker.name == "ann").unwrap();
    let query = meant(r#"{ project(id: "<project:alpha|beta>") { SELECTION } }"#, of).replace("SELECTION", selection);
    let found = server.ask(&ann, &query, &Value::Null).await.json();
    json!({ "id": found.pointer(pointer).unwrap_or_else(|| panic!("ann finds no {prefix}: {found}")) })
}

/// The text without the ids that were asked for.
fn without_ids(text: &str, request: &str, of: Of) -> String {
    let asked = meant(request, of);
    let ids = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.contains('_'));
    ids.fold(text.to_owned(), |text, id| text.replace(id, "<id>"))
}

fn check_hidden(asker: &Asker, answer: &Answer) {
    let sees = SEE_BETA.contains(&asker.name.as_str());
    assert!(sees || !answer.said().contains("canary"), "{} reads the canary: {answer:?}", asker.name);
    let shown = asker.authorization.as_deref().and_then(|shown| shown.split_once(' '));
    assert!(shown.is_none_or(|(_, token)| !answer.said().contains(&token.to_lowercase())), "{answer:?}");
}

fn page(of_alpha: &BTreeMap<String, Vec<String>>, of_beta: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(
        "# Who is answered what\n\nEvery field of the roots, asked for by everybody: the HTTP status unless it is 200, the \
         code of the error, `null`, or `ok`.\nalice owns the project alpha, ed edits it, vic views it; ann is an \
         administrator, pen is pending. The keys are alice's, but for root, which is ann's,\nand for service and keeper, \
         which are the project's own with the scopes WRITE and ADMIN; narrow is for alpha alone, with the scope ADMIN.\n",
    );
    for (title, rows) in [("What is alpha's", of_alpha), ("What is hidden in beta", of_beta)] {
        let names: Vec<String> = askers().into_iter().map(|asker| asker.name).collect();
        let _ =
            write!(page, "\n## {title}\n\n| field | {} |\n|{}\n", names.join(" | "), " --- |".repeat(names.len() + 1));
        for (field, outcomes) in rows {
            let _ = writeln!(page, "| {field} | {} |", outcomes.join(" | "));
        }
    }
    page
}

/// What the server logs on this thread, in full.
struct Log {
    written: std::sync::Arc<std::sync::Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).to_lowercase()
    }
}

fn log() -> Log {
    let written = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let writer = tracing_subscriber::fmt::writer::BoxMakeWriter::new({
        let written = std::sync::Arc::clone(&written);
        move || Written(std::sync::Arc::clone(&written))
    });
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(writer).finish();
    Log { written, _guard: tracing::subscriber::set_default(subscriber) }
}

struct Written(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Neither what is hidden nor what people show to be let in stands in the log.
fn check_log(log: &str) {
    assert!(log.contains("answered"), "the log is looked at");
    for asker in askers() {
        let shown = asker.authorization.unwrap_or_default().to_lowercase();
        let token = shown.split_once(' ').map(|(_, token)| token);
        assert!(token.is_none_or(|token| !log.contains(token)), "the log shows the token of {}", asker.name);
    }
    let line = log.lines().find(|line| line.contains("canary"));
    assert_eq!(line, None, "the log shows the canary");
}
