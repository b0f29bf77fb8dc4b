//! Opens the database that the settings name, and tells of failures without its password.

use std::str::FromStr;
use std::time::Duration;

use domain::Secret;
use migration::Around;
use sea_orm_migration::sea_orm::sqlx::ConnectOptions;
use sea_orm_migration::sea_orm::sqlx::postgres::PgConnectOptions;
use storage::readers::{Scripts, scripts};
use storage::{ConnectSettings, Dialect, Pools};

use super::exit::Trouble;
use crate::database_lock::{DatabaseLock, NotTaken};
use crate::progress::Progress;
use crate::settings::{DatabaseSettings, TlsMode};

impl DatabaseSettings {
    /// How to connect.
    pub(super) fn connect(&self) -> Result<ConnectSettings, Trouble> {
        self.connect_to(self.url().map_err(Trouble::setting)?, "database_url")
    }

    /// How to connect past a pooler.
    pub(super) fn connect_directly(&self) -> Result<ConnectSettings, Trouble> {
        self.connect_to(self.direct_url().map_err(Trouble::setting)?, "database_direct_url")
    }

    fn connect_to(&self, url: &Secret<String>, name: &str) -> Result<ConnectSettings, Trouble> {
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
            Err(_) => Err(Trouble::setting(format!("{name}: must begin with sqlite:// or postgres://"))),
            Ok(Dialect::Sqlite) => Ok(settings),
            Ok(Dialect::Postgres) => match PgConnectOptions::from_str(settings.url.reveal()) {
                Ok(_) => Ok(settings),
                Err(why) => {
                    let why = hide(&why, &settings.url);
                    Err(Trouble::setting(format!(
                        "{name}: is not the address of a database, like postgres://USER:PASSWORD@HOST/NAME: {why}"
                    )))
                }
            },
        }
    }

    /// The lock of a SQLite file, which a server or a migration holds.
    pub(super) fn lock(&self) -> Result<Option<DatabaseLock>, Trouble> {
        let Some(file) = self.sqlite_file() else { return Ok(None) };
        match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(Trouble::unreachable(format!(
                "database_url: there is no folder {}: make it, or name another file",
                folder.display()
            ))),
            _ if file.is_dir() => Err(Trouble::unreachable(format!(
                "database_url: {0} is a folder: name a file, like sqlite://{0}/reprograph.db",
                file.display()
            ))),
            _ => match DatabaseLock::take(&file) {
                Ok(lock) => Ok(Some(lock)),
                Err(NotTaken::Held(why)) => Err(Trouble::refused(why)),
                Err(NotTaken::Failed(why)) => Err(Trouble::unreachable(format!("database_url: {why}"))),
            },
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
pub(super) async fn open(settings: &DatabaseSettings, connect: &ConnectSettings) -> Result<Pools, Trouble> {
    match Pools::open(connect).await {
        Ok(pools) => Ok(pools),
        Err(why) => {
            let why = cause(connect).await.unwrap_or_else(|| hide(&words(&why), &connect.url));
            Err(Trouble::unreachable(format!(
                "the database ({}) cannot be opened: {why}{}",
                settings.name(),
                remedy(connect)
            )))
        }
    }
}

/// What to do about a database that cannot be opened.
fn remedy(connect: &ConnectSettings) -> &'static str {
    match connect.dialect() {
        Ok(Dialect::Sqlite) => ": see to it that the file of database_url, and its folder, can be written",
        _ => ": see to it that PostgreSQL runs there and lets this user in, or mend database_url",
    }
}

/// A pool that tries until its time is over does not say why: one connection does.
async fn cause(connect: &ConnectSettings) -> Option<String> {
    let options = match connect.dialect() {
        Ok(Dialect::Postgres) => PgConnectOptions::from_str(connect.url.reveal()).ok()?,
        _ => return None,
    };
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
pub(super) async fn open_directly(settings: &DatabaseSettings) -> Result<Pools, Trouble> {
    let mut connect = settings.connect_directly()?;
    // A migration is one transaction; it may take longer than any request.
    connect.pool_size = 2;
    connect.statement_timeout = Duration::ZERO;
    open(settings, &connect).await
}

/// Takes all pending steps, a SQLite database having been copied aside, and on PostgreSQL brings row-level security in line
/// with the policy.
pub(super) async fn migrate_up(pools: &Pools) -> Result<Vec<String>, Trouble> {
    let say = |why: migration::Error| not_migrated("the database was not migrated", &why);
    if pools.dialect() == Dialect::Sqlite
        && let Some(copy) = migration::copy_aside(pools.writer()).await.map_err(say)?
    {
        tracing::info!(copy = %copy.display(), "copied the database aside");
    }
    let Scripts { before, after_up: after, .. } = scripts(pools).await.map_err(|why| words(&why))?;
    let pending = migration::pending(pools.readers()).await.map_err(say)?;
    let progress = Progress::of("migrating", u64::try_from(pending.len()).unwrap_or_default());
    let taken = migration::up_around(pools.writer(), &Around { before, after }, &|done| progress.at(done)).await;
    let taken = taken.map_err(say)?;
    drop(progress);
    if !taken.is_empty() {
        tracing::info!(steps = taken.join(", "), "migrated the database");
    }
    Ok(taken)
}

/// What an error of migrations says.
pub(super) fn not_migrated(what: &str, why: &migration::Error) -> Trouble {
    match why {
        migration::Error::Newer { .. } => {
            Trouble::refused(format!("{what}: {why}: use the program that migrated it, or restore an older backup"))
        }
        migration::Error::Locked { .. } => Trouble::refused(format!("{what}: {why}")),
        other => format!("{what}: {other}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused_by_name_and_not_shown() {
        for url in ["postgres://me:hunter2@127.0.0.1:port/x", "postgres://me:hunter2@h/x?sslmode=x", "hunter2"] {
            let line = ["x", &format!("--database-url={url}")];
            let why = <Only as clap::Parser>::try_parse_from(line).unwrap().database.connect().unwrap_err().why;
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
