//! The program is killed while it writes, again and again: what it acknowledged is there, and all is whole.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::Id;
use domain::literature::Paper;
use serde_json::json;
use tests::database::Kind;
use tests::postgres::Cluster;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::kit::{Asker, Program, Tables, code, scaled};
use super::{ledger, objects};

const WRITERS: usize = 8;
const CREATE: &str = "mutation($p: ID!, $id: ID!, $t: String!) { createPaper(input: { id: $id, projectId: $p, title: $t }) { paper { id } } }";

/// Papers by their ids: whether they were acknowledged.
type Sent = HashMap<String, bool>;

/// Creates papers, each under an id of its own, until the program is gone.
async fn write(asker: Asker, project: String, stop: Arc<AtomicBool>) -> Sent {
    let mut sent = Sent::new();
    while !stop.load(Ordering::Relaxed) {
        let id = Id::<Paper>::try_new(Uuid::now_v7()).unwrap().to_string();
        let answer = asker.ask(CREATE, json!({ "p": project, "id": id, "t": id })).await;
        match answer {
            Ok(answer) if answer.get("errors").is_none() => drop(sent.insert(id, true)),
            // A database that is gone says so; nothing else may fail.
            Ok(answer) => {
                assert_eq!(code(&answer), "UNAVAILABLE", "{answer}");
                sent.insert(id, false);
            }
            Err(_) => drop(sent.insert(id, false)),
        }
    }
    sent
}

