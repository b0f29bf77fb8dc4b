//! The same on PostgreSQL, for whoever gives one in `TEST_DATABASE_URL`.

use std::time::Duration;

use migration::{down, up};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, TransactionTrait};

#[tokio::test]
#[ignore = "wants a PostgreSQL in TEST_DATABASE_URL"]
async fn it_accepts_and_refuses_what_it_should() {
    crate::tries::try_all(&new_schema("tries").await).await;
}

#[tokio::test]
#[ignore = "wants a PostgreSQL in TEST_DATABASE_URL"]
async fn the_steps_go_up_down_and_up_again_also_with_rows() {
    let db = new_schema("steps").await;
    let steps = up(&db).await.unwrap();
    let first = schema(&db).await;
    assert!(first.len() > 300);

    let transaction = db.begin().await.unwrap();
    transaction.execute_unprepared(&crate::tries::world(DbBackend::Postgres)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(down(&db, 99).await.unwrap(), steps.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(schema(&db).await, [""; 0]);

    up(&db).await.unwrap();
    assert_eq!(schema(&db).await, first);
}

#[tokio::test]
#[ignore = "wants a PostgreSQL in TEST_DATABASE_URL"]
async fn many_nodes_can_start_at_once() {
    let db = new_schema("nodes").await;
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { up(&db).await.unwrap().len() })
        })
        .collect();
    let mut taken = 0;
    for node in nodes {
        taken += node.await.unwrap();
    }
    assert_eq!(taken, crate::steps::STEPS.len());
}

#[tokio::test]
#[ignore = "wants a PostgreSQL in TEST_DATABASE_URL"]
async fn a_table_that_somebody_uses_is_waited_for_in_short_tries() {
    let db = new_schema("waiting").await;
    up(&db).await.unwrap();
    down(&db, 3).await.unwrap();
    let user = db.begin().await.unwrap();
    user.execute_unprepared("LOCK TABLE users").await.unwrap();

    let migration = tokio::spawn({
        let db = db.clone();
        async move { up(&db).await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert!(!migration.is_finished());
    user.rollback().await.unwrap();
    assert_eq!(migration.await.unwrap().len(), 3);
}

/// A connection to a new schema of this name.
async fn new_schema(name: &str) -> DatabaseConnection {
    let url = std::env::var("TEST_DATABASE_URL").unwrap();
    let db = Database::connect(&url).await.unwrap();
    let script = format!("DROP SCHEMA IF EXISTS migration_{name} CASCADE; CREATE SCHEMA migration_{name}");
    db.execute_unprepared(&script).await.unwrap();
    db.close().await.unwrap();
    let and = if url.contains('?') { '&' } else { '?' };
    Database::connect(format!("{url}{and}options=-csearch_path%3Dmigration_{name}")).await.unwrap()
}

/// Everything in the schema but the table of steps.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let all = "
        SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = current_schema()::regnamespace AND conrelid <> 'schema_migrations'::regclass
        UNION ALL SELECT indexdef FROM pg_indexes
            WHERE schemaname = current_schema() AND tablename <> 'schema_migrations'
        UNION ALL SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default)
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name <> 'schema_migrations'
        UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
            WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
        UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        ORDER BY 1";
    crate::texts(db, all, 0).await
}
