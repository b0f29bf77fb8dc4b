//! Groups of runs against a model: random runs, settings and values, on both databases, as the model in memory has them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names::Names;
use tests::world::{World, user};

use super::config;

/// How many runs there are.
const RUNS: usize = 40;
/// How far a mean or a deviation may be from what it should be, beside how far the values lie from each other.
const NEAR: f64 = 1e-12;

const MAKE: &str = "mutation($run: ImportRunInput!, $log: LogSeriesInput!) {
    importRun(input: $run) { run { id } }
    logSeries(input: $log) { __typename }
}";

const ASK: &str = "query($id: ID!, $by: [RunGroupByInput!]!, $filter: RunFilter) { project(id: $id) {
    runGroups(by: $by, first: 200, filter: $filter, metrics: [{ metric: \"m\" }, { metric: \"m\", split: \"test\" }]) {
        hasNextPage groups { values runCount metrics { metric split count mean deviation min max } }
    }
} }";

/// A run, as the model has it.
#[derive(Clone, Debug)]
struct Run {
    /// What it has at `o.x`.
    at: Value,
    tags: Vec<&'static str>,
    group: Option<&'static str>,
    seed: Option<i8>,
    /// The last value, without a split and with one.
    values: [Option<f64>; 2],
}

/// By what runs are grouped.
#[derive(Clone, Copy, Debug)]
enum By {
    Config,
    Tag,
    Group,
    Seed,
}

/// What a run has of it, in the order of the groups.
#[derive(Clone, Debug)]
enum Key {
    Number(f64),
    Text(String),
    Flag(bool),
    Nothing,
}

fn values() -> impl Strategy<Value = f64> {
    let any_bits = any::<u64>().prop_map(f64::from_bits);
    let chosen =
        proptest::sample::select([0.0, 0.1, 0.2, -3.5, 1e16, 1e16 + 2.0, 5e-324, f64::MAX, f64::MIN].as_slice());
    prop_oneof![4 => chosen, 4 => -1e3..1e3, 1 => any_bits]
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    let at =
        [json!(1), json!(1.0), json!("1"), json!(0.1), json!(true), json!(false), json!("ü"), json!("Z"), json!({})];
    let at = prop_oneof![4 => proptest::sample::select(at.to_vec()), 1 => Just(Value::Null)];
    let value = || proptest::option::weighted(0.8, values());
    let run = (
        at,
        proptest::sample::subsequence(vec!["a", "b", "B"], 0..3),
        proptest::option::of(proptest::sample::select(["g", "h"].as_slice())),
        proptest::option::of(-2..12_i8),
        [value(), value()],
    );
    proptest::collection::vec(
        run.prop_map(|(at, tags, group, seed, values)| Run { at, tags, group, seed, values }),
        RUNS,
    )
}

fn groupings() -> impl Strategy<Value = (Vec<By>, bool)> {
    let by = proptest::sample::subsequence(vec![By::Config, By::Tag, By::Group, By::Seed], 0..=3).prop_shuffle();
    (by, any::<bool>())
}

impl Run {
    fn keys(&self, by: By) -> Vec<Key> {
        let text = |text: &str| Key::Text(text.to_owned());
        match by {
            By::Config => vec![match &self.at {
                Value::Number(number) => Key::Number(number.as_f64().unwrap()),
                Value::String(found) => text(found),
                Value::Bool(flag) => Key::Flag(*flag),
                _ => Key::Nothing,
            }],
            By::Tag if self.tags.is_empty() => vec![Key::Nothing],
            By::Tag => self.tags.iter().map(|tag| text(tag)).collect(),
            By::Group => vec![self.group.map_or(Key::Nothing, text)],
            By::Seed => vec![self.seed.map_or(Key::Nothing, |seed| Key::Number(f64::from(seed)))],
        }
    }
}

