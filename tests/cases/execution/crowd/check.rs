//! What must hold after a crowd: of every run, and of what clients were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::execution::RunStatus;
use domain::{Leaf, Timestamp};
use serde_json::{Value, json};
use tests::app::{App, verify};
use tests::world::user;

use super::client::{Crowd, Told};
use super::command::{Command, Content};

const RUNS: &str = "{ runs(first: 200, filter: { origin: { in: [QUEUED, DIRECT] } }) { pageInfo { hasNextPage } nodes {
    id status origin attempt queuedAt startedAt endedAt durationMs runningMs
    leases(first: 200, orderBy: CREATED_AT_ASC) { nodes { attempt createdAt releasedAt } } } } }";
const WRITTEN: &str = "query($run: ID!) { run(id: $run) {
    eventLogs(first: 200, orderBy: POSITION_ASC) { pageInfo { hasNextPage } nodes { eventType } }
    events(first: 200) { pageInfo { hasNextPage } nodes { seq payload } }
    batches(first: 200) { pageInfo { hasNextPage } nodes { number batchId firstSeq lastSeq } }
    snapshots(first: 200) { pageInfo { hasNextPage } nodes { id } }
    series { nodes { metric count firstStep lastStep first last min max points(first: 1000) { steps values } } } } }";

pub(super) async fn check(app: &App, crowd: &Crowd, place: &str) {
    let told = crowd.heard.lock().await.told.clone();
    let runs = ask(app, RUNS, json!({})).await["runs"]["nodes"].clone();
    let runs = runs.as_array().unwrap();
    let mut lengths = (0, 0);
    for run in runs {
        let id = run["id"].as_str().unwrap();
        let written = ask(app, WRITTEN, json!({ "run": id })).await["run"].clone();
        let told: Vec<_> = told.iter().filter(|told| told.about() == Some(id)).collect();
        let place = format!("{place}, {id}: {run:#} {:#}", written["eventLogs"]);
        the_log_is_a_path(run, &written, &place);
        leases_are_one_after_the_other(run, &written, &place);
        durations_agree(run, &place);
        batches_are_numbered_and_events_as_well(&written, &told, &place);
        series_are_what_batches_say(&written, &told, &place);
        nobody_stale_was_heard(&told, &place);
        the_end_is_what_was_told(run, &told, &place);
        lengths = (lengths.0 + told.len(), lengths.1 + written["batches"]["nodes"].as_array().unwrap().len());
    }
    let checked = verify(&app.database.url).await;
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    println!("{place}: {} runs, {} answers about them, {} batches", runs.len(), lengths.0, lengths.1);
}

async fn ask(app: &App, query: &str, variables: Value) -> Value {
    let (answer, _) = app.ask(user("ed"), query, variables).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let answer = answer.data.into_json().unwrap();
    assert!(!answer.to_string().contains(r#""hasNextPage":true"#), "there is more than is checked");
    answer
}

fn nodes<'a>(of: &'a Value, edge: &str) -> &'a Vec<Value> {
    of[edge]["nodes"].as_array().unwrap()
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().map(|text| text.parse().unwrap())
}

/// Every step is one of the machine's, and the last leads to where the run is.
fn the_log_is_a_path(run: &Value, written: &Value, place: &str) {
    let mut at = None;
    let mut requeued = 0;
    for event in nodes(written, "eventLogs") {
        let next = match event["eventType"].as_str().unwrap() {
            "RUN_CREATED" | "RUN_REQUEUED" => RunStatus::Queued,
            "RUN_STARTED" | "RUN_RESUMED" => RunStatus::Running,
            "RUN_PAUSED" => RunStatus::Paused,
            "RUN_COMPLETED" => RunStatus::Succeeded,
            "RUN_FAILED" => RunStatus::Failed,
            "RUN_TIMED_OUT" => RunStatus::Timeout,
            "RUN_CANCELLED" => RunStatus::Cancelled,
            _ => continue,
        };
        requeued += i64::from(event["eventType"] == "RUN_REQUEUED");
        let legal = at.map_or(next == RunStatus::Queued, |at: RunStatus| at.leads_to(next));
        assert!(legal, "{at:?} to {next}: {place}");
        at = Some(next);
    }
    assert_eq!(at.map(|status| status.raw()), run["status"].as_str().map(str::to_owned), "{place}");
    assert_eq!(run["attempt"], 1 + requeued, "{place}");
    assert!(requeued == 0 || run["origin"] == "QUEUED", "{place}");
}

