//! Sixty-four clients that write at once: nothing fails, nothing is lost, and the ledger has no gaps.

use serde_json::{Value, json};
use tests::database::Kind;

use super::kit::{Asker, Program, scaled};
use super::ledger;

const WRITERS: usize = 64;

const PAPER: &str =
    "mutation($p: ID!, $t: String!) { createPaper(input: { projectId: $p, title: $t }) { paper { id } } }";
const CLAIMS: &str = r#"mutation($p: ID!) { createClaims(input: { claims: [
    { paperId: $p, metricName: "accuracy", metricValue: 1, sourceCitation: "Table 1", confidence: 1 },
    { paperId: $p, metricName: "f1", metricValue: 2, sourceCitation: "Table 1", confidence: 0 }] }) { claims { id } } }"#;
const RENAME: &str =
    "mutation($p: ID!, $t: String!) { updatePaper(input: { id: $p, title: $t }) { paper { revision } } }";
const DROP: &str = "mutation($c: ID!) { deleteClaim(input: { id: $c }) { deletedId } }";

/// What one writer was told that it wrote.
#[derive(Default)]
struct Written {
    papers: Vec<(String, String)>,
    claims: Vec<String>,
    dropped: Vec<String>,
    writes: i64,
}

/// Writes a paper, claims of it, its title and away a claim, so many times; every answer must be a success.
async fn write(asker: Asker, project: String, rounds: usize, writer: usize) -> Written {
    let mut written = Written::default();
    for round in 0..rounds {
        let data = asker.data(PAPER, json!({ "p": project, "t": "unnamed" })).await;
        let paper = data["createPaper"]["paper"]["id"].as_str().unwrap().to_owned();
        let data = asker.data(CLAIMS, json!({ "p": paper })).await;
        let claims = data["createClaims"]["claims"].as_array().unwrap();
        let claims: Vec<_> = claims.iter().map(|claim| claim["id"].as_str().unwrap().to_owned()).collect();
        let title = format!("{writer} {round}");
        let data = asker.data(RENAME, json!({ "p": paper, "t": title })).await;
        assert_eq!(data["updatePaper"]["paper"]["revision"], 2);
        asker.data(DROP, json!({ "c": claims[0] })).await;
        written.papers.push((paper, title));
        written.claims.push(claims[1].clone());
        written.dropped.push(claims[0].clone());
        written.writes += 5;
    }
    written
}

async fn nodes(program: &Program, ids: &[String]) -> Vec<Value> {
    let mut found = Vec::new();
    for ids in ids.chunks(200) {
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Paper { title } } }";
        let data = program.data(query, json!({ "ids": ids })).await;
        found.extend(data["nodes"].as_array().unwrap().clone());
    }
    found
}

/// Everything that was acknowledged is there, and nothing else.
async fn assert_kept(program: &Program, written: &[Written]) {
    let papers: Vec<_> = written.iter().flat_map(|written| written.papers.clone()).collect();
    let ids: Vec<_> = papers.iter().map(|(id, _)| id.clone()).collect();
    for (found, (id, title)) in nodes(program, &ids).await.iter().zip(&papers) {
        assert_eq!(found, &json!({ "id": id, "title": title }));
    }
    let claims: Vec<_> = written.iter().flat_map(|written| written.claims.clone()).collect();
    assert!(nodes(program, &claims).await.iter().all(|claim| !claim.is_null()), "a claim is lost");
    let dropped: Vec<_> = written.iter().flat_map(|written| written.dropped.clone()).collect();
    assert!(nodes(program, &dropped).await.iter().all(Value::is_null), "a claim came back");
    let tables = program.tables().await;
    assert_eq!(tables.number("SELECT count(*) FROM papers").await, i64::try_from(papers.len()).unwrap());
    assert_eq!(tables.number("SELECT count(*) FROM claims").await, i64::try_from(claims.len()).unwrap());
}

async fn many_writers(kind: Kind) {
    let Some(program) = Program::start(kind).await else { return };
    let mut projects = Vec::new();
    for at in 0..4 {
        projects.push(program.project(&format!("project-{at}")).await);
    }
    let before = ledger::verify(&program.tables().await).await;
    let rounds = scaled(100, 4);
    let start = std::time::Instant::now();
    let clients =
        (0..WRITERS).map(|at| tokio::spawn(write(program.asker(), projects[at % projects.len()].clone(), rounds, at)));
    let written: Vec<_> =
        futures_util::future::join_all(clients).await.into_iter().map(|writer| writer.unwrap()).collect();
    let requests = WRITERS * rounds * 4;
    println!("{kind:?}: {requests} writes of {WRITERS} clients in {:?}", start.elapsed());

    assert_kept(&program, &written).await;
    let tables = program.tables().await;
    tables.assert_whole().await;
    let after = ledger::verify(&tables).await;
    let writes: i64 = written.iter().map(|written| written.writes).sum();
    assert_eq!((after.audited - before.audited, after.events - before.events), (writes, writes));
    let log = program.process.log();
    assert!(!log.contains("locked") && !log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_writers_lose_nothing_on_sqlite() {
    many_writers(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_writers_lose_nothing_on_postgres() {
    many_writers(Kind::Postgres).await;
}
