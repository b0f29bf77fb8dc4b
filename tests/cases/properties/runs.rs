//! Runs against a model: random settings, tags, times and series, random filters, and orders by a metric, on both databases,
//! as the model in memory has them.

use std::cmp::Ordering;

use domain::JsonPath;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names::Names;
use tests::world::{World, user};

use super::config;
use super::text::{Text, texts, word};
use super::walk::{List, Walk, absent_last, turned};

/// How many runs there are.
const RUNS: usize = 50;
/// Names of members, of which some must be quoted in a path.
const KEYS: [&str; 9] = ["lr", "a", "a.b", "0", "", "é", "x y", "say \"hi\"", "back\\slash[0]"];
const STATUSES: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMEOUT", "CANCELLED"];
const COMPARISONS: [&str; 5] = ["eq", "lt", "lte", "gt", "gte"];

/// A run, as the model has it.
#[derive(Clone, Debug)]
struct Run {
    name: String,
    simulates: bool,
    status: &'static str,
    seed: Option<i64>,
    tags: Vec<String>,
    group: Option<String>,
    config: Value,
    metadata: Value,
    /// How long it took, in milliseconds.
    duration: i64,
    series: Vec<Series>,
}

/// A series of a run, with at most one of each name.
#[derive(Clone, Debug)]
struct Series {
    metric: String,
    split: Option<String>,
    values: Vec<f64>,
}

fn key() -> impl Strategy<Value = String> {
    proptest::sample::select(KEYS.as_slice()).prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-4..4_i8).prop_map(|half| f64::from(half) / 2.0),
        1 => (-20..20_i8).prop_map(|tenth| f64::from(tenth) / 10.0),
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| number + 0.0),
    ]
}

