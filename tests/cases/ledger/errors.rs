//! The error log: it outlives what failed, and has what clients are not told.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
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