/// A lease for each stretch of running, and one that holds while the run is running.
fn leases_are_one_after_the_other(run: &Value, written: &Value, place: &str) {
    let leases = nodes(run, "leases");
    let began = ["RUN_STARTED", "RUN_RESUMED"].map(Value::from);
    let began = nodes(written, "eventLogs").iter().filter(|event| began.contains(&event["eventType"])).count();
    assert_eq!(leases.len(), began, "{place}");
    let hold = leases.iter().filter(|lease| lease["releasedAt"].is_null()).count();
    assert_eq!(hold, usize::from(run["status"] == "RUNNING"), "{place}");
}

/// Times are in order; a duration is what lies between them, and what ran is what leases held, pauses left out.
fn durations_agree(run: &Value, place: &str) {
    let (queued, started, ended) = (time(&run["queuedAt"]), time(&run["startedAt"]), time(&run["endedAt"]));
    assert!(started.is_none_or(|started| queued <= Some(started)), "{place}");
    assert!(ended.is_none_or(|ended| queued <= Some(ended) && started <= Some(ended)), "{place}");
    let duration = started.zip(ended).map(|(started, ended)| ended.since(started).get());
    assert_eq!(run["durationMs"].as_i64(), duration, "{place}");
    let held = nodes(run, "leases").iter().filter(|lease| lease["attempt"] == run["attempt"]);
    let held = held.filter_map(|lease| {
        time(&lease["releasedAt"]).map(|released| released.since(time(&lease["createdAt"]).unwrap()).get())
    });
    let held: i64 = held.sum();
    let ran = started.map(|_| duration.map_or(held, |duration| held.min(duration)));
    assert_eq!(run["runningMs"].as_i64(), ran, "{place}");
}

/// Batches and events are numbered from 1 without gaps, those that were acknowledged are there under the number told, and
/// each event is there once, where its batch says.
fn batches_are_numbered_and_events_as_well(written: &Value, told: &[&Told], place: &str) {
    let batches = nodes(written, "batches");
    let mut sent: HashMap<&str, &Content> = HashMap::new();
    let mut acknowledged: HashMap<&str, i64> = HashMap::new();
    for told in told {
        let Command::Write { batch, content, .. } = &told.command else { continue };
        sent.insert(batch, content);
        if let Ok(answer) = &told.answer {
            let number = answer["write"]["batch"]["number"].as_i64().unwrap();
            assert_eq!(*acknowledged.entry(batch).or_insert(number), number, "{batch} {place}");
        }
    }
    let mut wanted = Vec::new();
    for (at, batch) in batches.iter().enumerate() {
        assert_eq!(batch["number"], at + 1, "{place}");
        let name = batch["batchId"].as_str().unwrap();
        let content = sent.get(name).unwrap_or_else(|| panic!("nobody sent {name}: {place}"));
        assert_eq!(acknowledged.remove(name), batch["number"].as_i64(), "{name} {place}");
        let first = wanted.len() + 1;
        match content {
            Content::Events(tags) => wanted.extend(tags.iter().map(|tag| json!(tag))),
            Content::Points(_) => {}
            Content::Rewind(_) => wanted.push(Value::Null),
        }
        assert_eq!(batch["firstSeq"].as_u64().is_some(), wanted.len() >= first, "{place}");
        assert_eq!(batch["lastSeq"], wanted.len(), "{place}");
    }
    assert!(acknowledged.is_empty(), "acknowledged and lost: {acknowledged:?} {place}");
    let found: Vec<_> = nodes(written, "events").iter().map(|event| event["payload"]["tag"].clone()).collect();
    assert_eq!(found, wanted, "{place}");
    let numbers = nodes(written, "events").iter().map(|event| event["seq"].clone());
    assert!(numbers.eq((1..=wanted.len()).map(Value::from)), "{place}");
    let saved: BTreeSet<_> =
        nodes(written, "snapshots").iter().filter_map(|snapshot| snapshot["id"].as_str()).collect();
    for told in told.iter().filter(|told| told.answer.is_ok()) {
        if let Command::Save { id, .. } = &told.command {
            assert!(saved.contains(id.as_str()), "{id} is lost: {place}");
        }
    }
}

