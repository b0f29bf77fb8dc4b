//! Executors and the server are killed while runs are written, again and again: no batch that was acknowledged is lost, none
//! is doubled by a retry, and one that comes again after a newer value leaves the newer one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::Id;
use domain::execution::Run;
use serde_json::{Value, json};
use tests::database::Kind;
use tests::dice::Dice;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::kit::{Asker, Program, Tables, code, scaled};

const EXECUTORS: usize = 4;
const START: &str = r#"mutation($r: ID!, $p: ID!, $t: String!) { startRun(input: {
    run: { id: $r, subject: { experiment: { projectId: $p } }, name: "Killed" },
    hold: { holder: "executor", seconds: 86400, token: $t } }) { token } }"#;
const APPEND: &str = "mutation($r: ID!, $t: String!, $b: String!, $c: [RunEventInput!]!) {
    write: appendRunEvents(input: { runId: $r, token: $t, batchId: $b, events: $c }) { replayed batch { number } } }";
const LOG: &str = "mutation($r: ID!, $t: String!, $b: String!, $c: [SeriesLogInput!]!) {
    write: logSeries(input: { runId: $r, token: $t, batchId: $b, series: $c }) { replayed batch { number } } }";

/// The batches that an executor has sent: the number that was answered for each, where an answer came.
type Journal = BTreeMap<usize, Option<i64>>;

/// An executor of one run. Its journal outlives it: each batch stands there before it is sent.
#[derive(Clone)]
struct Executor {
    asker: Asker,
    run: String,
    token: String,
    journal: Arc<Mutex<Journal>>,
}

/// The steps that a batch logs; the value at each is its own number. The others append two events.
fn steps(batch: usize) -> Option<Vec<usize>> {
    (!batch.is_multiple_of(3)).then(|| std::iter::once(0).chain(batch * 10..batch * 10 + 25).collect())
}

fn tags(batch: usize) -> [String; 2] {
    [format!("{batch} one"), format!("{batch} two")]
}

impl Executor {
    async fn start(program: &Program, project: &str) -> Self {
        let run = Id::<Run>::try_new(Uuid::now_v7()).unwrap().to_string();
        let token = format!("{run:-<40}");
        program.data(START, json!({ "r": run, "p": project, "t": token })).await;
        Self { asker: program.asker(), run, token, journal: Arc::default() }
    }

    /// Sends a batch, and answers what came of it, if an answer came.
    async fn send(&self, batch: usize) -> Option<Value> {
        let event = |tag| json!({ "eventType": "LOG_LINE", "payload": { "tag": tag } });
        let (document, content) = if let Some(steps) = steps(batch) {
            (LOG, json!([{ "metric": "loss", "values": vec![batch; steps.len()], "steps": steps }]))
        } else {
            (APPEND, tags(batch).into_iter().map(event).collect())
        };
        self.journal.lock().await.entry(batch).or_default();
        let variables = json!({ "r": self.run, "t": self.token, "b": batch.to_string(), "c": content });
        let answer = self.asker.ask(document, variables).await.ok()?;
        if answer.get("errors").is_some() {
            assert_eq!(code(&answer), "UNAVAILABLE", "{answer}");
            return None;
        }
        let written = answer["data"]["write"].clone();
        self.journal.lock().await.insert(batch, written["batch"]["number"].as_i64());
        Some(written)
    }

    /// Sends new batches, and now and then an old one again, until there is no answer.
    async fn work(self, seed: u64) {
        let mut dice = Dice::new(seed);
        loop {
            let last = self.journal.lock().await.keys().last().copied().unwrap_or_default();
            let batch = if dice.once_in(5) { dice.roll(last + 1).max(1) } else { last + 1 };
            if self.send(batch).await.is_none() {
                return;
            }
        }
    }

    /// Sends a new batch, and after it what was not acknowledged, and some of what was.
    async fn retry(&self, dice: &mut Dice) {
        let journal = self.journal.lock().await.clone();
        let last = journal.keys().last().copied().unwrap_or_default();
        assert_eq!(self.send(last + 1).await.expect("an answer")["replayed"], false);
        for (batch, number) in journal {
            if number.is_some() && !dice.once_in(20) {
                continue;
            }
            let written = self.send(batch).await.expect("an answer");
            if let Some(number) = number {
                assert_eq!(written, json!({ "replayed": true, "batch": { "number": number } }), "batch {batch}");
            }
        }
    }
}

/// What the database has of a run.
#[derive(Default)]
struct Kept {
    batches: Vec<(i64, usize)>,
    events: Vec<(i64, String)>,
    points: BTreeMap<i64, i64>,
}

