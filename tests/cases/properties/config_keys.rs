//! Paths of settings against a model: what the databases find in random settings is what the domain finds in them.

use std::collections::BTreeMap;

use domain::{JsonObject, JsonPath, Leaf};
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
const RUNS: usize = 30;
/// Names that need quotes in a path, and names that do not.
const NAMES: [&str; 12] = ["a", "b", "a b", "a.b", "[0]", "", "\"", "é", "\t", "\u{2003}", "\\", "0"];

const ASK: &str = "query($id: ID!, $prefix: String) { project(id: $id) {
    configKeys(prefix: $prefix, first: 200) { hasNextPage names { name runCount } }
} }";

fn settings() -> impl Strategy<Value = Value> {
    let leaf = proptest::sample::select(vec![json!(1), json!("text"), json!(null), json!(true), json!(0.5)]);
    let name = || proptest::sample::select(NAMES.as_slice()).prop_map(str::to_owned);
    let object = move |inner: BoxedStrategy<Value>| {
        proptest::collection::btree_map(name(), inner, 0..4).prop_map(|members| json!(members)).boxed()
    };
    let value = leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            object(inner.clone().boxed()),
            proptest::collection::vec(inner, 0..3).prop_map(|items| json!(items)).boxed(),
        ]
    });
    object(value.boxed())
}

async fn make(app: &App, settings: &[Value]) {
    let run = |config: &Value| json!({ "name": "Random", "config": config, "subject": { "experiment": { "projectId": "<project:alpha>" } } });
    let input = json!({ "input": { "runs": settings.iter().map(run).collect::<Vec<_>>() } });
    let input = serde_json::from_str(&Names::default().to_ids(&input.to_string())).unwrap();
    let create = "mutation($input: CreateRunsInput!) { createRuns(input: $input) { runs { id } } }";
    let (answer, _) = app.ask(user("ed"), create, input).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_databases_find_the_paths_that_the_domain_finds() {
    let mut runner = TestRunner::new(config(200));
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let settings: Vec<_> = (0..RUNS).map(|_| settings().new_tree(&mut runner).unwrap().current()).collect();
        make(&app, &settings).await;
        // One run of the world has settings as well.
        let all: Vec<_> = settings.into_iter().chain([json!({ "lr": 0.1 })]).map(JsonObject::parse).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for object in &all {
            for path in JsonPath::leaves(object.as_ref().unwrap()).into_keys() {
                *counts.entry(path.to_string()).or_default() += 1;
            }
        }
        let cut = counts.keys().map(|path| path.chars().take(4).collect::<String>());
        let prefixes =
            cut.chain([String::new(), "a.".into(), "nothing".into()]).collect::<std::collections::BTreeSet<_>>();
        for prefix in prefixes {
            let id = Names::default().to_ids("<project:alpha>");
            let (answer, _) = app.ask(user("vic"), ASK, json!({ "id": id, "prefix": prefix })).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            let told = answer.data.into_json().unwrap()["project"]["configKeys"].clone();
            let right: Vec<_> = counts.iter().filter(|(path, _)| path.starts_with(&prefix)).collect();
            assert_eq!(told["hasNextPage"], json!(right.len() > 200), "{prefix:?} on {kind:?}");
            let names: Vec<_> =
                right.into_iter().take(200).map(|(name, runs)| json!({ "name": name, "runCount": runs })).collect();
            assert_eq!(told["names"], json!(names), "{prefix:?} on {kind:?}");
        }
    }
}
