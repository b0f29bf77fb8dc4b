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

/// How many rows there are.
const ROWS: usize = 60;
/// Words that tell the databases' orders and comparisons apart.
const WORDS: [&str; 10] = ["a", "A", "b", "B", "ab", "é", "Z", "z", "a b", "ß"];

/// A claim, as the model has it.
#[derive(Clone, Debug)]
struct Claim {
    name: String,
    dataset: Option<String>,
    metric: String,
    value: f64,
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let word = || proptest::sample::select(WORDS.as_slice()).prop_map(str::to_owned);
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

/// A test of a text.
#[derive(Clone, Debug)]
enum Text {
    Eq(String),
    In(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    IsNull(bool),
}

fn filters() -> impl Strategy<Value = Filter> {
    let word = || proptest::sample::select(WORDS.as_slice()).prop_map(str::to_owned);
    let text = || {
        prop_oneof![
            word().prop_map(Text::Eq),
            proptest::collection::vec(word(), 0..4).prop_map(Text::In),
            word().prop_map(Text::Contains),
            word().prop_map(Text::StartsWith),
            word().prop_map(Text::EndsWith),
            any::<bool>().prop_map(Text::IsNull),
        ]
    };
    let comparison = proptest::sample::select(["eq", "lt", "lte", "gt", "gte"].as_slice());
    let leaf = prop_oneof![
        text().prop_map(Filter::Dataset),
        text().prop_map(Filter::Metric),
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

impl Text {
    fn passes(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Self::IsNull(absent), text) => text.is_none() == *absent,
            (_, None) => false,
            (Self::Eq(other), Some(text)) => text == other,
            (Self::In(others), Some(text)) => others.iter().any(|other| other == text),
            (Self::Contains(part), Some(text)) => text.contains(part.as_str()),
            (Self::StartsWith(start), Some(text)) => text.starts_with(start.as_str()),
            (Self::EndsWith(end), Some(text)) => text.ends_with(end.as_str()),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Eq(other) => json!({ "eq": other }),
            Self::In(others) => json!({ "in": others }),
            Self::Contains(part) => json!({ "contains": part }),
            Self::StartsWith(start) => json!({ "startsWith": start }),
            Self::EndsWith(end) => json!({ "endsWith": end }),
            Self::IsNull(absent) => json!({ "isNull": absent }),
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
        // What has no value comes last both ways, the ids going the order's way.
        let keys = if order.starts_with("DATASET") {
            match (&a.dataset, &b.dataset) {
                (Some(a), Some(b)) => turned(a.cmp(b), down),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        } else if order.starts_with("METRIC_NAME") {
            turned(a.metric.cmp(&b.metric), down)
        } else {
            turned(a.value.total_cmp(&b.value), down)
        };
        keys.then_with(|| turned(uuid(a).cmp(&uuid(b)), down))
    });
    passing.into_iter().map(|claim| claim.name.clone()).collect()
}

fn turned(ordering: std::cmp::Ordering, down: bool) -> std::cmp::Ordering {
    if down { ordering.reverse() } else { ordering }
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

/// One list to be walked: which rows, in which order, in pages of which size.
#[derive(Clone, Debug)]
struct Walk {
    filter: Filter,
    order: (&'static str, bool),
    size: usize,
}

fn walks() -> impl Strategy<Value = Walk> {
    let order = proptest::sample::select(ORDERS.as_slice());
    (filters(), order, 1..25_usize).prop_map(|(filter, order, size)| Walk { filter, order, size })
}

const FORWARD: &str = "query($filter: ClaimFilter, $order: ClaimOrder, $size: Int, $cursor: String) {
    paper(id: \"<paper:gpt>\") { claims(filter: $filter, orderBy: $order, first: $size, after: $cursor) { totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }
    claims(filter: { and: [$filter, { paper: { id: { eq: \"<paper:gpt>\" } } }] }, orderBy: $order, first: $size, after: $cursor) { totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }
}";

const BACKWARD: &str = "query($filter: ClaimFilter, $order: ClaimOrder, $size: Int, $cursor: String) {
    paper(id: \"<paper:gpt>\") { claims(filter: $filter, orderBy: $order, last: $size, before: $cursor) { totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }
    claims(filter: { and: [$filter, { paper: { id: { eq: \"<paper:gpt>\" } } }] }, orderBy: $order, last: $size, before: $cursor) { totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }
}";

/// Walks a list from one end to the other, and checks each page against the model.
async fn walk(app: &App, walk: &Walk, all: &[String], backward: bool) {
    let mut names = Names::default();
    let (query, from, onward, behind) = if backward {
        (BACKWARD, "startCursor", "hasPreviousPage", "hasNextPage")
    } else {
        (FORWARD, "endCursor", "hasNextPage", "hasPreviousPage")
    };
    let query = names.to_ids(query);
    let (mut cursor, mut seen) = (Value::Null, 0);
    loop {
        let variables =
            json!({ "filter": walk.filter.to_json(), "order": walk.order.0, "size": walk.size, "cursor": cursor });
        let (answer, _) = app.ask(user("vic"), &query, variables).await;
        assert!(answer.errors.is_empty(), "{walk:?}: {:?}", answer.errors);
        let answer = answer.data.into_json().unwrap();
        let page = &answer["paper"]["claims"];
        assert_eq!(page, &answer["claims"], "the edge and the list differ: {walk:?}");
        let end = (seen + walk.size).min(all.len());
        let slice = if backward { &all[all.len() - end..all.len() - seen] } else { &all[seen..end] };
        let found = names.to_names(page["nodes"].clone());
        let wanted: Vec<Value> = slice.iter().map(|name| json!({ "id": format!("<{name}>") })).collect();
        assert_eq!(found, json!(wanted), "{walk:?} after {seen}, backward: {backward}");
        assert_eq!(page["totalCount"], all.len(), "{walk:?}");
        assert_eq!(page["pageInfo"][onward], end < all.len(), "{walk:?} after {seen}");
        assert_eq!(page["pageInfo"][behind], seen > 0, "{walk:?} after {seen}");
        if end == all.len() {
            return;
        }
        cursor = page["pageInfo"][from].clone();
        seen = end;
    }
}

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
            let list = walks().new_tree(&mut runner).unwrap().current();
            let all = expected(&claims, &list.filter, list.order);
            walk(&app, &list, &all, false).await;
            walk(&app, &list, &all, true).await;
        }
    }
}
