//! Two nodes at once on one database: what is claimed, lapses or is given back by both, is so once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::Id;
use domain::execution::Run;
use domain::project::Project;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use storage::execution::lapses::{TASK, watch};
use storage::tasks;
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::node::{Dial, Node};
use tests::world::{World, user};
use uuid::Uuid;

const CREATE: &str = r#"mutation($run: ID!, $project: ID!) { createRun(input: {
    id: $run, subject: { simulation: { projectId: $project } }, name: "One of many" }) { run { id } } }"#;
const CLAIM: &str = r#"mutation($seconds: Int!) { claimRun(input: {
    kind: SIMULATION, hold: { holder: "executor", seconds: $seconds } }) { run { id } token } }"#;

/// Two nodes on a world, and the clock that both go by.
struct Two {
    app: App,
    nodes: [Node; 2],
    dial: Arc<Dial>,
}

impl Two {
    async fn start(kind: Kind) -> Option<Self> {
        let app = World::TwoProjects.start(kind).await?;
        let dial = Arc::new(Dial::default());
        let nodes = [Node::beside(&app, dial.clock(0)).await, Node::beside(&app, dial.clock(0)).await];
        Some(Self { app, nodes, dial })
    }

    async fn ask(&self, node: usize, query: &str, variables: Value) -> Value {
        let answer = self.nodes[node % 2].ask(user("ed"), query, variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.data.into_json().unwrap()
    }

    /// So many queued simulations, oldest first.
    async fn queue(&self, runs: usize) -> Vec<String> {
        let project = names::id::<Project>("alpha").to_string();
        let mut queued = Vec::new();
        for _ in 0..runs {
            let run = Id::<Run>::try_new(Uuid::now_v7()).unwrap().to_string();
            self.ask(0, CREATE, json!({ "run": run, "project": project })).await;
            queued.push(run);
        }
        queued
    }

    /// Both nodes look after the runs, twice each, all at once.
    async fn watch(&self) {
        let looks = [0, 1, 0, 1].map(|node| watch(&self.nodes[node].store));
        futures_util::future::try_join_all(looks).await.unwrap();
    }

    /// How often each thing happened to runs.
    async fn happened(&self) -> BTreeMap<String, i64> {
        let query = "SELECT event_type, count(*) AS n FROM event_logs WHERE run_id IS NOT NULL GROUP BY event_type";
        let found = self.rows(query).await;
        found.iter().map(|row| (row.try_get("", "event_type").unwrap(), row.try_get("", "n").unwrap())).collect()
    }

    async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let db = self.app.store.pools().readers();
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_run_is_claimed_once_and_everybody_gets_the_oldest_first() {
    const RUNS: usize = 40;
    const EXECUTORS: usize = 8;
    for kind in Kind::ALL {
        let Some(two) = Two::start(kind).await else { continue };
        let two = Arc::new(two);
        let queued = two.queue(RUNS).await;
        let executors = (0..EXECUTORS).map(|node| {
            let two = Arc::clone(&two);
            tokio::spawn(async move {
                let mut got = Vec::new();
                loop {
                    let claimed = two.ask(node, CLAIM, json!({ "seconds": 3600 })).await["claimRun"].clone();
                    match claimed["run"]["id"].as_str() {
                        Some(run) => got.push(run.to_owned()),
                        None => return got,
                    }
                }
            })
        });
        let place: HashMap<&String, usize> = queued.iter().enumerate().map(|(at, run)| (run, at)).collect();
        let mut all = Vec::new();
        for got in futures_util::future::join_all(executors).await {
            let got: Vec<_> = got.unwrap().iter().map(|run| place[run]).collect();
            assert!(got.is_sorted(), "{kind:?}: {got:?}");
            all.extend(got);
        }
        all.sort_unstable();
        assert_eq!(all, (0..RUNS).collect::<Vec<_>>(), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_lapses_once_whoever_looks() {
    const RUNS: usize = 30;
    for kind in Kind::ALL {
        let Some(two) = Two::start(kind).await else { continue };
        two.queue(RUNS).await;
        two.dial.turn(48 * 3_600_000);
        two.watch().await;
        let before = two.happened().await;
        for attempt in ["RUN_REQUEUED", "RUN_FAILED"] {
            for node in 0..RUNS {
                assert!(!two.ask(node, CLAIM, json!({ "seconds": 60 })).await["claimRun"]["run"].is_null());
            }
            two.dial.turn(50_000);
            two.watch().await;
            assert_eq!(two.happened().await.get(attempt), before.get(attempt), "{kind:?}: none has lapsed yet");
            two.dial.turn(20_000);
            two.watch().await;
            let now = two.happened().await;
            let runs = i64::try_from(RUNS).unwrap();
            assert_eq!(now[attempt] - before.get(attempt).unwrap_or(&0), runs, "{attempt} on {kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_without_a_running_server_is_given_back_once_whoever_looks() {
    for kind in Kind::ALL {
        let Some(two) = Two::start(kind).await else { continue };
        let run = two.queue(1).await.pop().unwrap();
        let store = &two.nodes[0].store;
        let turn = async || {
            let span = std::time::Duration::from_mins(1);
            assert!(tasks::take(store, TASK, "node", span).await.unwrap());
            watch(store).await.unwrap();
            tasks::finish(store, TASK, "node", std::time::Duration::ZERO, None).await.unwrap();
        };
        let status = "query($run: ID!) { run(id: $run) { status leases(last: 1) { nodes { expiresAt } } } }";
        let run = async || two.ask(0, status, json!({ "run": run })).await["run"].clone();
        tasks::register(store, &[TASK]).await.unwrap();
        turn().await;
        two.ask(0, CLAIM, json!({ "seconds": 60 })).await;
        // No server for an hour: then two nodes look, and one of them is killed before it says so.
        two.dial.turn(3_600_000);
        two.watch().await;
        turn().await;
        assert_eq!(run().await["status"], "RUNNING", "{kind:?}");
        // The lease was to last for a minute, and lasts for that still, give or take the turns of the task.
        two.dial.turn(50_000);
        // The servers were there meanwhile.
        two.app.store.pools().writer().execute_unprepared(&looked(kind, &two.dial)).await.unwrap();
        turn().await;
        assert_eq!(run().await["status"], "RUNNING", "{kind:?}");
        two.dial.turn(9_000);
        turn().await;
        two.dial.turn(9_000);
        turn().await;
        assert_eq!(run().await["status"], "QUEUED", "{kind:?}: {:#}", run().await);
    }
}

/// Has the task have ended just now.
fn looked(kind: Kind, dial: &Arc<Dial>) -> String {
    let now = dial.clock(0).now();
    let backend = if kind == Kind::Sqlite { DbBackend::Sqlite } else { DbBackend::Postgres };
    let now = if backend == DbBackend::Sqlite { format!("'{now}'") } else { format!("timestamptz '{now}'") };
    format!("UPDATE tasks SET ended_at = {now} WHERE name = '{TASK}'")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_does_not_count_towards_the_budget() {
    for kind in Kind::ALL {
        let Some(two) = Two::start(kind).await else { continue };
        two.app.store.pools().writer().execute_unprepared("UPDATE plans SET budget_minutes = 1").await.unwrap();
        let claim = r#"mutation { claimRun(input: { kind: REPRODUCTION, hold: { holder: "slow", seconds: 86400 } }) { run { id } } }"#;
        let pause = "mutation($run: ID!) { pauseRun(input: { id: $run }) { run { runningMs } } }";
        let resume = r#"mutation($run: ID!) { resumeRun(input: { id: $run, hold: { holder: "slow", seconds: 86400 } }) { run { status } } }"#;
        let status = "query($run: ID!) { run(id: $run) { status errorCode runningMs durationMs } }";
        let run = two.ask(0, claim, json!({})).await["claimRun"]["run"]["id"].clone();
        let of_run = || json!({ "run": run });
        for round in 0..5 {
            two.dial.turn(10_000);
            two.ask(round, pause, of_run()).await;
            two.dial.turn(3_600_000);
            two.watch().await;
            two.ask(round, resume, of_run()).await;
            two.watch().await;
            assert_eq!(two.ask(0, status, of_run()).await["run"]["status"], "RUNNING", "{kind:?}, round {round}");
        }
        two.dial.turn(11_000);
        two.watch().await;
        let found = two.ask(0, status, of_run()).await["run"].clone();
        assert_eq!((&found["status"], &found["errorCode"]), (&json!("TIMEOUT"), &json!("E_RUN_TIMEOUT")), "{found}");
        let (ran, took) = (found["runningMs"].as_i64().unwrap(), found["durationMs"].as_i64().unwrap());
        assert!((60_000..70_000).contains(&ran) && took > 5 * 3_600_000, "{found}");
        assert_eq!(two.happened().await["RUN_TIMED_OUT"], 1, "{kind:?}");
    }
}
