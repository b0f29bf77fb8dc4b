//! Whoever goes away, or waits too long, has their statement stopped, and the pool stays whole.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use sea_orm::TransactionTrait;
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::socket::Socket;
use tokio::time::{Instant, sleep, timeout};

use super::kit::{Program, Tables, scaled};

/// How long a test waits for what takes a second at most; the statements themselves would take many minutes.
const PATIENCE: Duration = Duration::from_mins(1);
const SLOW: &str = "{ eventLogs { nodes { id } } }";
const FAST: &str = "{ viewer { id } }";
const ACTIVITY: &str = "subscription($p: ID!) { projectActivity(projectId: $p) { __typename } }";

/// A program with one connection that reads, and with a table that takes hours to read.
struct Slow {
    program: Program,
    tables: Tables,
    project: String,
}

impl Slow {
    async fn start(kind: Kind, flags: &[&str]) -> Option<Self> {
        let flags: Vec<&str> =
            ["--pool-size", "1", "--statement-timeout", "1h"].into_iter().chain(flags.iter().copied()).collect();
        let program = Program::with(kind, &flags).await?;
        let project = program.project("slow").await;
        let tables = program.tables().await;
        let counted = match kind {
            Kind::Sqlite => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n"
            }
            Kind::Postgres => "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b",
        };
        // None of the tasks that run by themselves reads it.
        tables.run("ALTER TABLE event_logs RENAME TO event_logs_kept").await;
        tables.run(&format!("CREATE VIEW event_logs AS SELECT * FROM event_logs_kept WHERE ({counted}) > 0")).await;
        Some(Self { program, tables, project })
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let url = url::Url::parse_with_params(&self.program.process.url(path), query).unwrap();
        self.program.client().get(url)
    }

    async fn answers(&self) -> bool {
        let answer = timeout(Duration::from_millis(1500), self.program.asker().ask(FAST, Value::Null)).await;
        answer.is_ok_and(|answer| answer.is_ok_and(|answer| answer.get("errors").is_none()))
    }

    /// Waits until the one connection is busy.
    async fn runs(&self) {
        let until = Instant::now() + PATIENCE;
        while self.answers().await {
            assert!(Instant::now() < until, "the slow statement does not run");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the connection is of use again, and no statement runs.
    async fn stops(&self, who: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.answers().await || self.running().await > 0 {
            assert!(Instant::now() < until, "the statement goes on: {who}");
        }
    }

    async fn running(&self) -> i64 {
        if self.program.url.starts_with("sqlite:") {
            return 0;
        }
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
            AND pid <> pg_backend_pid() AND query LIKE '%event_logs%'";
        self.tables.number(sql).await
    }

    async fn socket(&self) -> Socket {
        Socket::connect(self.program.process.address(), self.program.shown().await).await
    }
}

/// Asks for what takes long.
async fn subscribe(socket: &mut Socket) {
    socket.say(&json!({ "type": "subscribe", "id": "1", "payload": { "query": SLOW } })).await;
}

async fn who_goes_away_has_their_statement_stopped(kind: Kind) {
    let Some(slow) = Slow::start(kind, &[]).await else { return };
    {
        let asker = slow.program.asker();
        let asking = tokio::spawn(async move { asker.ask(SLOW, Value::Null).await });
        slow.runs().await;
        asking.abort();
    }
    slow.stops("a request over HTTP").await;
    {
        let request = slow.get("/graphql/stream", &[("query", SLOW)]).header(ACCEPT, "text/event-stream");
        let asking = tokio::spawn(request.send());
        slow.runs().await;
        asking.abort();
    }
    slow.stops("a query by events").await;
    let variables = json!({ "p": slow.project }).to_string();
    let events = slow.get("/graphql/stream", &[("query", ACTIVITY), ("variables", &variables)]);
    let events = events.header(ACCEPT, "text/event-stream").send().await.unwrap();
    assert_eq!(events.status(), StatusCode::OK);
    slow.runs().await;
    drop(events);
    slow.stops("a subscription by events").await;
    let mut socket = slow.socket().await;
    subscribe(&mut socket).await;
    slow.runs().await;
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    slow.stops("an operation that is completed").await;
    subscribe(&mut socket).await;
    slow.runs().await;
    drop(socket);
    slow.stops("a socket that is closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_has_their_statement_stopped_on_sqlite() {
    who_goes_away_has_their_statement_stopped(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_has_their_statement_stopped_on_postgres() {
    who_goes_away_has_their_statement_stopped(Kind::Postgres).await;
}

async fn a_request_past_its_deadline_is_stopped(kind: Kind) {
    let Some(slow) = Slow::start(kind, &["--request-timeout", "15s"]).await else { return };
    let body = json!({ "query": SLOW }).to_string();
    let post = |path| slow.program.post(path, "application/json", body.clone());
    let mut socket = slow.socket().await;
    let heard = async {
        subscribe(&mut socket).await;
        timeout(PATIENCE, socket.hear()).await.expect("an answer")
    };
    // One of them has the connection, and the others wait for it.
    let (answer, events, heard) = tokio::join!(post("/graphql"), post("/graphql/stream"), heard);
    for answer in [answer, events] {
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    }
    assert_eq!((&heard["type"], &heard["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("UNAVAILABLE")));
    slow.stops("a request past its deadline").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_past_its_deadline_is_stopped_on_sqlite() {
    a_request_past_its_deadline_is_stopped(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_past_its_deadline_is_stopped_on_postgres() {
    a_request_past_its_deadline_is_stopped(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_waits_for_a_lock_is_stopped() {
    let Some(program) = Program::with(Kind::Postgres, &["--lock-timeout", "1h", "--statement-timeout", "1h"]).await
    else {
        return;
    };
    let tables = program.tables().await;
    let lock = tables.0.begin().await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&lock, "LOCK TABLE event_logs IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let asker = program.asker();
    let asking = tokio::spawn(async move { asker.ask(SLOW, Value::Null).await });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let until = Instant::now() + PATIENCE;
    while tables.number(waits).await == 0 {
        assert!(Instant::now() < until, "nobody waits for the lock");
    }
    asking.abort();
    while tables.number(waits).await > 0 {
        assert!(Instant::now() < until, "the statement goes on waiting");
        sleep(Duration::from_millis(20)).await;
    }
    lock.rollback().await.unwrap();
}

/// Requests that are given up in all their stages leave every connection usable, and no transaction open.
async fn many_requests_that_are_given_up_leave_the_pool_whole(kind: Kind) {
    const POOL: usize = 4;
    let Some(program) = Program::with(kind, &["--pool-size", "4"]).await else { return };
    let query = "{ viewer { id } projects { nodes { id papers { nodes { id } } } } users { nodes { id } } }";
    let given_up = (0..u64::try_from(scaled(100_000, 1000)).unwrap()).map(|nth| {
        let asker = program.asker();
        async move {
            let span = Duration::from_micros(nth * 7919 % 20_000);
            let _ = timeout(span, asker.ask(query, Value::Null)).await;
        }
    });
    let mut given_up: Vec<_> = given_up.collect();
    while !given_up.is_empty() {
        let some = given_up.split_off(given_up.len().saturating_sub(50));
        join_all(some).await;
    }
    let until = Instant::now() + PATIENCE;
    let asked = join_all((0..POOL * 4).map(|_| program.data(query, Value::Null)));
    assert_eq!(timeout(PATIENCE, asked).await.expect("answers").len(), POOL * 4);
    let tables = program.tables().await;
    if kind == Kind::Postgres {
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'reprograph'";
        // Beside the pool there are those that hear and tell other nodes.
        while tables.number(open).await > i64::try_from(POOL).unwrap() + 2
            || tables.number(&format!("{open} AND state LIKE 'idle in%'")).await > 0
        {
            assert!(Instant::now() < until, "connections are left over");
            sleep(Duration::from_millis(100)).await;
        }
    }
    tables.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_that_are_given_up_leave_the_pool_whole_on_sqlite() {
    many_requests_that_are_given_up_leave_the_pool_whole(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_that_are_given_up_leave_the_pool_whole_on_postgres() {
    many_requests_that_are_given_up_leave_the_pool_whole(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_beginning_is_given_up_is_not_left_open() {
    let Some(app) = App::start(Kind::Postgres).await else { return };
    let db = app.store.pools().writer();
    for micros in 0..scaled(30_000, 300) {
        let span = Duration::from_micros(u64::try_from(micros % 300).unwrap());
        let _ = timeout(span, db.begin()).await;
    }
    let tables = Tables::open(&app.database.url).await;
    let until = Instant::now() + PATIENCE;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    while tables.number(open).await > 0 {
        assert!(Instant::now() < until, "a transaction is left open");
        sleep(Duration::from_millis(50)).await;
    }
}
