//! Steps are taken and taken back, whole or not at all, also by several nodes at once.

use migration::{Error, Status, down, pending, status, up};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};

pub(crate) const STEPS: [&str; 11] = [
    "m0001_account",
    "m0002_project",
    "m0003_literature_and_execution",
    "m0004_ledger",
    "m0005_files_and_tasks",
    "m0006_definitions",
    "m0007_series",
    "m0008_run_leases",
    "m0009_evals",
    "m0010_snapshots",
    "m0011_fingerprints",
];

/// Everything in the schema but the table of steps.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let all = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'schema_migrations' ORDER BY 1";
    crate::texts(db, all, 0).await
}

#[tokio::test]
async fn the_steps_go_up_down_and_up_again_also_with_rows() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    assert_eq!(pending(&db).await.unwrap(), STEPS);
    assert_eq!(up(&db).await.unwrap(), STEPS);
    let first = schema(&db).await;
    assert_eq!(up(&db).await.unwrap(), Vec::<String>::new());

    let world = crate::tries::world(DbBackend::Sqlite);
    db.execute_unprepared(&format!("BEGIN; {world}; COMMIT")).await.unwrap();
    let taken_back: Vec<_> = STEPS.into_iter().rev().collect();
    assert_eq!(down(&db, 2).await.unwrap(), taken_back[..2]);
    assert_eq!(pending(&db).await.unwrap(), STEPS[STEPS.len() - 2..]);
    assert_eq!(down(&db, 99).await.unwrap(), taken_back[2..]);
    assert_eq!(schema(&db).await, Vec::<String>::new());

    up(&db).await.unwrap();
    assert_eq!(schema(&db).await, first);
}

#[tokio::test]
async fn the_status_names_what_is_applied_pending_and_unknown_and_changes_nothing() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let fresh = Status { pending: STEPS.map(str::to_owned).to_vec(), ..Status::default() };
    assert_eq!(status(&db).await.unwrap(), fresh);
    db.execute_unprepared("SELECT 1 FROM schema_migrations").await.unwrap_err();

    up(&db).await.unwrap();
    db.execute_unprepared("INSERT INTO schema_migrations VALUES ('m9999_later', 0)").await.unwrap();
    let newer = Status {
        applied: STEPS.map(str::to_owned).to_vec(),
        unknown: vec!["m9999_later".to_owned()],
        ..Status::default()
    };
    assert_eq!(status(&db).await.unwrap(), newer);
    for refused in [pending(&db).await, up(&db).await, down(&db, 1).await] {
        assert!(matches!(refused, Err(Error::Newer { names }) if names == ["m9999_later"]));
    }
}

#[tokio::test]
async fn many_nodes_can_start_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { up(&Database::connect(&url).await.unwrap()).await.unwrap().len() })
        })
        .collect();
    let mut taken = 0;
    for node in nodes {
        taken += node.await.unwrap();
    }
    assert_eq!(taken, STEPS.len());
}
