//! What comparing costs: as many statements for two runs as for fifty.

use serde_json::json;
use tests::app::App;
use tests::database::Kind;
use tests::names::{self, Names};
use tests::world::{World, user};

const COMPARE: &str =
    "query($ids: [ID!]!) { compareRuns(ids: $ids) { runs { id } differences { kind path split values } } }";

/// The runs, and their series.
const COST: u64 = 2;

async fn compare(app: &App, count: usize) -> u64 {
    let ids: Vec<_> =
        (0..count).map(|at| names::id::<domain::execution::Run>(&format!("many-{at}")).to_string()).collect();
    let (answer, metered) = app.ask(user("vic"), COMPARE, json!({ "ids": ids })).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let compared = answer.data.into_json().unwrap()["compareRuns"].clone();
    let differences = compared["differences"].as_array().unwrap();
    let paths: Vec<_> = differences.iter().map(|difference| difference["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["seed", "lr"]);
    assert!(differences.iter().all(|difference| difference["values"].as_array().unwrap().len() == count));
    metered.statements
}

#[tokio::test]
async fn two_runs_are_compared_by_as_many_statements_as_fifty() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let run = |at: usize| {
            json!({
                "id": format!("<run:many-{at}>"), "name": "One of many", "config": { "lr": at, "same": [1, 2] },
                "subject": { "experiment": { "projectId": "<project:alpha>", "seed": at.to_string() } },
            })
        };
        let variables = json!({ "input": { "runs": (0..50).map(run).collect::<Vec<_>>() } });
        let variables = serde_json::from_str(&Names::default().to_ids(&variables.to_string())).unwrap();
        let create = "mutation($input: CreateRunsInput!) { createRuns(input: $input) { runs { id } } }";
        let (answer, _) = app.ask(user("ed"), create, variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        for count in [2, 50] {
            assert_eq!(compare(&app, count).await, COST, "{count} runs on {kind:?}");
        }
    }
}
