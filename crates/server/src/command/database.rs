//! Opens the database that the settings name, and tells of failures without its password.

use std::str::FromStr;
use std::time::Duration;

use domain::Secret;
use migration::Around;
use sea_orm_migration::sea_orm::sqlx::ConnectOptions;
use sea_orm_migration::sea_orm::sqlx::postgres::PgConnectOptions;
use storage::readers::{Scripts, scripts};
use storage::{ConnectSettings, Dialect, Pools};

use crate::database_lock::DatabaseLock;
use crate::settings::{DatabaseSettings, TlsMode};

impl DatabaseSettings {
    /// How to connect.
    pub(super) fn connect(&self) -> Result<ConnectSettings, String> {
        self.connect_to(self.url()?, "database_url")
    }

    /// How to connect past a pooler.
    pub(super) fn connect_directly(&self) -> Result<ConnectSettings, String> {
        self.connect_to(self.direct_url()?, "database_direct_url")
    }

    fn connect_to(&self, url: &Secret<String>, name: &str) -> Result<ConnectSettings, String> {
        let settings = ConnectSettings {
            url: url.clone(),
            pool_size: self.pool_size,
            statement_timeout: self.statement_timeout,
            lock_timeout: self.lock_timeout,
            idle_timeout: self.idle_timeout,
            acquire_timeout: self.acquire_timeout,
            tls_root_certificate: self.database_tls_root.clone(),
            tls_mode: self.database_tls.map(TlsMode::as_str).map(str::to_owned),
        };
        match settings.dialect() {
            Err(_) => Err(format!("{name}: must begin with sqlite:// or postgres://")),
            Ok(Dialect::Sqlite) => Ok(settings),
            Ok(Dialect::Postgres) => match PgConnectOptions::from_str(settings.url.reveal()) {
                Ok(_) => Ok(settings),
                Err(why) => Err(format!("{name}: is not the address of a database: {}", hide(&why, &settings.url))),
            },
        }
    }

    /// The lock of a SQLite file, which a server or a migration holds.
    pub(super) fn lock(&self) -> Result<Option<DatabaseLock>, String> {
        let Some(file) = self.sqlite_file() else { return Ok(None) };
        match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                Err(format!("database_url: there is no folder {}", folder.display()))
            }
            _ => DatabaseLock::take(&file).map(Some),
        }
    }

    /// Which database it is, without its password.
    pub(super) fn name(&self) -> String {
        match (self.sqlite_file(), self.url()) {
            (Some(file), _) => format!("SQLite in {}", file.display()),
            (None, Ok(url)) => without_password(url.reveal()),
            (None, Err(why)) => why,
        }
    }
}

fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(url) if url.has_host() => {
            format!("{}{}{}", url.host_str().unwrap_or_default(), port(&url), url.path())
        }
        _ => "a database".to_owned(),
    }
}

fn port(url: &url::Url) -> String {
    url.port().map(|port| format!(":{port}")).unwrap_or_default()
}

/// Opens the database.
pub(super) async fn open(settings: &DatabaseSettings, connect: &ConnectSettings) -> Result<Pools, String> {
    match Pools::open(connect).await {
        Ok(pools) => Ok(pools),
        Err(why) => {
            let why = cause(connect).await.unwrap_or_else(|| hide(&words(&why), &connect.url));
            Err(format!("the database ({}) cannot be opened: {why}", settings.name()))
        }
    }
}

/// A pool that tries until its time is over does not say why: one connection does.
async fn cause(connect: &ConnectSettings) -> Option<String> {
    let options = PgConnectOptions::from_str(connect.url.reveal()).ok()?;
    let tried = tokio::time::timeout(PATIENCE, options.connect()).await.ok()?;
    tried.err().map(|why| hide(&why, &connect.url))
}

const PATIENCE: Duration = Duration::from_secs(5);

/// What an error says, without the address that some errors quote.
fn hide(why: &impl ToString, url: &Secret<String>) -> String {
    why.to_string().replace(url.reveal(), "[secret]")
}

/// What a storage error says to whoever runs the command.
pub(super) fn words(error: &storage::Error) -> String {
    match error {
        storage::Error::Unavailable(why) | storage::Error::Internal(why) | storage::Error::Precondition(why) => {
            why.clone()
        }
        other => format!("{other:?}"),
    }
}

/// Opens the database for migrations, past a pooler.
pub(super) async fn open_directly(settings: &DatabaseSettings) -> Result<Pools, String> {
    let mut connect = settings.connect_directly()?;
    // A migration is one transaction; it may take longer than any request.
    connect.pool_size = 2;
    connect.statement_timeout = Duration::ZERO;
    open(settings, &connect).await
}

/// Takes all pending steps, a SQLite database having been copied aside, and on PostgreSQL brings row-level security in line
/// with the policy.
pub(super) async fn migrate_up(pools: &Pools) -> Result<Vec<String>, String> {
    let say = |why: migration::Error| format!("the database was not migrated: {why}");
    if pools.dialect() == Dialect::Sqlite
        && let Some(copy) = migration::copy_aside(pools.writer()).await.map_err(say)?
    {
        tracing::info!(copy = %copy.display(), "copied the database aside");
    }
    let Scripts { before, after_up: after, .. } = scripts(pools).await.map_err(|why| words(&why))?;
    let taken = migration::up_around(pools.writer(), &Around { before, after }).await.map_err(say)?;
    if !taken.is_empty() {
        tracing::info!(steps = taken.join(", "), "migrated the database");
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused_by_name_and_not_shown() {
        for url in ["postgres://me:hunter2@127.0.0.1:port/x", "postgres://me:hunter2@h/x?sslmode=x", "hunter2"] {
            let line = ["x", &format!("--database-url={url}")];
            let why = <Only as clap::Parser>::try_parse_from(line).unwrap().database.connect().unwrap_err();
            assert!(why.starts_with("database_url: ") && !why.contains("hunter2"), "{why}");
        }
    }

    #[derive(clap::Parser)]
    struct Only {
        #[command(flatten)]
        database: DatabaseSettings,
    }

    #[test]
    fn a_password_is_never_in_the_name() {
        for (url, name) in [
            ("postgres://me:hunter2@db.example.org:5433/papers?sslmode=require", "db.example.org:5433/papers"),
            ("postgres:///papers?host=/run&password=hunter2", "a database"),
            ("nonsense hunter2", "a database"),
        ] {
            assert_eq!(without_password(url), name);
        }
    }
}
