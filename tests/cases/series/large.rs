//! Large batches: a hundred thousand points in one request, and the price of a batch beside a long history.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::database::Kind;

use super::{LOG, Runs, id};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_costs_the_same_beside_a_long_history() {
    let long: usize = std::env::var("SERIES_HISTORY").ok().and_then(|long| long.parse().ok()).unwrap_or(200_000);
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["past", "other"]).await else { continue };
        let mut first = Vec::new();
        for round in 0..20 {
            first.push(logged(&runs, "past", &format!("a{round}"), json!([points("loss", round * 1000, 1000)])).await);
        }
        let mut from = 20_000;
        while from < long {
            logged(&runs, "past", &format!("h{from}"), json!([points("loss", from, 100_000)])).await;
            from += 100_000;
        }
        let mut last = Vec::new();
        for round in 0..20 {
            let at = from + round * 1000;
            last.push(logged(&runs, "past", &format!("z{round}"), json!([points("loss", at, 1000)])).await);
        }
        assert!(first.iter().skip(1).chain(&last).all(|(_, cost)| *cost == first[1].1), "{kind:?}");
        let began = Instant::now();
        let answer = runs.data(SAMPLE, json!({ "r": id("past") })).await;
        let sample = &answer["run"]["series"]["nodes"][0]["sample"];
        let shown = sample["steps"].as_array().unwrap().len();
        assert!((500..=1000).contains(&shown), "{shown}");
        let sampled = began.elapsed();
        for times in [&mut first, &mut last] {
            times.sort();
        }
        println!(
            "{kind:?}: 1,000 points cost {:?} at first and {:?} beside {from} points; a sample of them {sampled:?}",
            first[10].0, last[10].0,
        );
        assert!(last[10].0 < first[10].0 * 5, "{kind:?}: {:?} became {:?}", first[10].0, last[10].0);
    }
}
