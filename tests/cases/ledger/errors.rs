//! The error log: it outlives what failed, and has what clients are not told.

use std::time::Duration;

use domain::ledger::{ErrorLog, ErrorType};
use domain::text::Prose;
use domain::{Id, JsonObject, Viewer};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use storage::ledger::log_error;
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

use super::{get, rows};

#[tokio::test]
async fn a_failure_of_the_server_is_noted_with_its_cause() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        // A row that breaks a rule of the domain, which no database knows.
        let broken = "UPDATE papers SET doi = 'no DOI' WHERE title = 'BERT'";
        app.store.pools().writer().execute_unprepared(broken).await.unwrap();
        let query = names::Names::default().to_ids(r#"{ paper(id: "<paper:bert>") { title } }"#);
        let (answer, _) = app.ask(user("alice"), &query, json!({})).await;
        let error = serde_json::to_value(&answer.errors[0]).unwrap();
        assert_eq!(error["extensions"]["code"], "INTERNAL", "{error}");
        assert!(!error.to_string().contains("DOI"), "{error}");
        let mut noted = Vec::new();
        for _ in 0..200 {
            noted = rows(app.store.pools().readers(), "SELECT * FROM error_logs").await;
            if !noted.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(get::<String>(&noted[0], "error_type"), "SYSTEM_ERROR", "{kind:?}");
        assert!(get::<String>(&noted[0], "message").contains("in papers breaks a rule"), "{kind:?}");
        let detail: Value = get(&noted[0], "detail");
        assert_eq!(detail, json!({ "errorId": error["extensions"]["errorId"], "requestId": "request" }));
    }
}

async fn log(app: &App, project: Option<&str>) {
    let reader = app.store.reader(Viewer::system("test"), None);
    let error = ErrorLog {
        id: Id::try_new(reader.ids().next()).unwrap(),
        project_id: project.map(names::id),
        run_id: None,
        error_type: ErrorType::Validation,
        message: Prose::try_new(project.unwrap_or("the instance")).unwrap(),
        stack: None,
        detail: JsonObject::empty(),
        created_at: reader.now(),
    };
    log_error(&app.store, &error).await.unwrap();
}

#[tokio::test]
async fn members_see_the_errors_of_their_projects_and_administrators_all() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        for project in [Some("alpha"), Some("beta"), None] {
            log(&app, project).await;
        }
        let query = "{ errorLogs(orderBy: CREATED_AT_ASC) { nodes { message project { slug } } } }";
        let (alpha, beta) = (
            json!({ "message": "alpha", "project": { "slug": "alpha" } }),
            json!({ "message": "beta", "project": { "slug": "beta-canary" } }),
        );
        let instance = json!({ "message": "the instance", "project": null });
        for (who, seen) in [
            ("vic", json!([alpha])),
            ("alice", json!([alpha])),
            ("bob", json!([beta])),
            ("stranger", json!([])),
            ("pen", json!([])),
            ("ann", json!([alpha, beta, instance])),
        ] {
            let (answer, _) = app.ask(user(who), query, json!({})).await;
            assert_eq!(answer.data.into_json().unwrap()["errorLogs"]["nodes"], seen, "{who} on {kind:?}");
        }
    }
}
