//! Runs against a model: random settings, tags, times and series, random filters, and orders by a metric, on both databases,
//! as the model in memory has them.

mod filter;
mod model;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names::Names;
use tests::world::{World, user};

use self::filter::{Filter, filters};
use self::model::{Run, Series, runs};
use super::config;
use super::walk::{List, Walk, absent_last, turned};

/// How many runs there are.
const RUNS: usize = 50;

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
