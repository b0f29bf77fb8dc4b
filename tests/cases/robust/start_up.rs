//! Starting and stopping: what is refused is refused by its name, and a stop cuts nobody off.

use std::process::Output;
use std::time::Duration;

use serde_json::json;
use tests::database::{Database, Kind};
use tests::process::Launch;

use super::kit::{AUDIT_KEY, Program, Tables, launch, signed_in};
use super::ledger;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A start that fails, and says all of this.
fn is_refused(launch: &Launch, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let output = launch.run(folder.path());
    assert!(!output.status.success(), "it started");
    for word in words {
        assert!(said(&output).contains(word), "{word}: {}", said(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_is_refused_by_its_name() {
    let sqlite = || Launch::serve("sqlite://a.db");
    for (flag, value, name) in [
        ("--listen", "nowhere", "listen"),
        ("--public-url", "ftp://example.org", "public-url"),
        ("--trusted-proxies", "everybody", "trusted-proxies"),
        ("--pool-size", "0", "pool-size"),
        ("--statement-timeout", "soon", "statement-timeout"),
        ("--max-upload-bytes", "much", "max-upload-bytes"),
        ("--audit-key", "hunter2", "audit"),
        ("--signing-key", "hunter2", "signing_key"),
        ("--previous-signing-key", "hunter2", "previous_signing_key"),
        ("--log-format", "song", "log-format"),
        ("--objects", "ftp://example.org/a", "objects"),
        ("--database-tls", "perhaps", "database-tls"),
        ("--cors-origins", "*", "cors-origins"),
        ("--max-batch", "many", "max-batch"),
        ("--nonsense", "7", "nonsense"),
    ] {
        is_refused(&sqlite().args([flag, value]), &[name]);
    }
    is_refused(&Launch::serve("mysql://localhost/a"), &["database_url"]);
    is_refused(&sqlite().env("REPROGRAPH_POOL_SIZE", "many"), &["REPROGRAPH_POOL_SIZE"]);
    let secret = sqlite().args(["--audit-key", "hunter2"]).run(tempfile::tempdir().unwrap().path());
    assert!(!said(&secret).contains("hunter2"), "{}", said(&secret));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reprograph.toml"), "pool_size = 4\npool_sise = 5\n").unwrap();
    let output = Launch::serve("sqlite://a.db").run(folder.path());
    assert!(!output.status.success() && said(&output).contains("pool_sise"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_documents_that_do_not_fit_is_refused_with_which_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("documents.json");
    let serve = || Launch::serve("sqlite://a.db").args(["--listen", "127.0.0.1:0"]).args(["--only-trusted-documents"]);
    is_refused(&serve().args(["missing.json"]), &["only_trusted_documents", "missing.json"]);
    for (text, words) in [
        ("[]", &["only_trusted_documents", "object of JSON"][..]),
        (r#"{ "good": "query($i: ID!) { paper(id: $i) { id } }", "bad": "{ nothing }" }"#, &["bad: ", "nothing"]),
        (r#"{ "broken": "{", "deep": "{ a { a" }"#, &["broken: ", "deep: "]),
    ] {
        std::fs::write(&list, text).unwrap();
        is_refused(&serve().args([&list]), words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_file_is_refused_until_the_first_is_gone() {
    let mut program = Program::start(Kind::Sqlite).await.unwrap();
    let again = || Launch::serve(&program.url).args(["--listen", "127.0.0.1:0", "--audit-key", AUDIT_KEY]);
    is_refused(&again(), &["another reprograph uses the database"]);
    program.project("still-there").await;
    program.process.kill().await;
    program.process.restart().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_migrations_on_postgres_are_taken_only_when_told_to() {
    let Some(database) = Database::fresh(Kind::Postgres).await else { return };
    let serve = || Launch::serve(&database.url).args(["--audit-key", AUDIT_KEY, "--objects", "objects"]);
    is_refused(&serve().args(["--listen", "127.0.0.1:0"]), &["migrate up", "--migrate", "m0001_account"]);
    let tables = Tables::open(&database.url).await;
    assert_eq!(
        tables.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await,
        0,
        "it wrote something"
    );
    let folder = tempfile::tempdir().unwrap();
    let up = Launch::new("migrate").args(["up", "--database-url", &database.url]).run(folder.path());
    assert!(up.status.success(), "{}", said(&up));
    drop(serve().start().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_newer_is_refused() {
    for kind in Kind::ALL {
        let Some(mut program) = Program::start(kind).await else { continue };
        program.process.kill().await;
        let tables = program.tables().await;
        let table = migrations_table(&tables, kind).await;
        tables.run(&format!("INSERT INTO {table} (version, applied_at) VALUES ('m9999_later', 0)")).await;
        let again = launch(&program.url, "objects").args(["--listen", "127.0.0.1:0"]);
        is_refused(&again, &["m9999_later"]);
        let doctor = program.command("doctor", &[]);
        assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
        assert!(said(&doctor).contains("newer") && said(&doctor).contains("m9999_later"), "{}", said(&doctor));
    }
}

async fn migrations_table(tables: &Tables, kind: Kind) -> String {
    let sql = match kind {
        Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migration%'",
        Kind::Postgres => "SELECT tablename::text FROM pg_tables WHERE tablename LIKE '%migration%'",
    };
    tables.texts(sql).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn several_nodes_can_start_at_once_and_migrate_once() {
    let Some(database) = Database::fresh(Kind::Postgres).await else { return };
    let objects = tempfile::tempdir().unwrap();
    let nodes = (0..4).map(|_| tokio::spawn(launch(&database.url, objects.path().to_str().unwrap()).start()));
    let nodes: Vec<_> = futures_util::future::join_all(nodes).await.into_iter().map(|node| node.unwrap()).collect();
    let tables = Tables::open(&database.url).await;
    let client = signed_in(&nodes[0], &database.url).await;
    assert_eq!(
        tables.number("SELECT count(*) FROM tasks").await,
        tables.number("SELECT count(DISTINCT name) FROM tasks").await
    );
    for (at, node) in nodes.iter().enumerate() {
        let body = json!({ "query": format!(r#"mutation {{ createProject(input: {{ name: "p{at}", slug: "p{at}" }}) {{ project {{ id }} }} }}"#) });
        let asked = client.post(node.url("/graphql")).json(&body).send().await.unwrap();
        assert_eq!(asked.json::<serde_json::Value>().await.unwrap().get("errors"), None);
    }
    ledger::verify(&tables).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_running_requests_finish() {
    for kind in Kind::ALL {
        let Some(mut program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let papers: Vec<_> = (0..200).map(|at| json!({ "projectId": project, "title": at.to_string() })).collect();
        let asker = program.asker();
        let create = "mutation($p: [CreatePaperInput!]!) { createPapers(input: { papers: $p }) { papers { id } } }";
        let running: Vec<_> = (0..4)
            .map(|_| {
                let (asker, papers) = (asker.clone(), papers.clone());
                tokio::spawn(async move { asker.ask(create, json!({ "p": papers })).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(30)).await;
        program.process.terminate();
        let mut done = 0;
        for one in running {
            // One that was not read yet when the stop came is not begun: it finds no server, or no answer, and did nothing.
            if let Ok(answer) = one.await.unwrap() {
                assert_eq!(answer.get("errors"), None, "{:.300}", answer.to_string());
                done += 1;
            }
        }
        assert!(program.process.wait().await.success(), "{}", program.process.log());
        assert!(program.client().get(program.process.url("/healthz")).send().await.is_err());
        assert_eq!(program.tables().await.number("SELECT count(*) FROM papers").await, done * 200, "{kind:?}");
    }
}

/// How many MiB an idle server may take; one that is not optimised has far more code, which counts.
fn most_when_idle() -> u64 {
    if std::env::var_os("REPROGRAPH_BIN").is_some() { 60 } else { 130 }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_server_is_small() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (memory, peak) = (program.process.memory() >> 20, program.process.peak_memory() >> 20);
    println!("idle: {memory} MiB, at most {peak} MiB, ready in {:?}", program.process.started_in());
    assert!(memory < most_when_idle(), "{memory} MiB");
}