fn writers(program: &Program, project: &str, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<Sent>> {
    (0..WRITERS).map(|_| tokio::spawn(write(program.asker(), project.to_owned(), Arc::clone(stop)))).collect()
}

async fn gather(writers: Vec<JoinHandle<Sent>>) -> Sent {
    let sent = futures_util::future::join_all(writers).await;
    sent.into_iter().flat_map(|sent| sent.unwrap()).collect()
}

/// A moment between nothing and a third of a second, never the same.
async fn a_moment() {
    let random = Uuid::now_v7().as_bytes()[15];
    tokio::time::sleep(Duration::from_millis(u64::from(random) * 3 / 2)).await;
}

async fn papers(tables: &Tables) -> Vec<String> {
    let rows = tables.rows("SELECT id FROM papers").await;
    rows.iter().map(|row| Id::<Paper>::try_new(row.try_get_by_index(0).unwrap()).unwrap().to_string()).collect()
}

/// Repeats what was not acknowledged, under the same ids: each is there once, whether it was there already or not.
async fn repeat(program: &Program, project: &str, sent: &Sent) {
    for id in sent.iter().filter(|(_, acknowledged)| !**acknowledged).map(|(id, _)| id) {
        program.data(CREATE, json!({ "p": project, "id": id, "t": id })).await;
    }
}

async fn assert_kept(program: &Program, all: &Sent) {
    let tables = program.tables().await;
    tables.assert_whole().await;
    let there = papers(&tables).await;
    for (id, acknowledged) in all {
        assert!(!acknowledged || there.contains(id), "{id} was acknowledged and is lost");
    }
    ledger::verify(&tables).await;
}

async fn killed_while_writing(kind: Kind, times: usize) {
    let Some(mut program) = Program::start(kind).await else { return };
    let project = program.project("one").await;
    let mut all = Sent::new();
    let mut slowest = Duration::ZERO;
    for _ in 0..times {
        let stop = Arc::new(AtomicBool::new(false));
        let writing = writers(&program, &project, &stop);
        a_moment().await;
        program.process.kill().await;
        stop.store(true, Ordering::Relaxed);
        let sent = gather(writing).await;
        program.process.restart().await;
        slowest = slowest.max(program.process.started_in());
        all.extend(sent.clone());
        assert_kept(&program, &all).await;
        repeat(&program, &project, &sent).await;
        all.extend(sent.into_keys().map(|id| (id, true)));
    }
    let there = papers(&program.tables().await).await;
    assert_eq!(there.len(), all.len(), "every paper is there once");
    println!("{kind:?}: killed {times} times over {} papers, started again within {slowest:?}", all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_keeps_what_it_acknowledged_on_sqlite() {
    killed_while_writing(Kind::Sqlite, scaled(100, 5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_keeps_what_it_acknowledged_on_postgres() {
    killed_while_writing(Kind::Postgres, scaled(30, 3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_keeps_what_was_acknowledged_and_the_program_goes_on() {
    let Some(mut cluster) = Cluster::durable().await else { return };
    let url = cluster.url(&cluster.create_database(None).await);
    let program = Program::on(&url, None, None, &[]).await;
    let project = program.project("one").await;
    let mut all = Sent::new();
    for _ in 0..scaled(20, 2) {
        let stop = Arc::new(AtomicBool::new(false));
        let writing = writers(&program, &project, &stop);
        a_moment().await;
        cluster.crash().await;
        a_moment().await;
        stop.store(true, Ordering::Relaxed);
        let sent = gather(writing).await;
        assert_eq!(program.get("/healthz", &[]).await.status, 200);
        assert_eq!(program.get("/readyz", &[]).await.status, 503);
        cluster.start().await;
        until_ready(&program).await;
        all.extend(sent.clone());
        assert_kept(&program, &all).await;
        repeat(&program, &project, &sent).await;
        all.extend(sent.into_keys().map(|id| (id, true)));
    }
    assert_eq!(papers(&program.tables().await).await.len(), all.len());
    println!("PostgreSQL crashed over {} papers", all.len());
}

/// Waits until the program has found its database again, and dropped the connections that are dead.
async fn until_ready(program: &Program) {
    for _ in 0..500 {
        let answer = program.ask("{ papers { totalCount } }", json!({})).await;
        if answer.get("errors").is_none() && program.get("/readyz", &[]).await.status == 200 {
            return;
        }
        assert_eq!(code(&answer), "UNAVAILABLE", "{answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the program does not find its database again. {}", program.process.log());
}

const ATTACH: &str =
    "mutation($id: ID!, $u: ID!) { attachPaperPdf(input: { id: $id, uploadId: $u }) { paper { pdfSha256 } } }";

/// Uploads files and makes them PDFs, one after the other, until the program is gone; says which papers have one.
async fn attach(asker: Asker, project: String, stop: Arc<AtomicBool>) -> Vec<(String, String)> {
    let mut attached = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let id = Id::<Paper>::try_new(Uuid::now_v7()).unwrap().to_string();
        let Ok(_) = asker.ask(CREATE, json!({ "p": project, "id": id, "t": id })).await else { break };
        // Small ones mostly, and now and then one that goes up in parts.
        let random = usize::from(Uuid::now_v7().as_bytes()[15]);
        let size = if random < 16 { 9_000_000 } else { random * 500 };
        let bytes = id.as_bytes().iter().copied().cycle().take(size).collect::<Vec<_>>();
        let Ok(upload) = asker.upload("application/pdf", bytes).await else { break };
        let Ok(answer) = asker.ask(ATTACH, json!({ "id": id, "u": upload })).await else { break };
        assert_eq!(answer.get("errors"), None);
        attached.push((id, answer["data"]["attachPaperPdf"]["paper"]["pdfSha256"].as_str().unwrap().to_owned()));
    }
    attached
}

async fn killed_while_uploading(kind: Kind, times: usize) {
    let Some(mut program) = Program::start(kind).await else { return };
    let project = program.project("one").await;
    let mut all = Vec::new();
    for _ in 0..times {
        let stop = Arc::new(AtomicBool::new(false));
        let writing: Vec<_> =
            (0..WRITERS).map(|_| tokio::spawn(attach(program.asker(), project.clone(), Arc::clone(&stop)))).collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        a_moment().await;
        program.process.kill().await;
        stop.store(true, Ordering::Relaxed);
        all.extend(futures_util::future::join_all(writing).await.into_iter().flat_map(|sent| sent.unwrap()));
        program.process.restart().await;
        let tables = program.tables().await;
        tables.assert_whole().await;
        objects::verify(&tables, &program.objects).await;
        ledger::verify(&tables).await;
    }
    for (id, sha256) in &all {
        let data = program.data("query($id: ID!) { paper(id: $id) { pdfSha256 } }", json!({ "id": id })).await;
        assert_eq!(data["paper"]["pdfSha256"], json!(sha256));
    }
    println!("{kind:?}: killed {times} times over {} PDFs", all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_leaves_no_object_alone_on_sqlite() {
    killed_while_uploading(Kind::Sqlite, scaled(50, 4)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_leaves_no_object_alone_on_postgres() {
    killed_while_uploading(Kind::Postgres, scaled(20, 3)).await;
}
