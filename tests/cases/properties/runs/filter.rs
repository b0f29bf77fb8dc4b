//! Filters of runs as the model has them.

use std::cmp::Ordering;

use domain::JsonPath;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::model::{Run, STATUSES, Series, key, number, scalar};
use crate::properties::text::{Text, texts, word};

const COMPARISONS: [&str; 5] = ["eq", "lt", "lte", "gt", "gte"];

/// A filter, as the model has it.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Kind(bool),
    Status(Vec<&'static str>),
    Seed(&'static str, i64),
    Duration(&'static str, i64),
    Group(Text),
    Has(&'static str, Vec<String>),
    Config(String, At),
    Metadata(String, At),
    Series(&'static str, SeriesTests),
}

/// A test of what stands at the end of a path.
#[derive(Clone, Debug)]
pub(super) enum At {
    Text(Text),
    Number(&'static str, f64),
    Eq(Value),
    In(Vec<Value>),
}

/// Tests of a series.
#[derive(Clone, Debug)]
pub(super) struct SeriesTests {
    metric: Option<String>,
    split: Option<Text>,
    figure: &'static str,
    test: &'static str,
    operand: f64,
}

fn comparison() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(COMPARISONS.as_slice())
}

fn path() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        3 => key().prop_map(|name| format!(".{}", Value::from(name))),
        1 => (0..3_u8).prop_map(|at| format!("[{at}]")),
    ];
    (key(), proptest::collection::vec(step, 0..3))
        .prop_map(|(first, more)| format!("{}{}", Value::from(first), more.concat()))
}

fn at() -> impl Strategy<Value = At> {
    prop_oneof![
        texts().prop_map(At::Text),
        (comparison(), number()).prop_map(|(test, operand)| At::Number(test, operand)),
        scalar().prop_map(At::Eq),
        proptest::collection::vec(scalar(), 0..4).prop_map(At::In),
    ]
}

fn series_tests() -> impl Strategy<Value = SeriesTests> {
    let metric = proptest::option::of(proptest::sample::select(["loss", "acc"].as_slice()).prop_map(str::to_owned));
    let split =
        proptest::option::of(prop_oneof![Just(Text::Eq("val".to_owned())), any::<bool>().prop_map(Text::IsNull),]);
    let figure = proptest::sample::select(["last", "min", "max"].as_slice());
    (metric, split, figure, comparison(), number()).prop_map(|(metric, split, figure, test, operand)| SeriesTests {
        metric,
        split,
        figure,
        test,
        operand,
    })
}

pub(super) fn filters() -> impl Strategy<Value = Filter> {
    let tags = proptest::collection::vec(word(), 1..3);
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Filter::Kind),
        1 => proptest::collection::vec(proptest::sample::select(STATUSES.as_slice()), 0..3).prop_map(Filter::Status),
        1 => (comparison(), -2..3_i64).prop_map(|(test, seed)| Filter::Seed(test, seed)),
        1 => (comparison(), 0..4_i64).prop_map(|(test, seconds)| Filter::Duration(test, seconds * 1000)),
        1 => texts().prop_map(Filter::Group),
        1 => (proptest::sample::select(["has", "hasAny", "hasAll", "isEmpty"].as_slice()), tags)
            .prop_map(|(test, tags)| Filter::Has(test, tags)),
        3 => (path(), at()).prop_map(|(path, test)| Filter::Config(path, test)),
        1 => (path(), at()).prop_map(|(path, test)| Filter::Metadata(path, test)),
        3 => (proptest::sample::select(["some", "every", "none"].as_slice()), series_tests())
            .prop_map(|(quantifier, tests)| Filter::Series(quantifier, tests)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::All),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

/// How two doubles compare, as databases see them: there is one zero.
fn compares<T: PartialOrd + Copy>(found: Option<T>, test: &str, operand: T) -> bool {
    let Some(ordering) = found.and_then(|found| found.partial_cmp(&operand)) else { return false };
    match test {
        "lt" => ordering == Ordering::Less,
        "lte" => ordering != Ordering::Greater,
        "gt" => ordering == Ordering::Greater,
        "gte" => ordering != Ordering::Less,
        _ => ordering == Ordering::Equal,
    }
}

impl Filter {
    pub(super) fn passes(&self, run: &Run) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.passes(run)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(run)),
            Self::Not(part) => !part.passes(run),
            Self::Kind(simulates) => run.simulates == *simulates,
            Self::Status(statuses) => statuses.contains(&run.status),
            Self::Seed(test, seed) => compares(run.seed, test, *seed),
            Self::Duration(test, duration) => compares(Some(run.duration), test, *duration),
            Self::Group(test) => test.passes(run.group.as_deref()),
            Self::Has("isEmpty", _) => run.tags.is_empty(),
            Self::Has("hasAll", tags) => tags.iter().all(|tag| run.tags.contains(tag)),
            Self::Has("hasAny", tags) => tags.iter().any(|tag| run.tags.contains(tag)),
            Self::Has(_, tags) => run.tags.contains(&tags[0]),
            Self::Config(path, test) => test.passes(path, &run.config),
            Self::Metadata(path, test) => test.passes(path, &run.metadata),
            Self::Series("some", tests) => run.series.iter().any(|series| tests.passes(series)),
            Self::Series("every", tests) => run.series.iter().all(|series| tests.passes(series)),
            Self::Series(_, tests) => !run.series.iter().any(|series| tests.passes(series)),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let each = |parts: &[Self]| -> Vec<Value> { parts.iter().map(Self::to_json).collect() };
        match self {
            Self::All(parts) => json!({ "and": each(parts) }),
            Self::Any(parts) => json!({ "or": each(parts) }),
            Self::Not(part) => json!({ "not": part.to_json() }),
            Self::Kind(simulates) => json!({ "kind": { "eq": kind(*simulates) } }),
            Self::Status(statuses) => json!({ "status": { "in": statuses } }),
            Self::Seed(test, seed) => json!({ "seed": { *test: seed.to_string() } }),
            Self::Duration(test, duration) => json!({ "durationMs": { *test: duration } }),
            Self::Group(test) => json!({ "group": test.to_json() }),
            Self::Has("isEmpty", _) => json!({ "tags": { "isEmpty": true } }),
            Self::Has("has", tags) => json!({ "tags": { "has": tags[0] } }),
            Self::Has(test, tags) => json!({ "tags": { *test: tags } }),
            Self::Config(path, test) => json!({ "config": test.to_json(path) }),
            Self::Metadata(path, test) => json!({ "metadata": test.to_json(path) }),
            Self::Series(quantifier, tests) => json!({ "series": { *quantifier: tests.to_json() } }),
        }
    }
}

