//! Lists against a model: random rows, filters, orders and pages, on both databases, as the model in memory has them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names::Names;
use tests::world::{World, user};

use super::config;
use super::text::{Text, texts, word};
use super::walk::{List, Walk, absent_last, turned};

/// How many rows there are.
const ROWS: usize = 60;
/// A claim, as the model has it.
#[derive(Clone, Debug)]
struct Claim {
    name: String,
    dataset: Option<String>,
    metric: String,
    value: f64,
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let claim = (proptest::option::weighted(0.7, word()), word(), (-4..4_i8).prop_map(|half| f64::from(half) / 2.0));
    proptest::collection::vec(claim, ROWS).prop_map(|claims| {
        let name = |at: usize| format!("claim:{at}");
        claims
            .into_iter()
            .enumerate()
            .map(|(at, (dataset, metric, value))| Claim { name: name(at), dataset, metric, value })
            .collect()
    })
}

/// A filter, as the model has it.
#[derive(Clone, Debug)]
enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Dataset(Text),
    Metric(Text),
    Value(&'static str, f64),
}

fn filters() -> impl Strategy<Value = Filter> {
    let comparison = proptest::sample::select(["eq", "lt", "lte", "gt", "gte"].as_slice());
    let leaf = prop_oneof![
        texts().prop_map(Filter::Dataset),
        texts().prop_map(Filter::Metric),
        (comparison, (-4..4_i8)).prop_map(|(test, half)| Filter::Value(test, f64::from(half) / 2.0)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::All),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

impl Filter {
    fn passes(&self, claim: &Claim) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.passes(claim)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(claim)),
            Self::Not(part) => !part.passes(claim),
            Self::Dataset(test) => test.passes(claim.dataset.as_deref()),
            Self::Metric(test) => test.passes(Some(&claim.metric)),
            Self::Value("lt", value) => claim.value < *value,
            Self::Value("lte", value) => claim.value <= *value,
            Self::Value("gt", value) => claim.value > *value,
            Self::Value("gte", value) => claim.value >= *value,
            Self::Value(_, value) => (claim.value - value).abs() < f64::EPSILON,
        }
    }

    fn to_json(&self) -> Value {
        let each = |parts: &[Self]| parts.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All(parts) => json!({ "and": each(parts) }),
            Self::Any(parts) => json!({ "or": each(parts) }),
            Self::Not(part) => json!({ "not": part.to_json() }),
            Self::Dataset(test) => json!({ "datasetName": test.to_json() }),
            Self::Metric(test) => json!({ "metricName": test.to_json() }),
            Self::Value(test, value) => json!({ "metricValue": { *test: value } }),
        }
    }
}

/// The orders, each with its way.
const ORDERS: [(&str, bool); 6] = [
    ("DATASET_NAME_ASC", false),
    ("DATASET_NAME_DESC", true),
    ("METRIC_NAME_ASC", false),
    ("METRIC_NAME_DESC", true),
    ("METRIC_VALUE_ASC", false),
    ("METRIC_VALUE_DESC", true),
];

/// The names of the claims that pass, in the order.
fn expected(claims: &[Claim], filter: &Filter, (order, down): (&str, bool)) -> Vec<String> {
    let mut passing: Vec<&Claim> = claims.iter().filter(|claim| filter.passes(claim)).collect();
    passing.sort_by(|a, b| {
        // The ids go the order's way.
        let keys = if order.starts_with("DATASET") {
            absent_last(a.dataset.as_ref(), b.dataset.as_ref(), |a, b| turned(a.cmp(b), down))
        } else if order.starts_with("METRIC_NAME") {
            turned(a.metric.cmp(&b.metric), down)
        } else {
            turned(a.value.total_cmp(&b.value), down)
        };
        keys.then_with(|| turned(uuid(a).cmp(&uuid(b)), down))
    });
    passing.into_iter().map(|claim| claim.name.clone()).collect()
}

fn uuid(claim: &Claim) -> uuid::Uuid {
    tests::names::named(&claim.name)
}

async fn fill(app: &App, claims: &[Claim]) {
    let names = Names::default();
    let list: Vec<Value> = claims
        .iter()
        .map(|claim| {
            json!({
                "id": format!("<{}>", claim.name), "paperId": "<paper:gpt>", "datasetName": claim.dataset, "metricName": claim.metric,
                "metricValue": claim.value, "sourceCitation": "p.1", "confidence": 1,
            })
        })
        .collect();
    let query =
        "mutation($claims: [CreateClaimInput!]!) { createClaims(input: { claims: $claims }) { claims { id } } }";
    let variables = serde_json::from_str(&names.to_ids(&json!({ "claims": list }).to_string())).unwrap();
    let (answer, _) = app.ask(user("ed"), query, variables).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

/// Which rows, in which order, in pages of which size.
fn walks() -> impl Strategy<Value = (Filter, (&'static str, bool), usize)> {
    (filters(), proptest::sample::select(ORDERS.as_slice()), 1..25_usize)
}

const CLAIMS: List =
    List { parent: ("paper", "paper:gpt"), name: "claims", types: ("ClaimFilter", "ClaimOrder"), order_by: "orderBy" };

#[tokio::test]
async fn every_page_of_every_list_is_as_the_model_has_it() {
    let config = config(3_000);
    let walked = config.cases;
    let mut runner = TestRunner::new(config);
    let claims = claims().new_tree(&mut runner).unwrap().current();
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        fill(&app, &claims).await;
        for _ in 0..walked {
            let (filter, order, size) = walks().new_tree(&mut runner).unwrap().current();
            let all = expected(&claims, &filter, order);
            CLAIMS.check(&app, &Walk { filter: filter.to_json(), order: order.0.into(), size }, &all).await;
        }
    }
}
