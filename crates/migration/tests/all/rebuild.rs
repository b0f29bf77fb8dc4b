//! A SQLite table gets another definition, and nothing else changes.

use crate::texts;
use migration::{Error, Migrator, rebuild, up, up_with};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, DynIden};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

/// Changes an enumeration of each of these tables: they have children, indexes, triggers, columns that are generated,
/// keys to themselves, and are named by triggers of others.
const CHANGES: [(&str, &str, &str); 4] = [
    ("papers", "'PROCESSING', 'READY', 'FAILED'))", "'PROCESSING', 'READY', 'FAILED', 'RETRACTED'))"),
    ("runs", "'SIMULATION', 'EXPERIMENT'))", "'SIMULATION', 'EXPERIMENT', 'GAME'))"),
    ("users", "'MANAGER', 'ADMIN'))", "'MANAGER', 'ADMIN', 'GUEST'))"),
    ("project_members", "'EDITOR', 'OWNER'))", "'EDITOR', 'OWNER', 'GUEST'))"),
];

struct Later;

impl MigratorTrait for Later {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps = Migrator::migrations();
        steps.push(Box::new(Enumerations));
        steps
    }

    fn migration_table_name() -> DynIden {
        Migrator::migration_table_name()
    }
}

struct Enumerations;

impl MigrationName for Enumerations {
    fn name(&self) -> &'static str {
        "m9001_enumerations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Enumerations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (table, before, after) in CHANGES {
            let definition = definition(db, table).await;
            assert!(definition.contains(before));
            rebuild(db, table, &definition.replace(before, after)).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

#[tokio::test]
async fn rows_children_indexes_and_triggers_are_kept() {
    let (db, _folder) = world().await;
    // A gap, so that rowids are not what counting would give.
    db.execute_unprepared("UPDATE papers SET rowid = 77 WHERE title = 'On Rest'").await.unwrap();
    let before = (contents(&db).await, schema(&db).await);

    assert_eq!(up_with::<Later>(&db).await.unwrap(), ["m9001_enumerations"]);
    let (rows, schema_after) = (contents(&db).await, schema(&db).await);
    assert_eq!(rows, before.0);
    let changed = |sql: &String| CHANGES.iter().fold(sql.clone(), |sql, (_, before, after)| sql.replace(before, after));
    for (after, before) in schema_after.iter().zip(&before.1) {
        assert_eq!(*after, changed(before));
    }
    assert_eq!(schema_after.len(), before.1.len());
    assert_ne!(schema_after, before.1);
}

#[tokio::test]
async fn the_new_definition_holds_and_the_old_rules_with_it() {
    let (db, _folder) = world().await;
    up_with::<Later>(&db).await.unwrap();

    db.execute_unprepared("UPDATE papers SET status = 'RETRACTED' WHERE title = 'On Motion'").await.unwrap();
    assert_eq!(texts(&db, "SELECT revision || status FROM papers WHERE title = 'On Motion'", 0).await, ["2RETRACTED"]);
    db.execute_unprepared("UPDATE papers SET status = 'LOST'").await.unwrap_err();
    db.execute_unprepared("UPDATE papers SET doi = '10.1000/1'").await.unwrap_err();
    db.execute_unprepared("UPDATE claims SET paper_id = randomblob(16)").await.unwrap_err();
    db.execute_unprepared("DELETE FROM project_members WHERE role = 'OWNER'").await.unwrap_err();

    db.execute_unprepared("DELETE FROM runs WHERE kind = 'REPRODUCTION'").await.unwrap();
    assert_eq!(
        texts(&db, "SELECT title FROM papers NATURAL JOIN (SELECT paper_id AS id FROM storyboards)", 0).await.len(),
        1
    );
    db.execute_unprepared("DELETE FROM papers WHERE title = 'On Motion'").await.unwrap();
    assert_eq!(texts(&db, "SELECT metric_name FROM claims", 0).await, [""; 0]);
}

#[tokio::test]
async fn a_rebuild_is_refused_where_it_would_lose_children() {
    let (db, _folder) = world().await;
    let before = contents(&db).await;
    let definition = definition(&db, "papers").await;
    rebuild(&db, "papers", &definition).await.unwrap_err();
    assert_eq!(contents(&db).await, before);
}

struct Careless;

impl MigratorTrait for Careless {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps = Migrator::migrations();
        steps.push(Box::new(Orphans));
        steps
    }

    fn migration_table_name() -> DynIden {
        Migrator::migration_table_name()
    }
}

struct Orphans;

impl MigrationName for Orphans {
    fn name(&self) -> &'static str {
        "m9001_orphans"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Orphans {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DELETE FROM papers").await.map(drop)
    }
}

#[tokio::test]
async fn a_migration_that_leaves_orphans_is_refused_whole() {
    let (db, _folder) = world().await;
    let before = contents(&db).await;
    let refused = up_with::<Careless>(&db).await;
    assert!(matches!(refused, Err(Error::Dangling { tables }) if tables.contains(&"claims".to_owned())));
    assert_eq!(contents(&db).await, before);
    assert_eq!(up(&db).await.unwrap(), [""; 0]);
}

async fn world() -> (DatabaseConnection, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
    let db = Database::connect(url).await.unwrap();
    up(&db).await.unwrap();
    let world = crate::tries::world(DbBackend::Sqlite);
    db.execute_unprepared(&format!("BEGIN; {world}; COMMIT")).await.unwrap();
    (db, folder)
}

/// Every row of every table, with its rowid where it has one, as text.
async fn contents(db: &DatabaseConnection) -> Vec<(String, Vec<String>)> {
    let mut contents = Vec::new();
    for table in texts(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", 0).await {
        let columns = texts(db, &format!("SELECT name FROM pragma_table_xinfo('{table}')"), 0).await;
        let row = columns.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || ' ' || ");
        let without = texts(db, &format!("SELECT wr || '' FROM pragma_table_list WHERE name = '{table}'"), 0).await;
        let rowid = if without == ["1"] { "''" } else { "rowid" };
        let rows = texts(db, &format!("SELECT {rowid} || ' ' || {row} FROM {table} ORDER BY {rowid}"), 0).await;
        contents.push((table, rows));
    }
    contents.retain(|(table, _)| table != "schema_migrations");
    contents
}

async fn schema(db: &DatabaseConnection) -> Vec<String> {
    texts(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name", 0).await
}

async fn definition(db: &impl ConnectionTrait, table: &str) -> String {
    texts(db, &format!("SELECT sql FROM sqlite_schema WHERE name = '{table}'"), 0).await.remove(0)
}
