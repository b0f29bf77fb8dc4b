//! Copies a SQLite database aside before it is migrated, so that a person can go back.

use std::path::{Path, PathBuf};

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::Error;
use crate::run::status;

/// Copies the database to `<file>.before-<newest step it has>.<time>.bak` and tells where that is. There is nothing to
/// copy when it is not a file, when it is new, and when no step is pending.
pub async fn copy_aside(db: &impl ConnectionTrait) -> Result<Option<PathBuf>, Error> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let status = status(db).await?;
    let (Some(newest), false) = (status.applied.last(), status.pending.is_empty()) else { return Ok(None) };
    let place = "SELECT file, strftime('%Y%m%dT%H%M%fZ', 'now') FROM pragma_database_list WHERE name = 'main'";
    let Some(row) = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, place)).await? else { return Ok(None) };
    let (file, time): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if file.is_empty() {
        return Ok(None);
    }
    let copy = format!("{file}.before-{newest}.{time}.bak");
    let vacuum = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [copy.as_str().into()]);
    db.execute_raw(vacuum).await?;
    keep_safe(Path::new(&file), Path::new(&copy)).await?;
    Ok(Some(copy.into()))
}

/// The copy holds the same secrets as the database, and must survive a power cut like it.
async fn keep_safe(file: &Path, copy: &Path) -> std::io::Result<()> {
    tokio::fs::set_permissions(copy, tokio::fs::metadata(file).await?.permissions()).await?;
    tokio::fs::File::open(copy).await?.sync_all().await
}
