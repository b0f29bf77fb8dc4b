//! Gives a SQLite table another definition, since SQLite cannot alter a CHECK; owns the rule that nothing else changes:
//! rows keep their rowids, children their foreign keys, and indexes and triggers stand again.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TryGetable};

/// Where the rows wait while the table is made anew.
const OLD: &str = "rebuild_old";

/// Makes the table anew by `definition`, its new `CREATE TABLE` statement; columns that both have keep their values.
///
/// It is SQLite's own procedure for such changes, within the transaction of the step: the old table steps aside, the new
/// one is filled, the old one goes, and what hung on it is made again. That loses nothing on the connection that `up`
/// makes, and only there: with foreign keys on, or without `legacy_alter_table`, the children would follow the old table
/// and go with it. An index or trigger that does not fit the new definition is dropped by the step before.
pub async fn rebuild(db: &impl ConnectionTrait, table: &str, definition: &str) -> Result<(), DbErr> {
    refuse_unfit(db).await?;
    let dependents = dependents(db, table).await?;
    let before = columns(db, table).await?;
    db.execute_unprepared(&format!("ALTER TABLE {table} RENAME TO {OLD}")).await?;
    db.execute_unprepared(definition).await?;

    let after = columns(db, table).await?;
    let mut kept: Vec<_> = before.into_iter().filter(|name| after.contains(name)).collect();
    if has_rowid(db, OLD).await? && has_rowid(db, table).await? {
        kept.push("rowid".to_owned());
    }
    let kept = kept.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    db.execute_unprepared(&format!("INSERT INTO {table} ({kept}) SELECT {kept} FROM {OLD}")).await?;

    db.execute_unprepared(&format!("DROP TABLE {OLD}")).await?;
    for dependent in dependents {
        db.execute_unprepared(&dependent).await?;
    }
    Ok(())
}

async fn refuse_unfit(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let fit = "SELECT (SELECT NOT foreign_keys FROM pragma_foreign_keys)
        AND (SELECT legacy_alter_table FROM pragma_legacy_alter_table)";
    match rows::<bool>(db, fit).await?.as_slice() {
        [true] => Ok(()),
        _ => Err(DbErr::Custom("a table can only be rebuilt by a step that `migration::up` takes".to_owned())),
    }
}

/// The statements that made the table's indexes and triggers, in the order in which they can be made again.
async fn dependents(db: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, DbErr> {
    rows(
        db,
        &format!(
            "SELECT sql FROM sqlite_schema
            WHERE tbl_name = '{table}' AND type IN ('index', 'trigger') AND sql IS NOT NULL
            ORDER BY type, rowid"
        ),
    )
    .await
}

/// The columns that hold values of their own.
async fn columns(db: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, DbErr> {
    rows(db, &format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0")).await
}

async fn has_rowid(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    let without: Vec<bool> = rows(db, &format!("SELECT wr FROM pragma_table_list WHERE name = '{table}'")).await?;
    Ok(without == [false])
}

async fn rows<T: TryGetable>(db: &impl ConnectionTrait, query: &str) -> Result<Vec<T>, DbErr> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, query)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
