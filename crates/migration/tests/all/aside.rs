//! A database is copied aside before it is migrated, and only then.

use std::os::unix::fs::PermissionsExt;

use migration::{copy_aside, down, status, up};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database};

#[tokio::test]
async fn a_database_that_is_to_be_migrated_is_copied_aside() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's a.db");
    let db = Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(copy_aside(&db).await.unwrap(), None, "there is nothing in it yet");

    up(&db).await.unwrap();
    assert_eq!(copy_aside(&db).await.unwrap(), None, "nothing is pending");

    down(&db, 3).await.unwrap();
    let newest = status(&db).await.unwrap().applied.pop().unwrap();
    db.execute_unprepared("UPDATE schema_migrations SET applied_at = 42").await.unwrap();
    let copy = copy_aside(&db).await.unwrap().unwrap();
    let name = copy.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with(&format!("it's a.db.before-{newest}.2")) && name.ends_with("Z.bak"), "{name}");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);

    up(&db).await.unwrap();
    let copied = Database::connect(format!("sqlite://{}?mode=rw", copy.display())).await.unwrap();
    copied.execute_unprepared("UPDATE schema_migrations SET applied_at = 1 / (applied_at = 42)").await.unwrap();
    assert_eq!(up(&copied).await.unwrap().len(), 3, "the copy is a database like any other");
}

#[tokio::test]
async fn what_is_no_file_is_not_copied() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    up(&db).await.unwrap();
    down(&db, 1).await.unwrap();
    assert_eq!(copy_aside(&db).await.unwrap(), None);
}