/// Series are what the batches come to, one after the other.
fn series_are_what_batches_say(written: &Value, told: &[&Told], place: &str) {
    let sent: HashMap<&str, &Content> = told
        .iter()
        .filter_map(|told| match &told.command {
            Command::Write { batch, content, .. } => Some((batch.as_str(), content)),
            _ => None,
        })
        .collect();
    let mut series: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    for batch in nodes(written, "batches") {
        match sent[batch["batchId"].as_str().unwrap()] {
            Content::Events(_) => {}
            Content::Points(new) => {
                for (metric, points) in new {
                    series.entry(metric).or_default().extend(points);
                }
            }
            Content::Rewind(step) => series.values_mut().for_each(|points| drop(points.split_off(&(step + 1)))),
        }
    }
    let real = |value: usize| json!(f64::from(u32::try_from(value).unwrap()));
    let wanted: BTreeMap<_, _> = series
        .into_iter()
        .map(|(metric, points)| {
            let values = || points.values().copied();
            let wanted = json!({
                "metric": metric, "count": points.len(), "firstStep": points.keys().next(), "lastStep": points.keys().last(),
                "first": values().next().map(real), "last": values().last().map(real),
                "min": values().min().map(real), "max": values().max().map(real),
                "points": { "steps": points.keys().collect::<Vec<_>>(), "values": values().map(real).collect::<Vec<_>>() },
            });
            (metric, wanted)
        })
        .collect();
    let found = nodes(written, "series").iter().map(|series| (series["metric"].as_str().unwrap(), series.clone()));
    assert_eq!(found.collect::<BTreeMap<_, _>>(), wanted, "{place}");
}

/// Whoever had lost a lease before they wrote was refused. One is lost when somebody is told that the run rests or is over,
/// or that another holds it.
fn nobody_stale_was_heard(told: &[&Told], place: &str) {
    let mut got: HashMap<&str, u64> = HashMap::new();
    for told in told.iter().filter(|told| told.begins()) {
        let first = got.entry(told.command.token().unwrap()).or_insert(told.answered);
        *first = (*first).min(told.answered);
    }
    for (token, got) in got {
        for wrote in told.iter().filter(|told| told.wrote(token)) {
            // Who ends a run that is over in the same way is told so.
            let again = |told: &Told| wrote.is_end() && told.is_end();
            let lost =
                |told: &&&Told| told.ends(token) && told.sent > got && told.answered < wrote.sent && !again(told);
            let lost = told.iter().find(lost);
            assert!(lost.is_none(), "{token} had been lost by {lost:?}: {wrote:?} {place}");
        }
    }
}

/// A run that was said to be over is over in that way.
fn the_end_is_what_was_told(run: &Value, told: &[&Told], place: &str) {
    for told in told {
        let Ok(answer) = &told.answer else { continue };
        let end = match told.command {
            Command::Finish { .. } => &answer["finishRun"]["run"]["status"],
            Command::Cancel { .. } => &answer["cancelRun"]["run"]["status"],
            _ => continue,
        };
        assert_eq!(&run["status"], end, "{place}");
    }
}

impl Told {
    /// The run that it is about.
    fn about(&self) -> Option<&str> {
        let claimed = self.answer.as_ref().ok().and_then(|answer| answer["claimRun"]["run"]["id"].as_str());
        self.command.run().or(claimed)
    }

    /// Whether somebody was told that they hold the run.
    fn begins(&self) -> bool {
        match (&self.command, &self.answer) {
            (Command::Claim { .. } | Command::Resume { .. }, Ok(_)) => true,
            (Command::Start { .. }, Ok(answer)) => !answer["startRun"]["token"].is_null(),
            _ => false,
        }
    }

    /// Whether it ends a run.
    fn is_end(&self) -> bool {
        matches!(self.command, Command::Finish { .. } | Command::Cancel { .. })
    }

    /// Whether it says that this lease is over, if there was one before.
    fn ends(&self, token: &str) -> bool {
        let over = self.is_end() || matches!(self.command, Command::Pause { .. });
        self.answer.is_ok() && (over || (self.begins() && self.command.token() != Some(token)))
    }

    /// Whether this lease was taken for one that holds. What was sent before is told again to anybody.
    fn wrote(&self, token: &str) -> bool {
        let Ok(answer) = &self.answer else { return false };
        let wrote = match &self.command {
            Command::Write { .. } => answer["write"]["replayed"] == false,
            Command::Save { .. } => !self.again,
            Command::Create { .. } | Command::Start { .. } => false,
            _ => true,
        };
        wrote && self.command.token() == Some(token)
    }
}
