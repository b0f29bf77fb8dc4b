//! The migrations go up, down and up again, to the same tables, on both databases.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tests::database::{Database, Kind};

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    for kind in Kind::ALL {
        let Some(database) = Database::fresh(kind).await else { continue };
        let db = sea_orm::Database::connect(&database.url).await.unwrap();
        let steps = migration::up(&db).await.unwrap();
        let first = shape(&db, kind).await;
        assert!(first.len() > 50, "{kind:?}");
        migration::down(&db, u32::try_from(steps.len()).unwrap()).await.unwrap();
        assert_eq!(shape(&db, kind).await, Vec::<String>::new(), "{kind:?}");
        assert_eq!(migration::up(&db).await.unwrap(), steps);
        assert_eq!(shape(&db, kind).await, first, "{kind:?}");
        db.close().await.unwrap();
    }
}

/// All that the database has, in words, but for the table of the steps themselves.
async fn shape(db: &DatabaseConnection, kind: Kind) -> Vec<String> {
    let sql = match kind {
        Kind::Sqlite => "SELECT name || ' ' || sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'schema_migrations' ORDER BY 1",
        Kind::Postgres => {
            "SELECT what FROM (
                SELECT c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull AS what, c.relname
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid), conrelid::regclass::text
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                UNION ALL SELECT tgname || ' ' || pg_get_triggerdef(oid), tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal
                UNION ALL SELECT proname || ' ' || prosrc, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            ) all_there WHERE relname NOT LIKE 'schema_migrations%' ORDER BY what COLLATE \"C\""
        }
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}
