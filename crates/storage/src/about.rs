//! What a database says of itself: its version, its extensions, how it keeps its journal.

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};

use crate::connect::Pools;
use crate::dialect::Dialect;
use crate::error::Result;

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Which database it is.
    pub dialect: Dialect,
    /// Its version, as it prints it.
    pub version: String,
    /// Its version as a number, as PostgreSQL counts: 150000 is version 15.
    pub number: i32,
    /// The extensions that we use where they are: which there are, and whether they can be used.
    pub extensions: Vec<Extension>,
    /// How SQLite keeps its journal.
    pub journal_mode: Option<String>,
}

/// An extension of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// The version that the database has; none where it was not created in it.
    pub installed: Option<String>,
    /// Whether the server has what it needs from its start on. Creating it without that ends the connection.
    pub usable: bool,
}

/// Asks the database.
pub async fn about(pools: &Pools) -> Result<About> {
    match pools.dialect() {
        Dialect::Sqlite => sqlite(pools).await,
        Dialect::Postgres => postgres(pools).await,
    }
}

async fn sqlite(pools: &Pools) -> Result<About> {
    let dialect = Dialect::Sqlite;
    let row = one(pools, "SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode)").await?;
    let (version, journal_mode) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(About { dialect, version, number: 0, extensions: Vec::new(), journal_mode })
}

const EXTENSIONS: &str = "
    SELECT name, installed_version AS installed,
        name <> 'timescaledb' OR EXISTS (SELECT 1 FROM pg_settings WHERE pg_settings.name LIKE 'timescaledb.%') AS usable
    FROM pg_available_extensions WHERE name IN ('timescaledb', 'vector') ORDER BY name";

async fn postgres(pools: &Pools) -> Result<About> {
    let dialect = Dialect::Postgres;
    let version = "SELECT current_setting('server_version'), current_setting('server_version_num')::int";
    let row = one(pools, version).await?;
    let (version, number) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let extensions = Extension::find_by_statement(Statement::from_string(dialect.backend(), EXTENSIONS));
    Ok(About { dialect, version, number, extensions: extensions.all(pools.readers()).await?, journal_mode: None })
}

/// Whether the audit chain has begun: then its key must not be another.
pub async fn has_audit(pools: &Pools) -> Result<bool> {
    Ok(one(pools, "SELECT EXISTS (SELECT 1 FROM audit_log)").await?.try_get_by_index(0)?)
}

async fn one(pools: &Pools, sql: &'static str) -> Result<QueryResult> {
    let row = pools.readers().query_one_raw(Statement::from_string(pools.dialect().backend(), sql)).await?;
    row.ok_or_else(|| crate::Error::internal("a statement that always has a row had none"))
}
