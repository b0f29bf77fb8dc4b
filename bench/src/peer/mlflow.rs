//! `MLflow` beside a world, on a database of its own in the same PostgreSQL, as `PyPI` has it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde_json::{Value, json};
use tests::http::free_address;

use super::{Offer, Peer, install, launch, root};
use crate::client::{Connection, get, request};
use crate::read::Read;
use crate::write::Write;

/// What it is called.
pub(super) const NAME: &str = "MLflow";

/// How many runs have a history that is read.
const WATCHED: usize = 50;
/// How many runs are written to.
const WRITTEN: usize = 64;

const CREATE: &str = "/api/2.0/mlflow/runs/create";
const LOG: &str = "/api/2.0/mlflow/runs/log-batch";

/// The names of the series of each run.
const METRICS: [&str; 4] = ["train_loss", "val_loss", "train_accuracy", "val_accuracy"];

pub(super) async fn start(database_url: &str) -> Peer {
    let program = installed();
    let (name, address) = (NAME, free_address());
    let store = database_url.replace("postgres://postgres@localhost/", "postgresql+psycopg2://postgres@/");
    let mut command = Command::new(program);
    command.args(["server", "--backend-store-uri", &store, "--default-artifact-root", "artifacts"]);
    command.args(["--host", "127.0.0.1", "--port", &address.port().to_string(), "--workers", "2"]);
    let daemon = launch(name, address, &mut command, &get("/health")).await;
    let watched = runs(address, WATCHED, 200).await;
    let written = runs(address, WRITTEN, 0).await;
    let reads = move |read| (read == Read::Run).then(|| histories(&watched));
    let writes = move |write| (write == Write::Points).then(|| batches(&written));
    Peer { name, address, daemon, reads: Box::new(reads), writes: Box::new(writes) }
}

/// The program, in an environment of its own.
fn installed() -> PathBuf {
    let environment = root().join("target/peers/mlflow");
    let requirements = root().join("bench/peers/mlflow/requirements.txt");
    install(Command::new("python3").args(["-m", "venv"]).arg(&environment));
    install(Command::new(environment.join("bin/pip")).args(["install", "--quiet", "-r"]).arg(requirements));
    environment.join("bin/mlflow")
}

/// Runs that are made, with so many points of each series.
async fn runs(address: SocketAddr, count: usize, points: u32) -> Vec<String> {
    let mut connection = Connection::open(address).await;
    let mut runs = Vec::with_capacity(count);
    for _ in 0..count {
        let made = json!({ "experiment_id": "0", "start_time": 1 }).to_string();
        let made: Value = serde_json::from_slice(connection.ask(&request(CREATE, "", &made)).await).expect("JSON");
        let run = made["run"]["info"]["run_id"].as_str().expect("a run").to_owned();
        if points > 0 {
            connection.ask(&request(LOG, "", &batch(&run, 0, points).to_string())).await;
            assert_eq!(connection.status(), "200", "{}", connection.said());
        }
        runs.push(run);
    }
    runs
}

/// So many points of each series from a step on.
fn batch(run: &str, from: u32, points: u32) -> Value {
    let point = |(step, key): (u32, &str)| json!({ "key": key, "value": f64::from(step % 10_007) / 10_007.0, "timestamp": step, "step": step });
    let metrics: Value = (from..from + points).flat_map(|step| METRICS.map(|key| (step, key))).map(point).collect();
    json!({ "run_id": run, "metrics": metrics })
}

/// The history of one metric after the other: four of them are what a run with four series is.
fn histories(runs: &[String]) -> Offer {
    let of = |run: &String| {
        METRICS.map(|metric| {
            let path = "/api/2.0/mlflow/metrics/get-history";
            Bytes::from(get(&format!("{path}?run_id={run}&metric_key={metric}&max_results=200")))
        })
    };
    let all: Vec<Bytes> = runs.iter().flat_map(of).collect();
    Offer { source: Arc::new(move |_, nth| all[nth % all.len()].clone()), per: 4 }
}

/// 1,000 points for the run of a connection.
fn batches(runs: &[String]) -> Offer {
    let (runs, steps) = (runs.to_vec(), AtomicU32::new(0));
    let source = move |connection: usize, _| {
        let from = steps.fetch_add(250, Ordering::Relaxed);
        Bytes::from(request(LOG, "", &batch(&runs[connection % WRITTEN], from, 250).to_string()))
    };
    Offer { source: Arc::new(source), per: 1 }
}
