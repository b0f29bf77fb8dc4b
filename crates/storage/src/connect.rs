//! Connections: a pool of readers and a writer on SQLite, one pool on PostgreSQL.

use std::time::Duration;

use domain::Secret;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::lanes::{Lanes, Width};
use crate::settle;

/// Where the database is, and how it is used.
#[derive(Clone, Debug)]
pub struct ConnectSettings {
    /// `sqlite://…` or `postgres://…`.
    pub url: Secret<String>,
    /// How many connections at most; on SQLite that many readers beside the one writer, and no more than are of use.
    pub pool_size: u32,
    /// How long one statement may take; on SQLite one that reads.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock.
    pub lock_timeout: Duration,
    /// After which time an unused connection is closed.
    pub idle_timeout: Duration,
    /// How long a request may wait for a connection.
    pub acquire_timeout: Duration,
    /// The root certificate that PostgreSQL's must come from, as a file.
    pub tls_root_certificate: Option<std::path::PathBuf>,
    /// Whether and how the connection to PostgreSQL is encrypted: one of libpq's `sslmode`s.
    pub tls_mode: Option<String>,
}

impl ConnectSettings {
    /// The defaults for the database at this address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url.into()),
            pool_size: 16,
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_mins(10),
            acquire_timeout: Duration::from_secs(30),
            tls_root_certificate: None,
            tls_mode: None,
        }
    }

    /// The dialect that the address names.
    pub fn dialect(&self) -> Result<Dialect> {
        let url = self.url.reveal();
        if url.starts_with("sqlite:") {
            Ok(Dialect::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Dialect::Postgres)
        } else {
            Err(Error::refused(&["database_url"], "format", "must begin with sqlite:// or postgres://"))
        }
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub struct Pools {
    dialect: Dialect,
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    /// By what requests read a SQLite file.
    lanes: Option<Lanes>,
}

impl Pools {
    /// Opens the database; a SQLite file is made when it is missing.
    pub async fn open(settings: &ConnectSettings) -> Result<Self> {
        let dialect = settings.dialect()?;
        match dialect {
            Dialect::Postgres => {
                let pool = connect(settings, postgres_options(settings)).await?;
                Ok(Self { dialect, readers: pool.clone(), writer: pool, lanes: None })
            }
            Dialect::Sqlite => {
                // The writer comes first: it makes the file and sets its journal mode.
                let writer = connect(settings, sqlite_options(settings, Access::Write)).await?;
                if in_memory(settings.url.reveal()) {
                    return Ok(Self { dialect, readers: writer.clone(), writer, lanes: None });
                }
                let readers = connect(settings, sqlite_options(settings, Access::Read)).await?;
                let lanes = lanes(settings, &readers);
                Ok(Self { dialect, readers, writer, lanes: Some(lanes) })
            }
        }
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The rows of a statement that changes nothing. It is stopped when nobody waits for it any more.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<QueryResult>> {
        match &self.lanes {
            Some(lanes) => lanes.read(statement).await,
            None => Ok(self.readers.query_all_raw(statement).await?),
        }
    }

    /// How many connections by which requests read a SQLite file are open, and how many of them idle.
    pub fn lanes(&self) -> Option<(u32, usize)> {
        self.lanes.as_ref().map(Lanes::count)
    }

    /// The connections that only read, for what is no request of somebody's.
    pub fn readers(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The connection, or connections, that write.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes all connections, after the statements that run.
    pub async fn close(&self) -> Result<()> {
        if let Some(lanes) = &self.lanes {
            lanes.close().await;
        }
        self.readers.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        Ok(())
    }

    /// A transaction that reads one state of the database, whatever is written meanwhile; SQLite's always do.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let options = match self.dialect {
            Dialect::Sqlite => TransactionOptions::default(),
            Dialect::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        Ok(self.readers.begin_with_options(options).await?)
    }

    /// A transaction that will write; on SQLite it holds the one writer from the beginning.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// Connects; what goes wrong is told without the address, which may hold a password.
async fn connect(settings: &ConnectSettings, options: ConnectOptions) -> Result<DatabaseConnection> {
    Database::connect(options).await.map_err(|why| {
        let told = why.to_string().replace(settings.url.reveal().as_str(), "the database's address");
        Error::Unavailable(told)
    })
}

/// The lanes of a SQLite file, which are opened as its readers are.
fn lanes(settings: &ConnectSettings, readers: &DatabaseConnection) -> Lanes {
    let options = readers.get_sqlite_connection_pool().connect_options();
    let (acquire_timeout, statement_timeout) = (settings.acquire_timeout, settings.statement_timeout);
    let lanes = settings.pool_size.clamp(1, of_use());
    Lanes::new(options, Width { lanes, acquire_timeout, statement_timeout })
}

/// How many readers of SQLite are of use: each has a thread of its own, and the whole schema in its memory.
fn of_use() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(2 * processors).unwrap_or(u32::MAX).max(4)
}

fn in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

fn shared_options(settings: &ConnectSettings) -> ConnectOptions {
    let mut options = ConnectOptions::new(settings.url.reveal().clone());
    options.sqlx_logging(false).acquire_timeout(settings.acquire_timeout).test_before_acquire(false);
    options
}

fn sqlite_options(settings: &ConnectSettings, access: Access) -> ConnectOptions {
    let mut options = shared_options(settings);
    let (busy, patience) = (settings.lock_timeout, settings.acquire_timeout);
    options
        .max_connections(if access == Access::Write { 1 } else { settings.pool_size.max(1) })
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // Writers wait for one another: that is no trouble before they give up.
        .map_sqlx_sqlite_pool_opts(move |pool| pool.acquire_slow_threshold(patience))
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(access == Access::Write)
                .journal_mode(SqliteJournalMode::Wal)
                // A killed process loses nothing with NORMAL; a power cut could, and FULL keeps that promise too.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(busy)
                .pragma("trusted_schema", "off")
                .statement_cache_capacity(500);
            if access == Access::Read { sqlite.pragma("query_only", "on") } else { sqlite }
        });
    options
}

fn postgres_options(settings: &ConnectSettings) -> ConnectOptions {
    let mut options = shared_options(settings);
    let milliseconds = |span: Duration| span.as_millis().to_string();
    let (statement, lock) = (milliseconds(settings.statement_timeout), milliseconds(settings.lock_timeout));
    let certificate = settings.tls_root_certificate.clone();
    let mode = settings.tls_mode.as_deref().and_then(|mode| mode.parse().ok());
    options.map_sqlx_postgres_pool_opts(settle::hooked);
    options.max_connections(settings.pool_size.max(1)).idle_timeout(settings.idle_timeout).map_sqlx_postgres_opts(
        move |postgres| {
            let mut postgres = postgres.application_name("reprograph").statement_cache_capacity(500).options([
                ("statement_timeout", statement.as_str()),
                ("lock_timeout", lock.as_str()),
                ("idle_in_transaction_session_timeout", "60000"),
                ("timezone", "UTC"),
                // Compiling a plan takes longer than any of ours runs.
                ("jit", "off"),
            ]);
            if let Some(mode) = mode {
                postgres = postgres.ssl_mode(mode);
            }
            if let Some(certificate) = &certificate {
                postgres = postgres.ssl_root_cert(certificate);
            }
            postgres
        },
    );
    options
}
