//! Random logs, replacements, retries and steps back: a series comes to what its points come to.

use std::collections::BTreeMap;

use domain::execution::Reading;
use serde_json::{Value, json};
use tests::database::Kind;
use tests::dice::Dice;

use super::{Runs, id};

const READ: &str = "query($r: ID!) { run(id: $r) { series(first: 50) { nodes {
    metric split count firstStep lastStep first last min max nonFiniteCount firstNonFiniteStep terminalValue
    points(first: 10000) { steps values } } } } }";

const SAMPLE: &str = "query($r: ID!, $from: SafeInt!, $to: SafeInt!) { run(id: $r) { series(first: 50) { nodes {
    metric split sample(maxPoints: 10, fromStep: $from, toStep: $to) { steps values } } } } }";

/// What a series should be.
#[derive(Default)]
struct Series {
    points: BTreeMap<usize, f64>,
    terminal: Option<f64>,
}

type Oracle = BTreeMap<(String, Option<String>), Series>;

/// A value: mostly a small number, so that extremes are met again; sometimes any double at all.
fn value(dice: &mut Dice) -> f64 {
    match dice.roll(12) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => f64::NEG_INFINITY,
        3 | 4 => dice.double(),
        _ => [-2.5, -1.0, 0.0, 0.1, 1e-7, 3.0, 1e300][dice.roll(7)],
    }
}

fn shown(value: f64) -> Value {
    match Reading::new(value) {
        Reading::Finite(real) => json!(real.get()),
        Reading::Special(special) => json!(special.as_str()),
    }
}

/// A batch for some of four series, which the oracle takes in as well.
fn batch(dice: &mut Dice, oracle: &mut Oracle) -> Value {
    let names = [("loss", None), ("loss", Some("train")), ("acc", Some("train")), ("t", None)];
    let mut batch = Vec::new();
    for (metric, split) in names {
        if dice.roll(3) == 0 {
            continue;
        }
        let series = oracle.entry((metric.to_owned(), split.map(str::to_owned))).or_default();
        let mut points: BTreeMap<usize, f64> = BTreeMap::new();
        let from =
            if dice.roll(2) == 0 { dice.roll(40) } else { series.points.keys().last().map_or(0, |last| last + 1) };
        for _ in 0..=dice.roll(6) {
            points.insert(from + dice.roll(8), value(dice));
        }
        let terminal = (dice.roll(8) == 0).then(|| value(dice));
        series.points.extend(&points);
        series.terminal = terminal.or(series.terminal);
        let mut input = json!({
            "metric": metric, "steps": points.keys().rev().collect::<Vec<_>>(),
            "values": points.values().rev().map(|value| shown(*value)).collect::<Vec<_>>(),
        });
        if let Some(split) = split {
            input["split"] = split.into();
        }
        if let Some(terminal) = terminal {
            input["terminalValue"] = shown(terminal);
        }
        batch.push(input);
    }
    batch.into()
}

/// What the oracle says of a series, in the form of an answer.
fn expected((metric, split): &(String, Option<String>), series: &Series) -> Value {
    let points = &series.points;
    let finite = || points.values().copied().filter(|value| value.is_finite()).map(|value| value + 0.0);
    let odd = || points.iter().filter(|(_, value)| !value.is_finite());
    let last = series.terminal.or(points.values().last().copied());
    json!({
        "metric": metric, "split": split, "count": points.len(),
        "firstStep": points.keys().next(), "lastStep": points.keys().last(),
        "first": points.values().next().map(|value| shown(*value)), "last": last.map(shown),
        "min": finite().reduce(f64::min), "max": finite().reduce(f64::max),
        "nonFiniteCount": odd().count(), "firstNonFiniteStep": odd().next().map(|(step, _)| step),
        "terminalValue": series.terminal.map(shown),
        "points": { "steps": points.keys().collect::<Vec<_>>(), "values": points.values().map(|value| shown(*value)).collect::<Vec<_>>() },
    })
}

/// A sample of ten points has the first and the last of a range, its extremes, and the first that is not finite; and nothing
/// that is not there.
fn assert_sample(series: &Series, range: (usize, usize), sample: &Value, place: &str) {
    let points: BTreeMap<_, _> = series.points.range(range.0..=range.1).map(|(step, value)| (*step, *value)).collect();
    let steps: Vec<usize> = serde_json::from_value(sample["steps"].clone()).unwrap();
    let values: Vec<_> = steps.iter().map(|step| points.get(step).copied().map(shown)).collect();
    assert_eq!(json!(values), sample["values"], "{place}");
    assert!(steps.is_sorted_by(|a, b| a < b) && steps.len() <= 10, "{place}: {steps:?}");
    let finite = || points.values().copied().filter(|value| value.is_finite());
    let extremes = [finite().reduce(f64::min), finite().reduce(f64::max)].into_iter().flatten();
    assert!(extremes.map(shown).all(|value| values.contains(&Some(value))), "{place}: {sample} of {points:?}");
    let odd = points.iter().find(|(_, value)| !value.is_finite()).map(|(step, _)| step);
    let ends = [points.keys().next(), points.keys().last(), odd].into_iter().flatten();
    assert!(ends.into_iter().all(|step| steps.contains(step)), "{place}: {sample} of {points:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_comes_to_what_its_points_come_to() {
    for kind in Kind::ALL {
        for seed in 0..4 {
            let Some(runs) = Runs::start(kind, &["past"]).await else { continue };
            let (mut dice, mut oracle) = (Dice::new(seed), Oracle::new());
            let mut sent: Vec<(String, Value)> = Vec::new();
            for round in 0..40 {
                let name = format!("batch {round}");
                if dice.roll(6) == 0 {
                    let step = dice.roll(50);
                    runs.rewind("past", &name, step).await;
                    for series in oracle.values_mut() {
                        series.points.split_off(&(step + 1));
                        series.terminal = None;
                    }
                } else {
                    let batch = batch(&mut dice, &mut oracle);
                    if batch.as_array().unwrap().is_empty() {
                        continue;
                    }
                    assert!(!runs.log("past", &name, batch.clone()).await);
                    sent.push((name, batch));
                }
                if let Some((name, batch)) = sent.get(dice.roll(sent.len() + 1)) {
                    assert!(runs.log("past", name, batch.clone()).await, "a retry was taken for something new");
                }
                let mut found = runs.data(READ, json!({ "r": id("past") })).await["run"]["series"]["nodes"].clone();
                let key = |series: &Value| (series["metric"].to_string(), series["split"].to_string());
                let mut wanted: Vec<Value> = oracle.iter().map(|(name, series)| expected(name, series)).collect();
                wanted.sort_by_key(key);
                found.as_array_mut().unwrap().sort_by_key(key);
                let place = format!("{kind:?}, seed {seed}, round {round}");
                assert_eq!(found, Value::from(wanted), "{place}");
                let range = (dice.roll(30), dice.roll(50));
                let asked = json!({ "r": id("past"), "from": range.0, "to": range.1.max(range.0) });
                let found = runs.data(SAMPLE, asked).await["run"]["series"]["nodes"].clone();
                for found in found.as_array().unwrap() {
                    let text = |name: &str| found[name].as_str().map(str::to_owned);
                    let series = &oracle[&(text("metric").unwrap(), text("split"))];
                    assert_sample(series, (range.0, range.1.max(range.0)), &found["sample"], &place);
                }
            }
        }
    }
}
