//! Deleting, restoring and purging while others write below: nothing is written under what is deleted, a restore brings
//! back exactly what the deletion hid, and a purge leaves neither row nor object.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::Id;
use domain::literature::Claim;
use serde_json::{Value, json};
use tests::database::Kind;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::kit::{Asker, Program, Tables, code, scaled};
use super::{ledger, objects};

const WRITERS: usize = 6;
const ADD: &str = r#"mutation($p: ID!) { createClaim(input: { paperId: $p, metricName: "f1", metricValue: 1,
    sourceCitation: "Table 1", confidence: 1 }) { claim { id } } }"#;
const CHANGE: &str =
    "mutation($c: ID!, $v: Float!) { updateClaim(input: { id: $c, metricValue: $v }) { claim { id } } }";
const DROP: &str = "mutation($c: ID!) { deleteClaim(input: { id: $c }) { deletedId } }";
const RENAME: &str = "mutation($p: ID!, $t: String!) { updatePaper(input: { id: $p, title: $t }) { paper { id } } }";

/// What is deleted above the writers.
#[derive(Clone, Copy, Debug)]
enum Above {
    Paper,
    Project,
}

impl Above {
    fn mutation(self, verb: &str) -> String {
        let (name, answer) = match (self, verb) {
            (Self::Paper, "restore") => ("Paper", "paper { id }"),
            (Self::Project, "restore") => ("Project", "project { id }"),
            (Self::Paper, _) => ("Paper", "deletedId"),
            (Self::Project, _) => ("Project", "deletedId"),
        };
        format!("mutation($id: ID!) {{ {verb}{name}(input: {{ id: $id }}) {{ {answer} }} }}")
    }
}

/// Flags that writers and the one who deletes share.
#[derive(Default)]
struct Flags {
    /// The deletion was acknowledged.
    deleted: AtomicBool,
    stop: AtomicBool,
}

/// Asks; a write is done, or what it is done to is not there. Anything else, a deadlock say, fails the test.
async fn done(asker: &Asker, query: &str, variables: Value) -> Option<Value> {
    let answer = asker.ask(query, variables).await.expect("an answer");
    match code(&answer).as_str() {
        "" => Some(answer["data"].clone()),
        "NOT_FOUND" => None,
        _ => panic!("{query} {answer}"),
    }
}

/// Adds, changes and drops claims of a paper until told to stop, and says which claims are left.
async fn write(asker: Asker, paper: String, flags: Arc<Flags>) -> BTreeSet<String> {
    let mut claims = BTreeSet::new();
    for round in 0.. {
        if flags.stop.load(Ordering::SeqCst) {
            break;
        }
        let deleted = flags.deleted.load(Ordering::SeqCst);
        let any = claims.first().cloned();
        let written = match (round % 5, any) {
            (3, Some(claim)) => done(&asker, CHANGE, json!({ "c": claim, "v": round })).await,
            (4, Some(claim)) => {
                let dropped = done(&asker, DROP, json!({ "c": claim })).await;
                if dropped.is_some() {
                    claims.remove(&claim);
                }
                dropped
            }
            (2, _) => done(&asker, RENAME, json!({ "p": paper, "t": round.to_string() })).await,
            _ => {
                let added = done(&asker, ADD, json!({ "p": paper })).await;
                claims
                    .extend(added.as_ref().map(|data| data["createClaim"]["claim"]["id"].as_str().unwrap().to_owned()));
                added
            }
        };
        assert!(!deleted || written.is_none(), "round {round} was written under what was deleted before it was sent");
    }
    claims
}

fn writers(program: &Program, papers: &[String], flags: &Arc<Flags>) -> Vec<JoinHandle<BTreeSet<String>>> {
    let paper = |at: usize| papers[at % papers.len()].clone();
    (0..WRITERS).map(|at| tokio::spawn(write(program.asker(), paper(at), Arc::clone(flags)))).collect()
}

async fn gather(writers: Vec<JoinHandle<BTreeSet<String>>>) -> BTreeSet<String> {
    let left = futures_util::future::join_all(writers).await;
    left.into_iter().flat_map(|claims| claims.unwrap()).collect()
}