/// What stands at the end of a path: whole numbers with a point and without one, and texts that look like other things.
fn scalar() -> impl Strategy<Value = Value> {
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

fn runs() -> impl Strategy<Value = Vec<Run>> {
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

/// A filter, as the model has it.
#[derive(Clone, Debug)]
enum Filter {
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
enum At {
    Text(Text),
    Number(&'static str, f64),
    Eq(Value),
    In(Vec<Value>),
}

/// Tests of a series.
#[derive(Clone, Debug)]
struct SeriesTests {
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

fn filters() -> impl Strategy<Value = Filter> {
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
    fn passes(&self, run: &Run) -> bool {
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

    fn to_json(&self) -> Value {
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

impl Series {
    /// What the series comes to, where that is finite.
    fn figure(&self, figure: &str) -> Option<f64> {
        let finite = || self.values.iter().copied().filter(|value| value.is_finite());
        match figure {
            "min" => finite().reduce(f64::min),
            "max" => finite().reduce(f64::max),
            _ => self.values.last().copied().filter(|value| value.is_finite()),
        }
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

/// An order by a metric.
#[derive(Clone, Debug)]
struct Order {
    metric: String,
    split: Option<String>,
    figure: &'static str,
    down: bool,
}

fn orders() -> impl Strategy<Value = Order> {
    let metric = proptest::sample::select(["loss", "acc"].as_slice()).prop_map(str::to_owned);
    let figure = proptest::sample::select(["last", "min", "max"].as_slice());
    (metric, proptest::option::of(Just("val".to_owned())), figure, any::<bool>())
        .prop_map(|(metric, split, figure, down)| Order { metric, split, figure, down })
}

impl Order {
    fn value(&self, run: &Run) -> Option<f64> {
        let series = run.series.iter().find(|series| series.metric == self.metric && series.split == self.split);
        series.and_then(|series| series.figure(self.figure))
    }

    fn to_json(&self) -> Value {
        let direction = if self.down { "DESC" } else { "ASC" };
        let mut order = json!({ "metric": self.metric, "figure": self.figure.to_uppercase(), "direction": direction });
        if let Some(split) = &self.split {
            order["split"] = split.as_str().into();
        }
        order
    }
}

/// The names of the runs that pass, in the order.
fn expected(runs: &[Run], filter: &Filter, order: &Order) -> Vec<String> {
    let mut passing: Vec<&Run> = runs.iter().filter(|run| filter.passes(run)).collect();
    let compared = |a: &f64, b: &f64| turned(a.partial_cmp(b).unwrap(), order.down);
    passing.sort_by(|a, b| {
        let ids = turned(tests::names::named(&a.name).cmp(&tests::names::named(&b.name)), order.down);
        absent_last(order.value(a).as_ref(), order.value(b).as_ref(), compared).then(ids)
    });
    passing.into_iter().map(|run| run.name.clone()).collect()
}

const RUNS_OF_PROJECT: List = List {
    parent: ("project", "project:model"),
    name: "runs",
    types: ("RunFilter", "MetricOrder"),
    order_by: "orderByMetric",
};

/// The input that takes in a run of the past.
fn import(run: &Run) -> Value {
    let mut subject = json!({ "projectId": "<project:model>" });
    if let Some(seed) = run.seed {
        subject["seed"] = seed.to_string().into();
    }
    let kind = if run.simulates { "simulation" } else { "experiment" };
    let mut input = json!({
        "run": {
            "id": format!("<{}>", run.name), "subject": { kind: subject }, "name": "model", "tags": run.tags,
            "config": run.config, "metadata": run.metadata,
        },
        "status": run.status, "startedAt": "2025-01-01T00:00:00Z", "endedAt": format!("2025-01-01T00:00:0{}Z", run.duration / 1000),
    });
    if let Some(group) = &run.group {
        input["run"]["group"] = group.as_str().into();
    }
    input
}

/// The input that logs the series of a run.
fn log(run: &Run) -> Value {
    let value = |value: &f64| match value {
        value if value.is_nan() => "NaN".into(),
        value if value.is_finite() => json!(value),
        value if *value > 0.0 => "Infinity".into(),
        _ => "-Infinity".into(),
    };
    let one = |series: &Series| {
        let values: Vec<Value> = series.values.iter().map(value).collect();
        let steps: Vec<usize> = (0..values.len()).collect();
        let mut one = json!({ "metric": series.metric, "steps": steps, "values": values });
        if let Some(split) = &series.split {
            one["split"] = split.as_str().into();
        }
        one
    };
    let series: Vec<Value> = run.series.iter().map(one).collect();
    json!({ "runId": format!("<{}>", run.name), "batchId": "1", "series": series })
}

async fn ask(app: &App, query: &str, variables: Value) {
    let names = Names::default();
    let variables = serde_json::from_str(&names.to_ids(&variables.to_string())).unwrap();
    let (answer, _) = app.ask(user("ed"), &names.to_ids(query), variables).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

async fn fill(app: &App, runs: &[Run]) {
    let project = "mutation { createProject(input: { id: \"<project:model>\", name: \"Model\", slug: \"model\" }) { project { id } } }";
    ask(app, project, json!({})).await;
    let member = "mutation { addProjectMember(input: { projectId: \"<project:model>\", userId: \"<user:vic>\", role: VIEWER }) { member { id } } }";
    ask(app, member, json!({})).await;
    for run in runs {
        let query = "mutation($import: ImportRunInput!, $log: LogSeriesInput!, $logs: Boolean!) { importRun(input: $import) { run { id } } logSeries(input: $log) @include(if: $logs) { batch { id } } }";
        let variables: Map<String, Value> = [
            ("import".to_owned(), import(run)),
            ("log".to_owned(), log(run)),
            ("logs".to_owned(), (!run.series.is_empty()).into()),
        ]
        .into_iter()
        .collect();
        ask(app, query, variables.into()).await;
    }
}

#[tokio::test]
async fn every_page_of_runs_by_a_metric_is_as_the_model_has_it() {
    let config = config(5_000);
    let walked = config.cases;
    let mut runner = TestRunner::new(config);
    let runs = runs().new_tree(&mut runner).unwrap().current();
    let walks = (filters(), orders(), 1..25_usize);
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        fill(&app, &runs).await;
        for _ in 0..walked {
            let (filter, order, size) = walks.new_tree(&mut runner).unwrap().current();
            let all = expected(&runs, &filter, &order);
            let walk = Walk { filter: filter.to_json(), order: order.to_json(), size };
            RUNS_OF_PROJECT.check(&app, &walk, &all).await;
        }
    }
}
