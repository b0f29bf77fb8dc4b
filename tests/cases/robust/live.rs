//! Live subscriptions of real programs, while many write, servers are killed, and those who follow drop and come again: each
//! sees every committed event once and in order. On PostgreSQL half of all ask a second node.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::Id;
use domain::literature::Paper;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use tests::database::Kind;
use tests::dice::Dice;
use tests::process::Process;
use tests::socket::Socket;
use uuid::Uuid;

use super::kit::{Asker, Program, code, launch, open_many_files, scaled};

const TOKEN: &str = "the-token-of-the-run-that-is-followed";
const START: &str = r#"mutation($p: ID!, $t: String!) { startRun(input: { run: { subject: { experiment: { projectId: $p } },
    name: "Followed" }, hold: { holder: "writers", seconds: 86400, token: $t } }) { run { id } } }"#;
const APPEND: &str = "mutation($r: ID!, $t: String!, $b: String!, $e: [RunEventInput!]!) {
    appendRunEvents(input: { runId: $r, token: $t, batchId: $b, events: $e }) { replayed } }";
const CREATE: &str = r#"mutation($p: ID!, $i: ID!) { createPaper(input: { id: $i, projectId: $p, title: "A paper" }) {
    paper { id } } }"#;
const EVENTS: &str = "subscription($r: ID!) { runEvents(runId: $r, afterSeq: 0) { at: seq payload } }";
const ACTIVITY: &str = "subscription($p: ID!) { projectActivity(projectId: $p, after: 0) { at: position payload } }";

/// A world with a run that is followed.
struct Followed {
    project: String,
    run: String,
    /// The nodes, by how they are asked.
    nodes: Vec<Asker>,
    /// The last positions in the run and in the project, once all is written.
    last: OnceLock<[i64; 2]>,
}

impl Followed {
    fn node(&self, dice: &mut Dice) -> &Asker {
        dice.pick(&self.nodes).unwrap()
    }

