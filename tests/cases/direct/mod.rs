//! Direct answers are what the resolvers answer: byte for byte, for documents that nobody chose.

mod documents;

use async_graphql::{Request, Value, Variables};
use graphql::Engine;
use graphql::direct::body;
use storage::viewers;
use tests::app::App;
use tests::database::Kind;
use tests::dice::Dice;
use tests::world::{World, user};

use crate::robust::kit::scaled;
use documents::{Documents, Drawn};

/// How many documents are drawn at full size.
const FULL: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn direct_answers_are_those_of_the_resolvers_on_sqlite() {
    compare(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_answers_are_those_of_the_resolvers_on_postgres() {
    compare(Kind::Postgres).await;
}

/// A fragment in two places, in one of which another field has the same key.
const MERGED: &str = "{
  a: papers(first: 2) { nodes { ...F } }
  b: papers(first: 2) { nodes { ...F } }
  b: papers(first: 2) { nodes { claims { nodes { metricName } } } }
} fragment F on Paper { summary { __typename } claims { nodes { id } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_is_put_together_where_another_field_has_its_key() {
    let Some(app) = World::TwoProjects.start(Kind::Sqlite).await else { return };
    let drawn = Drawn { text: MERGED.to_owned(), variables: serde_json::json!({}) };
    let there = answer(&app, &app.engine, "alice", &drawn).await;
    let other = answer(&app, &app.engine.clone().by_resolvers(), "alice", &drawn).await;
    assert_eq!(there.text, other.text);
    assert!(there.is_direct && there.text.contains("metricName"));
}

async fn compare(kind: Kind) {
    let Some(app) = World::TwoProjects.start(kind).await else { return };
    let by_resolvers = app.engine.clone().by_resolvers();
    let (mut dice, mut documents) = (Dice::new(7), Documents::of_schema());
    let (mut direct, mut refused) = (0, 0);
    for number in 0..scaled(FULL, 200) {
        let drawn = documents.draw(&mut dice);
        let who = *dice.pick(&["alice", "ann", "bob", "ed", "pen", "vic"]).unwrap();
        let there = answer(&app, &app.engine, who, &drawn).await;
        let other = answer(&app, &by_resolvers, who, &drawn).await;
        assert_eq!(there.text, other.text, "document {number} as {who}, {}\n{}", drawn.variables, drawn.text);
        assert!(there.statements <= other.statements, "document {number} takes more statements\n{}", drawn.text);
        documents.learn(&other.text);
        direct += usize::from(there.is_direct);
        refused += usize::from(there.text.starts_with(r#"{"errors""#));
        assert!(!other.is_direct, "the resolvers answered directly");
    }
    println!("{direct} answers were direct, {refused} had errors");
    assert!(direct * 3 > scaled(FULL, 200), "only {direct} answers were direct");
    assert!(refused * 2 < scaled(FULL, 200), "{refused} answers had errors");
}

/// What is compared of an answer.
struct Answer {
    text: String,
    statements: u64,
    is_direct: bool,
}

async fn answer(app: &App, engine: &Engine, who: &str, drawn: &Drawn) -> Answer {
    let viewer = viewers::viewer(&app.store, user(who)).await.unwrap().unwrap();
    let request = Request::new(&drawn.text).variables(Variables::from_json(drawn.variables.clone()));
    let (mut response, metered) = engine.execute(request, viewer, None).await;
    // What is left of a budget goes down with every answer.
    if let Some(Value::Object(cost)) = response.extensions.get_mut("cost") {
        cost.retain(|name, _| ["requested", "actual"].contains(&name.as_str()));
    }
    let is_direct = holds_written(&response.data);
    Answer { text: body(&response), statements: metered.statements, is_direct }
}

fn holds_written(value: &Value) -> bool {
    match value {
        Value::Binary(_) => true,
        Value::Object(members) => members.values().any(holds_written),
        Value::List(items) => items.iter().any(holds_written),
        _ => false,
    }
}
