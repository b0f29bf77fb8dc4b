//! What a query costs depends on its shape alone: the same for few rows and for many, on both databases.

use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::world::{large, user};

/// Papers, a page of their claims with its count, back to the paper, and on to its storyboards and assets.
const PAPERS: &str = "query($first: Int!) { papers(first: $first) { nodes {
    claims(first: 2) { totalCount nodes { paper { storyboards { totalCount nodes { id } } assets { totalCount nodes { id } } } } }
} } }";

/// The same below projects: every level has more parents than the one above it.
const PROJECTS: &str = "query($first: Int!) { projects(first: 25) { nodes { papers(first: $first) { nodes {
    claims(first: 2) { totalCount nodes { paper { storyboards { totalCount nodes { id } } assets { totalCount nodes { id } } } } }
} } } } }";

/// The papers, their claims and counts, the claims' papers, and four statements for what hangs on those.
const COST_OF_PAPERS: u64 = 8;
/// The projects come first.
const COST_OF_PROJECTS: u64 = 9;

/// Asks as alice, and says what it cost.
async fn ask(app: &App, query: &str, first: usize) -> (Value, u64) {
    let (answer, metered) = app.ask(user("alice"), query, json!({ "first": first })).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    (answer.data.into_json().unwrap(), metered.statements)
}

fn length(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_costs_the_same_for_one_paper_for_two_hundred_and_for_five_thousand() {
    for kind in Kind::ALL {
        let Some(app) = large(kind, 25, 200).await else { continue };
        for first in [1, 200] {
            let (answer, cost) = ask(&app, PAPERS, first).await;
            assert_eq!(length(&answer["papers"]["nodes"]), first);
            assert_eq!(cost, COST_OF_PAPERS, "{first} papers on {kind:?}");
        }
        for first in [1, 200] {
            let (answer, cost) = ask(&app, PROJECTS, first).await;
            let papers: Vec<&Value> = answer["projects"]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|project| project["papers"]["nodes"].as_array().unwrap())
                .collect();
            assert_eq!(papers.len(), 25 * first);
            assert!(
                papers.iter().all(|paper| paper["claims"]["totalCount"] == 2 && length(&paper["claims"]["nodes"]) == 2)
            );
            assert_eq!(cost, COST_OF_PROJECTS, "{} papers on {kind:?}", papers.len());
        }
    }
}
