//! Personal data can be erased from the audit: the chain stays whole, and only what an erasure left is accepted.

use domain::account::User;
use domain::ledger::AuditEntry;
use domain::{Entity, Viewer};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use storage::ledger::{Fault, Wrong, erase, user_named, verify};
use storage::write::write;
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::user;

use super::{changed, get, rows};

async fn erased(app: &App, name: &str) -> i64 {
    let user = user_named(&app.store, &format!("{name}@EXAMPLE.org")).await.unwrap().unwrap();
    let reader = app.store.reader(Viewer::command_line(), None);
    write(&reader, |work| Box::pin(erase(work, user))).await.unwrap()
}

async fn texts(app: &App) -> String {
    let all = rows(app.store.pools().readers(), "SELECT * FROM audit_log").await;
    all.iter()
        .map(|row| format!("{:?}{:?}", get::<Option<Value>>(row, "before"), get::<Option<Value>>(row, "after")))
        .collect()
}

#[tokio::test]
async fn the_data_of_a_user_is_gone_and_the_chain_is_whole() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        assert!(texts(&app).await.contains("vic@example.org"));
        assert_eq!(erased(&app, "vic").await, 1, "{kind:?}");
        let left = texts(&app).await;
        assert!(!left.contains("vic@example.org") && left.contains("ed@example.org"), "{kind:?}");
        assert_eq!(verify(&app.store, None, &|_| ()).await.unwrap().findings, [], "{kind:?}");
        // Who did what stays, and that it was erased is an entry itself.
        let db = app.store.pools().readers();
        let done = rows(db, "SELECT * FROM audit_log WHERE operation = 'ERASE' ORDER BY position").await;
        let tables: Vec<String> = done.iter().map(|row| get(row, "table_name")).collect();
        assert_eq!(tables, [AuditEntry::TABLE, User::TABLE]);
        assert_eq!(get::<Option<Value>>(&done[0], "after"), None);
        assert_eq!(get::<uuid::Uuid>(&done[1], "row_id"), user("vic").uuid());
        // Once more changes nothing.
        assert_eq!(erased(&app, "vic").await, 0);
        assert_eq!(verify(&app.store, None, &|_| ()).await.unwrap().findings, [], "{kind:?}");
    }
}

#[tokio::test]
async fn what_an_erasure_left_cannot_be_changed_either() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        erased(&app, "vic").await;
        let set = match kind {
            Kind::Sqlite => "json_set(after, '$.role', 'ADMIN')",
            Kind::Postgres => "jsonb_set(after, '{role}', '\"ADMIN\"')",
        };
        let vic = match kind {
            Kind::Sqlite => format!("x'{}'", user("vic").uuid().simple()),
            Kind::Postgres => format!("'{}'", user("vic").uuid()),
        };
        let sql = format!("UPDATE audit_log SET after = {set} WHERE row_id = {vic} AND operation = 'CREATE'");
        app.store.pools().writer().execute_unprepared(&sql).await.unwrap();
        let findings = verify(&app.store, None, &|_| ()).await.unwrap().findings;
        assert!(
            matches!(&findings[..], [found] if matches!(found.wrong, Wrong::Changed { fault: Fault::After, .. })),
            "{findings:?}"
        );
    }
}

#[tokio::test]
async fn administrators_erase_through_the_api() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let query = names::Names::default()
            .to_ids(r#"mutation { eraseAuditData(input: { userId: "<user:vic>" }) { erasedEntries } }"#);
        let (answer, _) = app.ask(user("ann"), &query, json!({})).await;
        assert_eq!(
            answer.data.into_json().unwrap(),
            json!({ "eraseAuditData": { "erasedEntries": 1 } }),
            "{:?}",
            answer.errors
        );
        assert!(!texts(&app).await.contains("vic@example.org"));
    }
}
