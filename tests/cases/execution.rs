//! What cases cannot say of plans and definitions: what becomes of the objects, and what others resolve.

mod comparing;
mod crowd;
mod lapses;
mod races;

use domain::execution::MetricDefinition;
use domain::text::Label;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use storage::execution::metric_definition::DefinitionOf;
use storage::read::Load;
use storage::{Meter, viewers};
use tests::database::Kind;
use tests::names::{self, Names};
use tests::world::{World, user};

#[tokio::test]
async fn a_metric_resolves_to_the_definition_of_its_project_before_that_for_all() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let viewer = viewers::viewer(&app.store, user("vic")).await.unwrap().unwrap();
        let reader = app.store.reader(viewer, None);
        let of = |project: &str, metric: &str| DefinitionOf {
            project: names::id(project),
            metric: Label::try_new(metric).unwrap(),
        };
        let asked = [
            (of("alpha", "accuracy"), Some("alpha")),
            (of("alpha", "total_energy"), Some("energy")),
            (of("alpha", "loss"), Some("loss")),
            (of("alpha", "bleu"), None),
            (of("beta", "accuracy"), Some("accuracy")),
            (of("beta", "loss"), None),
            // Vic does not see what is beta's own.
            (of("beta", "canary"), None),
        ];
        let found = DefinitionOf::load(asked.iter().map(|(key, _)| key.clone()).collect(), &reader).await.unwrap();
        for ((key, name), found) in asked.into_iter().zip(found) {
            let expected = name.map(names::id::<MetricDefinition>);
            assert_eq!(found.map(|definition| definition.id), expected, "{key:?} on {kind:?}");
        }
        let spent: &Meter = reader.meter();
        assert_eq!(spent.statements(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn materials_that_were_replaced_are_abandoned() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let paths = async || {
            let query = Names::default().to_ids(
                r#"{ plan(id: "<plan:bert>") { assets(filter: { path: { isNull: true } }) { nodes { storagePath } } } }"#,
            );
            let (answer, _) = app.ask(user("ed"), &query, json!({})).await;
            let nodes = answer.data.into_json().unwrap()["plan"]["assets"]["nodes"].clone();
            let nodes = nodes.as_array().unwrap().clone();
            nodes.iter().map(|node| node["storagePath"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let before = paths().await;
        let again = r#"mutation { materializePlan(input: { id: "<plan:bert>", requirements: "jax", notebookUploadId: "<upload:spare-notebook>" }) { plan { id } } }"#;
        let (answer, _) = app.ask(user("ed"), &Names::default().to_ids(again), json!({})).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let after = paths().await;
        let due = storage::files::outbox::due(&app.store, 100).await.unwrap();
        assert_eq!((before.len(), after.len()), (2, 2));
        assert!(before.iter().all(|path| due.contains(path)), "{kind:?}: {due:?}");
        assert!(!after.iter().any(|path| due.contains(path) || before.contains(path)), "{kind:?}: {due:?}");
    }
}

#[tokio::test]
async fn a_purged_run_takes_along_what_is_kept_of_it_and_a_purged_project_its_equations() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let ask = async |who: &str, query: &str| {
            let (answer, _) = app.ask(user(who), &Names::default().to_ids(query), json!({})).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            answer.data.into_json().unwrap()
        };
        let db = app.store.pools().readers();
        let count = async |table: &str| -> i64 {
            let select =
                Statement::from_string(db.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
            db.query_one_raw(select).await.unwrap().unwrap().try_get("", "n").unwrap()
        };
        let file = r#"mutation { createAsset(input: { runId: "<run:running>", kind: LOGS, uploadId: "<upload:ed-file>" }) { asset { storagePath } } }"#;
        let points = |metric: &str| json!({ "metric": metric, "steps": (0..1_000).collect::<Vec<_>>(), "values": vec![0.5; 1_000] });
        let events = vec![json!({ "eventType": "LOG_LINE" }); 1_000];
        let written = json!({ "events": events, "series": [points("loss"), points("accuracy")] });
        let write = r#"mutation($events: [RunEventInput!]!, $series: [SeriesLogInput!]!) {
            appendRunEvents(input: { runId: "<run:running>", token: "token-of-the-running-run-in-alpha", batchId: "a", events: $events }) { replayed }
            logSeries(input: { runId: "<run:running>", token: "token-of-the-running-run-in-alpha", batchId: "b", series: $series }) { replayed } }"#;
        let (answer, _) = app.ask(user("ed"), &Names::default().to_ids(write), written).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let filled = [("run_events", 1_000), ("run_batches", 2), ("run_series", 2), ("series_points", 2_000)];
        for (table, rows) in filled {
            assert_eq!(count(table).await, rows, "{table} on {kind:?}");
        }
        let leases = count("run_leases").await;
        let path = ask("ed", file).await["createAsset"]["asset"]["storagePath"].as_str().unwrap().to_owned();
        ask("alice", r#"mutation { purgeRun(input: { id: "<run:running>" }) { deletedId } }"#).await;
        while storage::write::remove_purged(&app.store, storage::write::ROOTS).await.unwrap() {}
        assert!(storage::files::outbox::due(&app.store, 100).await.unwrap().contains(&path), "{kind:?}");
        for (table, _) in filled {
            assert_eq!(count(table).await, 0, "{table} on {kind:?}");
        }
        assert_eq!(count("run_leases").await, leases - 1, "{kind:?}");
        for (table, left) in [("snapshots", 1), ("notes", 2), ("run_equations", 2), ("equation_modules", 4)] {
            assert_eq!(count(table).await, left, "{table} on {kind:?}");
        }
        ask("bob", r#"mutation { purgeProject(input: { id: "<project:beta>" }) { deletedId } }"#).await;
        while storage::write::remove_purged(&app.store, storage::write::ROOTS).await.unwrap() {}
        for (table, left) in [("snapshots", 0), ("notes", 1), ("run_equations", 0), ("equation_modules", 3)] {
            assert_eq!(count(table).await, left, "{table} on {kind:?}");
        }
    }
}
