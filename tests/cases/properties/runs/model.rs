//! Runs as the model has them: settings whose names must be quoted, texts that look like numbers, values that are not finite.

use proptest::prelude::*;
use serde_json::Value;

use super::RUNS;
use crate::properties::text::word;

/// Names of members, of which some must be quoted in a path.
pub(super) const KEYS: [&str; 9] = ["lr", "a", "a.b", "0", "", "é", "x y", "say \"hi\"", "back\\slash[0]"];
pub(super) const STATUSES: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMEOUT", "CANCELLED"];

/// A run, as the model has it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) name: String,
    pub(super) simulates: bool,
    pub(super) status: &'static str,
    pub(super) seed: Option<i64>,
    pub(super) tags: Vec<String>,
    pub(super) group: Option<String>,
    pub(super) config: Value,
    pub(super) metadata: Value,
    /// How long it took, in milliseconds.
    pub(super) duration: i64,
    pub(super) series: Vec<Series>,
}

/// A series of a run, with at most one of each name.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) metric: String,
    pub(super) split: Option<String>,
    pub(super) values: Vec<f64>,
}

pub(super) fn key() -> impl Strategy<Value = String> {
    proptest::sample::select(KEYS.as_slice()).prop_map(str::to_owned)
}

pub(super) fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-4..4_i8).prop_map(|half| f64::from(half) / 2.0),
        1 => (-20..20_i8).prop_map(|tenth| f64::from(tenth) / 10.0),
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| number + 0.0),
    ]
}

/// What stands at the end of a path: whole numbers with a point and without one, and texts that look like other things.
pub(super) fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => number().prop_map(Value::from),
        2 => (-2..3_i64).prop_map(Value::from),
        2 => word().prop_map(Value::from),
        1 => proptest::sample::select(["1", "true", "null", "0.5"].as_slice()).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![9 => scalar(), 1 => Just(Value::Null)];
    let value = leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(key(), inner, 0..3).prop_map(|members| members.into_iter().collect()),
        ]
    });
    proptest::collection::btree_map(key(), value, 0..6).prop_map(|members| members.into_iter().collect())
}

fn series() -> impl Strategy<Value = Vec<Series>> {
    let odd = proptest::sample::select([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].as_slice());
    let values = proptest::collection::vec(prop_oneof![5 => number(), 1 => odd], 1..4);
    let split = proptest::option::of(Just("val".to_owned()));
    let metric = proptest::sample::select(["loss", "acc"].as_slice()).prop_map(str::to_owned);
    let named = proptest::collection::btree_map((metric, split), values, 0..4);
    named.prop_map(|all| {
        let one = |((metric, split), values)| Series { metric, split, values };
        all.into_iter().map(one).collect()
    })
}

pub(super) fn runs() -> impl Strategy<Value = Vec<Run>> {
    let said = (any::<bool>(), proptest::sample::select(STATUSES.as_slice()), proptest::option::of(-2..3_i64));
    let found = (proptest::collection::btree_set(word(), 0..4), proptest::option::of(word()), object(), object());
    let run = (said, found, 0..4_i64, series()).prop_map(|(said, found, seconds, series)| {
        let ((simulates, status, seed), (tags, group, config, metadata)) = (said, found);
        let seed = seed.filter(|_| !simulates);
        let (name, tags, duration) = (String::new(), tags.into_iter().collect(), seconds * 1000);
        Run { name, simulates, status, seed, tags, group, config, metadata, duration, series }
    });
    proptest::collection::vec(run, RUNS).prop_map(|runs| {
        let named = |(at, run)| Run { name: format!("run:{at}"), ..run };
        runs.into_iter().enumerate().map(named).collect()
    })
}

impl Series {
    /// What the series comes to, where that is finite.
    pub(super) fn figure(&self, figure: &str) -> Option<f64> {
        let finite = || self.values.iter().copied().filter(|value| value.is_finite());
        match figure {
            "min" => finite().reduce(f64::min),
            "max" => finite().reduce(f64::max),
            _ => self.values.last().copied().filter(|value| value.is_finite()),
        }
    }
}
