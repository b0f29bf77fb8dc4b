//! Large batches: a hundred thousand points in one request, and the price of a batch beside a long history.

use std::time::{Duration, Instant};

use domain::execution::Run;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::database::Kind;
use tests::names;

use super::{LOG, Runs, id};

const TOTALS: &str = "query($r: ID!) { run(id: $r) { series { nodes { count last min max } } } }";
const SAMPLE: &str = "query($r: ID!) { run(id: $r) { series { nodes { count last
    sample(maxPoints: 1000) { steps values } } } } }";

/// Points of one series from a step on: a slow wave.
fn points(metric: &str, from: usize, count: usize) -> Value {
    let steps: Vec<usize> = (from..from + count).collect();
    let wave = |step: &usize| f64::from(u32::try_from(step % 10_007).unwrap()) * 0.001 - 5.0;
    let values: Vec<f64> = steps.iter().map(wave).collect();
    json!({ "metric": metric, "steps": steps, "values": values })
}

async fn logged(runs: &Runs, run: &str, batch: &str, series: Value) -> (Duration, u64) {
    let began = Instant::now();
    let (answer, metered) =
        runs.app.ask(tests::world::user("ed"), LOG, json!({ "r": id(run), "b": batch, "s": series })).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    (began.elapsed(), metered.statements)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_points_go_in_by_one_request_and_come_out_by_one() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["past"]).await else { continue };
        let (one, few) = logged(&runs, "past", "one", json!([points("loss", 0, 10)])).await;
        let (all, many) = logged(&runs, "past", "all", json!([points("loss", 10, 100_000)])).await;
        assert_eq!(few, many, "{kind:?}");
        let began = Instant::now();
        let query = "query($r: ID!) { run(id: $r) { series(first: 1) { nodes { points(first: 100000) { steps values hasNextPage } } } } }";
        let answer = runs.data(query, json!({ "r": id("past") })).await;
        let page = &answer["run"]["series"]["nodes"][0]["points"];
        assert_eq!(page["steps"].as_array().unwrap().len(), 100_000);
        assert_eq!(page["hasNextPage"], true);
        println!("{kind:?}: 10 points {one:?}, 100,000 points {all:?}, read {:?}", began.elapsed());
    }
}

/// Adds points to the first series of a run from a step on, past the server: a wave between the same extremes.
async fn fill(runs: &Runs, run: &str, from: usize, to: usize) {
    let Runs { app } = runs;
    let run = names::id::<Run>(run).uuid();
    let (run, steps, settings) = match app.database.kind {
        Kind::Sqlite => {
            let steps = format!(
                "(WITH RECURSIVE g (step) AS (SELECT {from} UNION ALL SELECT step + 1 FROM g WHERE step + 1 < {to}) \
                 SELECT step FROM g)"
            );
            (format!("x'{}'", run.simple()), steps, "")
        }
        Kind::Postgres => {
            let steps = format!("(SELECT step FROM generate_series({from}, {to} - 1) AS step)");
            (format!("uuid '{run}'"), steps, "SET LOCAL session_replication_role = replica;")
        }
    };
    let points = format!(
        "{settings} INSERT INTO series_points (run_id, series_number, step, value, ts, batch_number)
            SELECT {run}, 1, step, (step % 10007) * 0.001 - 5.0, '2026-01-01T00:00:00.000Z', 1 FROM {steps} AS steps"
    );
    let series = format!(
        "UPDATE run_series SET count = {to}, last_step = {to} - 1, last = (({to} - 1) % 10007) * 0.001 - 5.0
            WHERE run_id = {run} AND number = 1"
    );
    for sql in [points, series] {
        app.store.pools().writer().execute_unprepared(&sql).await.unwrap();
    }
}

/// Logs a thousand points twenty times, and answers the median of the times and the cost, which is the same each time.
async fn logged_often(runs: &Runs, from: usize) -> (Duration, u64) {
    let mut all = Vec::new();
    for round in 0..20 {
        let at = from + round * 1000;
        all.push(logged(runs, "past", &format!("from {at}"), json!([points("loss", at, 1000)])).await);
    }
    // The first of all begins the series.
    assert!(all.iter().all(|(_, cost)| *cost == all[1].1));
    all.sort();
    all[10]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_costs_the_same_beside_a_long_history() {
    let long: usize = std::env::var("SERIES_HISTORY").ok().and_then(|long| long.parse().ok()).unwrap_or(200_000);
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["past"]).await else { continue };
        let (first, cost) = logged_often(&runs, 0).await;
        for from in (20_000..long).step_by(1_000_000) {
            fill(&runs, "past", from, long.min(from + 1_000_000)).await;
        }
        let (last, cost_then) = logged_often(&runs, long).await;
        assert_eq!(cost, cost_then, "{kind:?}");
        println!("{kind:?}: 1,000 points cost {first:?} at first and {last:?} beside {long} points");
        for (what, query) in [("last, min and max", TOTALS), ("a sample", SAMPLE)] {
            let began = Instant::now();
            let answer = runs.data(query, json!({ "r": id("past") })).await;
            println!("{kind:?}: {what} of {long} points cost {:?}", began.elapsed());
            let series = &answer["run"]["series"]["nodes"][0];
            assert_eq!(series["count"], long + 20_000);
            let sample = series["sample"]["steps"].as_array();
            assert!(sample.is_none_or(|steps| (500..=1000).contains(&steps.len())));
        }
        assert!(last < first * 5, "{kind:?}: {first:?} became {last:?}");
    }
}
