//! What must hold before anything is measured: worlds are what they say, and the limit answers as the real server does.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tests::database::{Database, Kind};
use tests::process::Launch;
use tests::socket::Socket;

use crate::client::{Connection, request};
use crate::equal;
use crate::live;
use crate::read::Read;
use crate::server::Server;
use crate::world::{self, Size, World};
use crate::write::Write;

const TINY: World = Size::Tiny.world();

/// A tiny world with the real server and the limit.
struct Stage {
    real: Server,
    limit: Server,
    url: String,
    folder: tests::folder::Folder,
    _database: Database,
}

impl Stage {
    async fn set(kind: Kind) -> Option<Self> {
        let database = Database::fresh(kind).await?;
        let (url, folder) = (database.url.clone(), tests::folder::Folder::new());
        world::load(&url, TINY).await;
        let real = Server::real("reprograph", &reprograph(), &url, folder.path()).await;
        let limit = Server::limit(&url).await;
        Some(Self { real, limit, url, folder, _database: database })
    }

    /// What the real server answers this user.
    async fn data(&self, user: u32, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut connection = Connection::open(self.real.process.address()).await;
        let answer = connection.ask(&request("/graphql", &world::token(user), &body)).await;
        let answer: Value = serde_json::from_slice(answer).unwrap();
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"].clone()
    }
}

/// The server that was built beside these tests.
fn reprograph() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("reprograph")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_is_read_back_as_it_was_written() {
    for kind in Kind::ALL {
        let Some(stage) = Stage::set(kind).await else { continue };
        let objects = stage.folder.path().to_str().unwrap();
        let doctor = Launch::of(reprograph(), "doctor")
            .args(["--database-url", &stage.url, "--objects", objects])
            .env("REPROGRAPH_AUDIT_KEY", "07".repeat(32))
            .run(stage.folder.path());
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));

        let counts = "{ projects { totalCount } papers { totalCount } claims { totalCount } plans { totalCount }
            runs { totalCount } evals { totalCount } }";
        let of = |count: u32| json!({ "totalCount": count });
        let papers = TINY.papers;
        assert_eq!(
            stage.data(0, counts, json!({})).await,
            json!({
                "projects": of(3), "papers": of(papers), "claims": of(4 * papers), "plans": of(2 * papers),
                "runs": of(6 * papers + world::WRITTEN), "evals": of(18 * papers),
            }),
            "{kind:?}"
        );

        let number = TINY.watched_run(5);
        let query =
            "query($id: ID!) { run(id: $id) { progress { lastBatch } events(last: 1) { totalCount nodes { seq } }
            series { nodes { metric split count first last min max points { steps values } } } } }";
        let run = stage.data(1, query, json!({ "id": world::run(number).to_string() })).await["run"].clone();
        assert_eq!(run["progress"]["lastBatch"], 2);
        assert_eq!(run["events"], json!({ "totalCount": TINY.events, "nodes": [{ "seq": TINY.events }] }));
        let c = f64::from(number % 97 + 1);
        let loss: Vec<f64> = (0..TINY.points).map(|step| c / (c + f64::from(step))).collect();
        let (least, most) = (loss.last().unwrap(), loss.first().unwrap());
        let steps: Vec<u32> = (0..TINY.points).collect();
        assert_eq!(
            run["series"]["nodes"][0],
            json!({
                "metric": "loss", "split": "train", "count": TINY.points, "first": most, "last": least, "min": least,
                "max": most, "points": { "steps": steps, "values": loss },
            }),
            "{kind:?}"
        );
        let accuracy = &run["series"]["nodes"][3];
        let values = accuracy["points"]["values"].as_array().unwrap();
        assert_eq!((&accuracy["first"], &accuracy["min"]), (&values[0], &values[0]));
        assert_eq!((&accuracy["last"], &accuracy["max"]), (values.last().unwrap(), values.last().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_answers_as_the_server_does() {
    for kind in Kind::ALL {
        let Some(stage) = Stage::set(kind).await else { continue };
        for read in Read::ALL {
            equal::check(TINY, read, 20, (&stage.real, &stage.limit)).await;
        }
        for server in [&stage.real, &stage.limit] {
            let mut connection = Connection::open(server.process.address()).await;
            let path = if server.name == "limit" { "/paper" } else { "/graphql" };
            connection.ask(&request(path, "forged", "{}")).await;
            assert_eq!(connection.status(), "401", "{kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_writes_as_the_server_does() {
    for kind in Kind::ALL {
        let Some(stage) = Stage::set(kind).await else { continue };
        // The server on one run, the limit on another, which end alike.
        for (write, nth) in [(Write::Points, 0), (Write::Points, 1), (Write::Events, 0), (Write::Events, 0)] {
            let mut answers = Vec::new();
            for (server, run) in [(&stage.real, TINY.written_run(3)), (&stage.limit, TINY.written_run(6))] {
                let mut connection = Connection::open(server.process.address()).await;
                connection.ask(&server.write(TINY, write, run, nth)).await;
                assert_eq!(connection.status(), "200", "{kind:?}: {}", connection.said());
                answers.push(equal::data(connection.body()));
            }
            assert_eq!(answers[0], answers[1], "{kind:?}");
        }
        let query = "query($id: ID!) { run(id: $id) { progress { lastBatch } events(last: 2) { nodes { seq eventType payload } }
            series { nodes { number metric split count first last min max firstStep lastStep points(first: 3) { steps values } } }
            batches { nodes { number kind batchId firstSeq lastSeq seriesCount touched } } } }";
        let written =
            async |nth: u32| stage.data(0, query, json!({ "id": world::run(TINY.written_run(nth)).to_string() })).await;
        assert_eq!(written(3).await, written(6).await, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_tells_what_the_server_tells() {
    for kind in Kind::ALL {
        let Some(stage) = Stage::set(kind).await else { continue };
        let mut told = Vec::new();
        for (server, nth) in [(&stage.real, 9), (&stage.limit, 12)] {
            let (run, token) = (TINY.written_run(nth), world::token(TINY.project_of_run(TINY.written_run(nth))));
            let shown = json!({ "Authorization": format!("Bearer {token}") });
            let mut socket = Socket::connect(server.process.address(), shown).await;
            let payload = json!({ "query": live::DOCUMENT, "variables": { "run": world::run(run).to_string() } });
            socket.say(&json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
            let mut connection = Connection::open(server.process.address()).await;
            // Until the first is heard nobody knows when following begins.
            let mut nth = 0;
            let mut heard = loop {
                connection.ask(&server.write(TINY, Write::Events, run, nth)).await;
                if let Ok(frame) = tokio::time::timeout(Duration::from_secs(1), socket.hear()).await {
                    break frame;
                }
                nth += 1;
                assert!(nth < 30, "{kind:?}: {} tells nothing", server.name);
            };
            let said = &mut heard["payload"]["data"]["runEvents"];
            assert!(said["ts"].take().is_string() && said["payload"]["line"].take().is_string(), "{heard}");
            assert_eq!(heard["payload"]["data"]["runEvents"]["seq"].take(), nth * 1000 + 1);
            heard["payload"].as_object_mut().unwrap().remove("extensions");
            told.push(heard);
        }
        assert_eq!(told[0], told[1], "{kind:?}");
    }
}