async fn visible_claims(program: &Program, project: &str) -> BTreeSet<String> {
    let query = "query($p: ID!, $a: String) { project(id: $p) { papers(first: 200) { nodes { id } } }
        claims(filter: { project: { id: { eq: $p } } }, first: 200, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let (mut found, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let data = program.data(query, json!({ "p": project, "a": after })).await;
        let nodes = data["claims"]["nodes"].as_array().unwrap();
        found.extend(nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        if data["claims"]["pageInfo"]["hasNextPage"] == false {
            return found;
        }
        after = data["claims"]["pageInfo"]["endCursor"].clone();
    }
}

/// Goes through the audit of a project in its order: nothing was written below what was deleted at that moment.
async fn assert_nothing_below_the_deleted(tables: &Tables) {
    let mut hidden: HashMap<Uuid, bool> = HashMap::new();
    let rows = tables.rows(
        "SELECT table_name, row_id, operation, project_id, before, after FROM audit_log ORDER BY head_id, position",
    );
    for row in rows.await {
        let text = |column: &str| row.try_get::<String>("", column).unwrap();
        let id: Uuid = row.try_get("", "row_id").unwrap();
        let (table, operation) = (text("table_name"), text("operation"));
        let state: Option<Value> = row.try_get("", "after").unwrap();
        let state = state.or_else(|| row.try_get("", "before").unwrap()).unwrap();
        let named = |column: &str| state[column].as_str().map(|id| id.parse::<Uuid>().unwrap());
        let above = [named("paper_id"), named("project_id")];
        for above in above.into_iter().flatten() {
            assert!(!hidden.get(&above).copied().unwrap_or_default(), "{operation} of {table} {id} under {above}");
        }
        match operation.as_str() {
            "DELETE" | "PURGE" if table == "papers" || table == "projects" => drop(hidden.insert(id, true)),
            "RESTORE" => drop(hidden.insert(id, false)),
            _ => {
                assert!(!hidden.get(&id).copied().unwrap_or_default(), "{operation} of {table} {id}, which is deleted");
            }
        }
    }
}

async fn deleted_under_writers(kind: Kind, above: Above) {
    let Some(program) = Program::start(kind).await else { return };
    for round in 0..scaled(50, 3) {
        let project = program.project(&format!("project-{round}")).await;
        let papers = [program.paper(&project, "one").await, program.paper(&project, "two").await];
        let gone_before = program.paper(&project, "gone before").await;
        program.data(&Above::Paper.mutation("delete"), json!({ "id": gone_before })).await;
        let (id, papers) = match above {
            Above::Paper => (papers[0].clone(), &papers[..1]),
            Above::Project => (project.clone(), &papers[..]),
        };
        let flags = Arc::new(Flags::default());
        let writing = writers(&program, papers, &flags);
        tokio::time::sleep(Duration::from_millis(150)).await;
        program.data(&above.mutation("delete"), json!({ "id": id })).await;
        flags.deleted.store(true, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        flags.stop.store(true, Ordering::SeqCst);
        let left = gather(writing).await;

        let hidden: Vec<_> = left.iter().take(200).collect();
        let data = program.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": hidden })).await;
        assert!(data["nodes"].as_array().unwrap().iter().all(Value::is_null), "what is deleted is seen");
        program.data(&above.mutation("restore"), json!({ "id": id })).await;
        assert_eq!(visible_claims(&program, &project).await, left, "{kind:?} {above:?}");
        let paper = program.data("query($id: ID!) { paper(id: $id) { id } }", json!({ "id": gone_before })).await;
        assert_eq!(paper["paper"], Value::Null, "the restore brought back what another deletion had hidden");
    }
    let tables = program.tables().await;
    assert_nothing_below_the_deleted(&tables).await;
    ledger::verify(&tables).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_under_a_deleted_paper_and_a_restore_brings_back_what_it_hid() {
    for kind in Kind::ALL {
        deleted_under_writers(kind, Above::Paper).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_under_a_deleted_project_and_a_restore_brings_back_what_it_hid() {
    for kind in Kind::ALL {
        deleted_under_writers(kind, Above::Project).await;
    }
}

/// Deletes and restores, again and again.
async fn flicker(asker: Asker, above: Above, id: String, rounds: usize) {
    for _ in 0..rounds {
        done(&asker, &above.mutation("delete"), json!({ "id": id })).await;
        done(&asker, &above.mutation("restore"), json!({ "id": id })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_delete_restore_and_write_at_once_neither_deadlock_nor_slip_through() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let papers = [program.paper(&project, "one").await, program.paper(&project, "two").await];
        let flags = Arc::new(Flags::default());
        let writing = writers(&program, &papers, &flags);
        let rounds = scaled(500, 15);
        let of_project = (0..2).map(|_| (Above::Project, project.clone()));
        let of_papers = papers.iter().flat_map(|paper| [(Above::Paper, paper.clone()), (Above::Paper, paper.clone())]);
        let flickering: Vec<_> = of_project
            .chain(of_papers)
            .map(|(above, id)| tokio::spawn(flicker(program.asker(), above, id, rounds)))
            .collect();
        for one in flickering {
            one.await.unwrap();
        }
        flags.stop.store(true, Ordering::SeqCst);
        let left = gather(writing).await;
        program.data(&Above::Project.mutation("restore"), json!({ "id": project })).await;
        for paper in &papers {
            program.data(&Above::Paper.mutation("restore"), json!({ "id": paper })).await;
        }
        assert_eq!(visible_claims(&program, &project).await, left, "{kind:?}");
        let tables = program.tables().await;
        assert_nothing_below_the_deleted(&tables).await;
        ledger::verify(&tables).await;
    }
}

/// Gives a project something of everything, objects included.
async fn furnish(program: &Program, project: &str) -> Vec<String> {
    let asker = program.asker();
    let mut papers = Vec::new();
    for at in 0..3 {
        let paper = program.paper(project, &format!("paper {at}")).await;
        let pdf = asker.upload("application/pdf", format!("{project} {at}")).await.unwrap();
        let attach = "mutation($p: ID!, $u: ID!) { attachPaperPdf(input: { id: $p, uploadId: $u }) { paper { id } } }";
        program.data(attach, json!({ "p": paper, "u": pdf })).await;
        let file = asker.upload("text/plain", "a file").await.unwrap();
        let add = r#"mutation($p: ID!, $u: ID!) { createAsset(input: { paperId: $p, uploadId: $u, path: "a/b" }) { asset { id } } }"#;
        program.data(add, json!({ "p": paper, "u": file })).await;
        let page = json!({ "text": "a", "picture": { "alt": "b" } });
        let tell = "mutation($p: ID!, $d: JSON!) { createStoryboard(input: { paperId: $p, document: $d }) { storyboard { id } } }";
        program.data(tell, json!({ "p": paper, "d": { "version": "1.0", "pages": vec![page; 5] } })).await;
        program.data(ADD, json!({ "p": paper })).await;
        papers.push(paper);
    }
    let text = asker.upload("text/plain", "be kind").await.unwrap();
    let set = "mutation($p: ID!, $u: ID!) { setProjectGuideline(input: { projectId: $p, uploadId: $u }) { guideline { id } } }";
    program.data(set, json!({ "p": project, "u": text })).await;
    let add = r#"mutation($p: ID!) { addRepository(input: { projectId: $p, fullName: "a/b", url: "https://example.org/a/b", owner: "a", name: "b" }) { repository { id } } }"#;
    program.data(add, json!({ "p": project })).await;
    papers
}

/// Waits until the tasks have cleared everything away.
async fn until_empty(program: &Program, tables: &Tables, what: &[&str]) {
    let start = Instant::now();
    loop {
        let mut left = 0;
        for table in what {
            left += tables.number(&format!("SELECT count(*) FROM {table}")).await;
        }
        let files = objects::files(&program.objects);
        if left == 0 && files.is_empty() {
            return;
        }
        assert!(start.elapsed() < Duration::from_mins(2), "{left} rows and {files:?} are left");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn purged_under_writers(kind: Kind) {
    let Some(program) = Program::start(kind).await else { return };
    let project = program.project("one").await;
    let papers = furnish(&program, &project).await;
    let tables = program.tables().await;
    objects::verify(&tables, &program.objects).await;
    let flags = Arc::new(Flags::default());
    let writing = writers(&program, &papers, &flags);
    tokio::time::sleep(Duration::from_millis(100)).await;
    program.data(&Above::Paper.mutation("purge"), json!({ "id": papers[0] })).await;
    program.data(&Above::Project.mutation("purge"), json!({ "id": project })).await;
    flags.deleted.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(100)).await;
    flags.stop.store(true, Ordering::SeqCst);
    let left = gather(writing).await;
    assert!(left.iter().all(|claim| claim.parse::<Id<Claim>>().is_ok()));
    for (above, id) in [(Above::Project, &project), (Above::Paper, &papers[1])] {
        assert!(
            done(&program.asker(), &above.mutation("restore"), json!({ "id": id })).await.is_none(),
            "it came back"
        );
    }
    let all = [
        "projects",
        "project_members",
        "repositories",
        "project_guidelines",
        "papers",
        "claims",
        "storyboards",
        "assets",
        "uploads",
        "creations",
        "object_deletions",
    ];
    until_empty(&program, &tables, &all).await;
    tables.assert_whole().await;
    assert_nothing_below_the_deleted(&tables).await;
    ledger::verify(&tables).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_under_writers_leaves_neither_row_nor_object() {
    for kind in Kind::ALL {
        purged_under_writers(kind).await;
    }
}