impl Key {
    fn place(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Flag(_) => 2,
            Self::Nothing => 3,
        }
    }

    fn to_json(&self, by: By) -> Value {
        match (self, by) {
            (Self::Number(number), By::Seed) => format!("{number:.0}").into(),
            (Self::Number(number), _) if number.fract() == 0.0 => json!(format!("{number:.0}").parse::<i64>().unwrap()),
            (Self::Number(number), _) => json!(number),
            (Self::Text(text), _) => json!(text),
            (Self::Flag(flag), _) => json!(flag),
            (Self::Nothing, _) => Value::Null,
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Flag(one), Self::Flag(other)) => one.cmp(other),
            _ => self.place().cmp(&other.place()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

/// The groups that there should be, in their order.
fn grouped(runs: &[Run], by: &[By]) -> Vec<(Vec<Key>, Vec<Run>)> {
    let mut groups: BTreeMap<Vec<Key>, Vec<Run>> = BTreeMap::new();
    for run in runs {
        let mut keys = vec![Vec::new()];
        for by in by {
            let own = run.keys(*by);
            keys = keys
                .iter()
                .flat_map(|key| own.iter().map(|own| [key.as_slice(), std::slice::from_ref(own)].concat()))
                .collect();
        }
        for key in keys {
            groups.entry(key).or_default().push(run.clone());
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, runs)| std::cmp::Reverse(runs.len()));
    groups
}

/// Whether what is told of a metric is what its values come to.
fn check(told: &Value, values: &[f64], context: &str) {
    assert_eq!(told["count"], json!(values.len()), "{context}");
    if values.is_empty() {
        assert!(["mean", "deviation", "min", "max"].iter().all(|name| told[name].is_null()), "{context}: {told}");
        return;
    }
    let real = |name: &str| told[name].as_f64().unwrap_or_else(|| panic!("{context}: {name} of {told}"));
    let (least, most) = (real("min"), real("max"));
    assert!(values.iter().all(|value| *value >= least && *value <= most), "{context}: {told}");
    assert!(values.contains(&least) && values.contains(&most), "{context}: {told}");
    // A quarter of what is huge is small enough for what is computed of it.
    let size = least.abs().max(most.abs());
    let part = if size > 1e300 { 0.25 } else { 1.0 };
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let range = most * part - least * part;
    let of = |value: f64| if range == 0.0 { 0.0 } else { (value * part - least * part) / range };
    let mean = values.iter().map(|value| of(*value)).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (of(*value) - mean) * (of(*value) - mean)).sum();
    // What is lost where the mean is far from zero beside the range, and where the range is about the least double.
    let lost = if range == 0.0 { 0.0 } else { (size * part * 4.0 * f64::EPSILON + 5e-324) / range };
    let near = |found: f64, right: f64| (found - right).abs() <= NEAR + lost;
    let found = of(real("mean"));
    assert!(near(found, mean), "{context}: a mean of {found} in place of {mean}, of {values:?}");
    if values.len() < 2 {
        assert!(told["deviation"].is_null(), "{context}: {told}");
        return;
    }
    let deviation = (squares / (count - 1.0)).sqrt();
    match told["deviation"].as_f64() {
        Some(found) if range == 0.0 => assert!(found == 0.0, "{context}: {told}"),
        Some(found) => {
            let found = found * part / range;
            assert!(near(found, deviation), "{context}: {found} in place of {deviation}, of {values:?}");
        }
        None => assert!(deviation * range > f64::MAX * part * 0.99, "{context}: no deviation of {values:?}"),
    }
}

async fn make(app: &App, runs: &[Run]) {
    for (at, run) in runs.iter().enumerate() {
        let series = [None, Some("test")].into_iter().zip(run.values).filter_map(|(split, value)| {
            let value = value?;
            let last = if value.is_finite() { json!(value) } else { json!("NaN") };
            let mut series = json!({ "metric": "m", "steps": [1, 2], "values": [123.5, last] });
            split.inspect(|split| series["split"] = json!(split));
            Some(series)
        });
        let mut series: Vec<_> = series.collect();
        series.push(json!({ "metric": "other", "steps": [1], "values": [5] }));
        let config = if run.at.is_null() { json!({ "o": 1 }) } else { json!({ "o": { "x": run.at } }) };
        let variables = json!({
            "run": {
                "run": {
                    "id": format!("<run:random-{at}>"), "name": "Random", "config": config, "tags": run.tags, "group": run.group,
                    "subject": { "experiment": { "projectId": "<project:beta>", "seed": run.seed.map(|seed| seed.to_string()) } },
                },
                "status": "SUCCEEDED", "startedAt": "2025-01-01T00:00:00Z", "endedAt": "2025-01-01T00:01:00Z",
            },
            "log": { "runId": format!("<run:random-{at}>"), "batchId": "1", "series": series },
        });
        let variables = serde_json::from_str(&Names::default().to_ids(&variables.to_string())).unwrap();
        let (answer, _) = app.ask(user("bob"), MAKE, variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    }
}

/// Checks one grouping, of the runs that were made here alone.
async fn try_one(app: &App, kind: Kind, runs: &[Run], (by, in_group): (&[By], bool)) {
    let (mut filter, mut passing) = (json!([{ "name": { "eq": "Random" } }]), runs.to_vec());
    if in_group {
        filter.as_array_mut().unwrap().push(json!({ "group": { "eq": "g" } }));
        passing.retain(|run| run.group == Some("g"));
    }
    let asked: Vec<_> = by
        .iter()
        .map(|by| match by {
            By::Config => json!({ "config": "o.x" }),
            By::Tag => json!({ "field": "TAG" }),
            By::Group => json!({ "field": "GROUP" }),
            By::Seed => json!({ "field": "SEED" }),
        })
        .collect();
    let variables = json!({ "id": "<project:beta>", "by": asked, "filter": { "and": filter } });
    let variables = serde_json::from_str(&Names::default().to_ids(&variables.to_string())).unwrap();
    let (answer, metered) = app.ask(user("bob"), ASK, variables).await;
    assert!(answer.errors.is_empty(), "{by:?} on {kind:?}: {:?}", answer.errors);
    assert_eq!(metered.statements, 2, "{by:?} on {kind:?}");
    let told = answer.data.into_json().unwrap()["project"]["runGroups"].clone();
    let groups = grouped(&passing, by);
    let context = format!("{by:?} on {kind:?}");
    assert_eq!(told["hasNextPage"], json!(groups.len() > 200), "{context}");
    assert_eq!(told["groups"].as_array().unwrap().len(), groups.len().min(200), "{context}: {told}");
    for (told, (keys, runs)) in told["groups"].as_array().unwrap().iter().zip(groups) {
        let keys: Vec<_> = keys.iter().zip(by).map(|(key, by)| key.to_json(*by)).collect();
        assert_eq!((&told["values"], &told["runCount"]), (&json!(keys), &json!(runs.len())), "{context}");
        for at in 0..2 {
            let values: Vec<_> =
                runs.iter().filter_map(|run| run.values[at]).filter(|value| value.is_finite()).collect();
            check(&told["metrics"][at], &values, &context);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_come_to_what_their_runs_come_to() {
    let mut runner = TestRunner::new(config(1000));
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let runs = runs().new_tree(&mut runner).unwrap().current();
        make(&app, &runs).await;
        for _ in 0..runner.config().cases.max(20) {
            let (by, in_group) = groupings().new_tree(&mut runner).unwrap().current();
            try_one(&app, kind, &runs, (&by, in_group)).await;
        }
    }
}