fn kind(simulates: bool) -> &'static str {
    if simulates { "SIMULATION" } else { "EXPERIMENT" }
}

impl At {
    fn passes(&self, path: &str, value: &Value) -> bool {
        let found = JsonPath::try_new(path).unwrap().find(value).filter(|found| !found.is_null()).cloned();
        let is = |other: &Value| match (&found, other) {
            (Some(Value::Number(a)), Value::Number(b)) => compares(a.as_f64(), "eq", b.as_f64().unwrap()),
            (Some(found), other) => found == other,
            (None, _) => false,
        };
        match self {
            Self::Text(Text::IsNull(absent)) => found.is_none() == *absent,
            Self::Text(test) => test.passes(found.as_ref().and_then(Value::as_str)),
            Self::Number(test, operand) => compares(found.as_ref().and_then(Value::as_f64), test, *operand),
            Self::Eq(other) => is(other),
            Self::In(others) => others.iter().any(is),
        }
    }

    fn to_json(&self, path: &str) -> Value {
        let mut test = match self {
            Self::Text(test) => test.to_json(),
            Self::Number(test, operand) => json!({ *test: operand }),
            Self::Eq(other) => json!({ "eq": other }),
            Self::In(others) => json!({ "in": others }),
        };
        test["path"] = path.into();
        test
    }
}

impl SeriesTests {
    fn passes(&self, series: &Series) -> bool {
        self.metric.as_ref().is_none_or(|metric| *metric == series.metric)
            && self.split.as_ref().is_none_or(|split| split.passes(series.split.as_deref()))
            && compares(series.figure(self.figure), self.test, self.operand)
    }

    fn to_json(&self) -> Value {
        let mut tests = json!({ self.figure: { self.test: self.operand } });
        if let Some(metric) = &self.metric {
            tests["metric"] = json!({ "eq": metric });
        }
        if let Some(split) = &self.split {
            tests["split"] = split.to_json();
        }
        tests
    }
}