async fn kept(tables: &Tables) -> HashMap<String, Kept> {
    let mut kept: HashMap<String, Kept> = HashMap::new();
    let run = |row: &sea_orm::QueryResult| Id::<Run>::try_new(row.try_get_by_index(0).unwrap()).unwrap().to_string();
    for row in tables.rows("SELECT run_id, number, batch_id FROM run_batches ORDER BY run_id, number").await {
        let batch: String = row.try_get_by_index(2).unwrap();
        let batch = (row.try_get_by_index(1).unwrap(), batch.parse().unwrap());
        kept.entry(run(&row)).or_default().batches.push(batch);
    }
    for row in tables.rows("SELECT run_id, seq, payload ->> 'tag' FROM run_events ORDER BY run_id, seq").await {
        let event = (row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap());
        kept.entry(run(&row)).or_default().events.push(event);
    }
    for row in tables.rows("SELECT run_id, step, CAST(value AS bigint) FROM series_points").await {
        let (step, value) = (row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap());
        kept.entry(run(&row)).or_default().points.insert(step, value);
    }
    kept
}

/// Every batch that was acknowledged is there under its number, and what is there is what batches come to in their order.
async fn assert_kept(tables: &Tables, executors: &[Executor]) {
    tables.assert_whole().await;
    let mut all = kept(tables).await;
    for executor in executors {
        let journal = executor.journal.lock().await.clone();
        let kept = all.remove(&executor.run).unwrap_or_default();
        let numbers: HashMap<usize, i64> = kept.batches.iter().map(|(number, batch)| (*batch, *number)).collect();
        assert!(numbers.keys().all(|batch| journal.contains_key(batch)));
        for (batch, number) in journal.iter().filter_map(|(batch, number)| Some((batch, (*number)?))) {
            assert_eq!(numbers.get(batch), Some(&number), "batch {batch} was acknowledged and is lost");
        }
        let (mut events, mut points) = (Vec::new(), BTreeMap::new());
        for (at, (number, batch)) in (1_i64..).zip(&kept.batches) {
            assert_eq!(at, *number, "there is a gap");
            match steps(*batch) {
                Some(steps) => {
                    let value = i64::try_from(*batch).unwrap();
                    points.extend(steps.into_iter().map(|step| (i64::try_from(step).unwrap(), value)));
                }
                None => events.extend(tags(*batch)),
            }
        }
        assert_eq!(kept.events, (1_i64..).zip(events).collect::<Vec<_>>());
        assert_eq!(kept.points, points);
    }
    let wrong = "SELECT count(*) FROM run_series AS s WHERE s.count <> (SELECT count(*) FROM series_points AS p
        WHERE p.run_id = s.run_id AND p.series_number = s.number)";
    assert_eq!(tables.number(wrong).await, 0);
}

async fn killed_while_runs_are_written(kind: Kind, times: usize) {
    let Some(mut program) = Program::start(kind).await else { return };
    let project = program.project("one").await;
    let mut executors = Vec::new();
    for _ in 0..EXECUTORS {
        executors.push(Executor::start(&program, &project).await);
    }
    let mut dice = Dice::new(7);
    for round in 0..times {
        let seed = |at: usize| u64::try_from(round * EXECUTORS + at).unwrap();
        let working = executors.iter().enumerate().map(|(at, executor)| tokio::spawn(executor.clone().work(seed(at))));
        let working: Vec<_> = working.collect();
        tokio::time::sleep(Duration::from_millis(u64::try_from(dice.roll(400)).unwrap())).await;
        let server = !dice.once_in(3);
        if server {
            program.process.kill().await;
        } else {
            // Each executor goes at another moment, and the server goes on.
            for executor in &working {
                executor.abort();
                tokio::time::sleep(Duration::from_millis(u64::try_from(dice.roll(20)).unwrap())).await;
            }
        }
        for executor in working {
            let ended = executor.await;
            assert!(ended.as_ref().map_or_else(tokio::task::JoinError::is_cancelled, |()| server), "{ended:?}");
        }
        if server {
            program.process.restart().await;
        }
        for executor in &executors {
            executor.retry(&mut dice).await;
        }
        assert_kept(&program.tables().await, &executors).await;
    }
    let mut batches = 0;
    for executor in &executors {
        let journal = executor.journal.lock().await;
        assert!(journal.values().all(Option::is_some), "what was sent again is acknowledged");
        batches += journal.len();
    }
    println!("{kind:?}: killed {times} times over {batches} batches");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_executors_and_servers_lose_no_batch_and_double_none_on_sqlite() {
    killed_while_runs_are_written(Kind::Sqlite, scaled(100, 5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_executors_and_servers_lose_no_batch_and_double_none_on_postgres() {
    killed_while_runs_are_written(Kind::Postgres, scaled(100, 4)).await;
}
