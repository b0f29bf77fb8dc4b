//! Opens the database that the settings name, and tells of failures without its password.

use domain::Secret;
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
            Ok(_) => Ok(settings),
            Err(_) => Err(format!("{name}: must begin with sqlite:// or postgres://")),
        }
    }

    /// The lock of a SQLite file, which a server or a migration holds.
    pub(super) fn lock(&self) -> Result<Option<DatabaseLock>, String> {
        self.sqlite_file().map(|file| DatabaseLock::take(&file)).transpose()
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
    let opened = Pools::open(connect).await;
    opened.map_err(|why| format!("the database ({}) cannot be opened: {}", settings.name(), words(&why)))
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
    connect.statement_timeout = std::time::Duration::ZERO;
    open(settings, &connect).await
}

/// Takes all pending steps, a SQLite database having been copied aside.
pub(super) async fn migrate_up(pools: &Pools) -> Result<Vec<String>, String> {
    let say = |why: migration::Error| format!("the database was not migrated: {why}");
    if pools.dialect() == Dialect::Sqlite
        && let Some(copy) = migration::copy_aside(pools.writer()).await.map_err(say)?
    {
        tracing::info!(copy = %copy.display(), "copied the database aside");
    }
    let taken = migration::up(pools.writer()).await.map_err(say)?;
    if !taken.is_empty() {
        tracing::info!(steps = taken.join(", "), "migrated the database");
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

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