    /// Sends a mutation to any node until it is answered; a retry is harmless.
    async fn write(&self, dice: &mut Dice, document: &str, variables: &Value) -> Value {
        loop {
            match self.node(dice).ask(document, variables.clone()).await {
                Ok(answer) if code(&answer) != "UNAVAILABLE" => return answer,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// Writes batches of events and papers with pauses between them, now and then some that are refused.
async fn write(of: Arc<Followed>, number: u64, writes: usize) {
    let mut dice = Dice::new(number);
    for at in 0..writes {
        tokio::time::sleep(Duration::from_millis(u64::try_from(dice.roll(30)).unwrap())).await;
        let batch = format!("{number}.{at}");
        let event = |n: usize| json!({ "eventType": "LOG_LINE", "payload": { "said": format!("{batch}.{n}") } });
        let events: Vec<_> = (0..=dice.roll(3)).map(event).collect();
        let mut variables = json!({ "r": of.run, "t": TOKEN, "b": batch, "e": events });
        let answer = of.write(&mut dice, APPEND, &variables).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        if dice.once_in(4) {
            variables["e"] = json!([event(9)]);
            assert_eq!(code(&of.write(&mut dice, APPEND, &variables).await), "CONFLICT");
        }
        let paper = json!({ "p": of.project, "i": Id::<Paper>::try_new(Uuid::now_v7()).unwrap().to_string() });
        let answer = of.write(&mut dice, CREATE, &paper).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
    }
}

/// What somebody saw: the position and the payload of each.
type Seen = Vec<(i64, Value)>;

/// Follows until all is written and seen, and drops the connection now and then, to come again with what was seen last.
async fn follow(of: Arc<Followed>, number: u64) -> Seen {
    let mut dice = Dice::new(number);
    let (document, variables) = if number.is_multiple_of(2) {
        (EVENTS, json!({ "r": of.run }))
    } else {
        (ACTIVITY, json!({ "p": of.project }))
    };
    let mut seen = Vec::new();
    let has_all = |seen: &Seen| {
        let last = of.last.get().map(|last| last[usize::from(!number.is_multiple_of(2))]);
        last.is_some_and(|last| seen.last().is_some_and(|(at, _)| *at >= last))
    };
    while !has_all(&seen) {
        let node = of.node(&mut dice).clone();
        let patience = dice.roll(60) + 1;
        connection(&node, (document, &variables), &mut seen, |seen, taken| taken < patience && !has_all(seen)).await;
    }
    seen
}

/// Follows by one connection, until it breaks off or they have enough of it.
async fn connection(
    node: &Asker,
    (document, variables): (&str, &Value),
    seen: &mut Seen,
    goes_on: impl Fn(&Seen, usize) -> bool,
) {
    let request = node.client.post(format!("{}/graphql/stream", node.base));
    let mut request = request.header("content-type", "application/json").header(ACCEPT, "text/event-stream");
    if let Some((last, _)) = seen.last() {
        request = request.header("last-event-id", last.to_string());
    }
    let body = json!({ "query": document, "variables": variables }).to_string();
    let Ok(mut response) = request.body(body).send().await else {
        return tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let (mut text, mut taken) = (Vec::new(), 0);
    while goes_on(seen, taken) {
        let piece = match tokio::time::timeout(Duration::from_millis(500), response.chunk()).await {
            Err(_) => continue,
            Ok(Ok(Some(piece))) => piece,
            Ok(Ok(None) | Err(_)) => return,
        };
        text.extend_from_slice(&piece);
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = text.drain(..end + 2).collect();
            let event = String::from_utf8(event).unwrap();
            // A sign of life says nothing.
            let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
            let answer: Value = serde_json::from_str(data).unwrap();
            if code(&answer) == "UNAVAILABLE" {
                return;
            }
            let item = answer["data"].as_object().and_then(|data| data.values().next()).unwrap_or(&Value::Null);
            seen.push((item["at"].as_i64().unwrap_or_else(|| panic!("{answer}")), item["payload"].clone()));
            taken += 1;
        }
    }
}

async fn everybody_sees_all(kind: Kind) {
    let Some(program) = Program::start(kind).await else { return };
    let project = program.project("followed").await;
    let run = program.data(START, json!({ "p": project, "t": TOKEN })).await;
    let mut nodes = vec![program.asker()];
    let mut second = None;
    if kind == Kind::Postgres {
        let node = launch(&program.url, program.objects.to_str().unwrap()).start().await;
        nodes.push(Asker { client: program.client().clone(), base: node.url("") });
        second = Some(node);
    }
    let run = run["startRun"]["run"]["id"].as_str().unwrap().to_owned();
    let of = Arc::new(Followed { project, run, nodes, last: OnceLock::new() });
    let (writers, followers, each) = (scaled(64, 8), scaled(200, 24), scaled(100, 8));
    let number = |at: usize| u64::try_from(at).unwrap();
    let following: Vec<_> = (0..followers).map(|at| tokio::spawn(follow(Arc::clone(&of), number(at)))).collect();
    let writing: Vec<_> =
        (0..writers).map(|at| tokio::spawn(write(Arc::clone(&of), number(1000 + at), each))).collect();
    if let Some(node) = &mut second {
        kill_now_and_then(node, scaled(20, 2)).await;
    }
    for writer in writing {
        writer.await.unwrap();
    }
    let tables = program.tables().await;
    let events = tables.number("SELECT max(seq) FROM run_events").await;
    let activity = tables.number("SELECT max(position) FROM event_logs WHERE project_id IS NOT NULL").await;
    of.last.set([events, activity]).unwrap();
    let mut payloads = [BTreeSet::new(), BTreeSet::new()];
    for (at, follower) in following.into_iter().enumerate() {
        let seen = tokio::time::timeout(Duration::from_mins(10), follower).await.expect("all come to the end").unwrap();
        let expected: Vec<i64> = (1..=if at % 2 == 0 { events } else { activity }).collect();
        assert_eq!(seen.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected, "follower {at}");
        payloads[at % 2].insert(seen.iter().map(|(_, payload)| payload.to_string()).collect::<String>());
    }
    assert!(payloads.iter().all(|seen| seen.len() == 1), "all saw the same");
    println!("{kind:?}: {followers} saw {events} events of a run or {activity} of its project");
}

async fn kill_now_and_then(node: &mut Process, times: usize) {
    for _ in 0..times {
        tokio::time::sleep(Duration::from_millis(300)).await;
        node.kill().await;
        node.restart().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_all_that_is_committed_once_and_in_order_on_sqlite() {
    everybody_sees_all(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_all_that_is_committed_once_and_in_order_on_postgres() {
    everybody_sees_all(Kind::Postgres).await;
}

/// How much memory somebody may cost who follows a run that says nothing, in bytes. Of a program that is not optimised it is
/// more.
fn most_for_an_idle_subscriber() -> u64 {
    if std::env::var_os("REPROGRAPH_BIN").is_some() { 20_000 } else { 60_000 }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_what_says_nothing_costs_little() {
    open_many_files();
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let project = program.project("idle").await;
    let run = program.data(START, json!({ "p": project, "t": TOKEN })).await["startRun"]["run"]["id"].clone();
    let shown = program.shown().await;
    let query = "subscription($r: ID!) { runEvents(runId: $r) { seq } }";
    let subscribe = json!({ "query": query, "variables": { "r": run } });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": subscribe });
    let (count, before) = (scaled(10_000, 500), program.process.memory());
    let mut sockets = Vec::new();
    for _ in 0..count {
        let mut socket = Socket::connect(program.process.address(), shown.clone()).await;
        socket.say(&subscribe).await;
        sockets.push(socket);
    }
    // What asks after it is answered after it.
    for socket in &mut sockets {
        socket.say(&json!({ "id": "2", "type": "subscribe", "payload": { "query": "{ __typename }" } })).await;
        assert_eq!(socket.hear().await["type"], "next");
        assert_eq!(socket.hear().await["type"], "complete");
    }
    let each = program.process.memory().saturating_sub(before) / u64::try_from(count).unwrap();
    println!("{count} who follow what says nothing cost {each} bytes each");
    assert!(each < most_for_an_idle_subscriber(), "{each} bytes");
    let say = json!({ "r": run, "t": TOKEN, "b": "only", "e": [{ "eventType": "LOG_LINE" }] });
    program.data(APPEND, say).await;
    for socket in &mut sockets {
        assert_eq!(socket.hear().await["payload"]["data"]["runEvents"]["seq"], 1);
    }
}

/// Who listens to the other nodes.
const LISTENING: &str =
    "SELECT pid::bigint FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'";

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_cannot_hear_the_others_any_more_listens_again() {
    let Some(program) = Program::start(Kind::Postgres).await else { return };
    let tables = program.tables().await;
    let lost = tables.number(LISTENING).await;
    tables.run(&format!("SELECT pg_terminate_backend({lost})")).await;
    let again = async {
        while !tables.rows(LISTENING).await.iter().any(|row| row.try_get_by_index::<i64>(0).unwrap() != lost) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), again).await.expect("it listens again");
}
