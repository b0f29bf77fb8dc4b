//! Takes steps and takes them back: all in one transaction, under a lock, so that several nodes can start at once.

use std::time::Duration;

use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::sqlx::sqlite::SqlitePoolOptions;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode,
    SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait,
};

use crate::{Error, Migrator};

/// The advisory lock that whoever migrates holds on PostgreSQL: "REPROGRA" in ASCII.
const LOCK: i64 = 0x5245_5052_4F47_5241;

/// How often a lock is tried for, how long a try waits, and how long the pause between two tries is: a minute in all.
const TRIES: u32 = 20;
const TRY: Duration = Duration::from_millis(2500);
const PAUSE: Duration = Duration::from_millis(500);

/// What a database has of the steps, by name, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The steps that were taken.
    pub applied: Vec<String>,
    /// The steps that are still to be taken.
    pub pending: Vec<String>,
    /// The steps that were taken by a newer program.
    pub unknown: Vec<String>,
}

impl Status {
    /// Refuses a database that is newer than this program.
    fn known(self) -> Result<Self, Error> {
        if self.unknown.is_empty() { Ok(self) } else { Err(Error::Newer { names: self.unknown }) }
    }
}

/// Reads which steps were taken; changes nothing.
pub async fn status(db: &impl ConnectionTrait) -> Result<Status, Error> {
    let taken = taken(db).await?;
    let steps = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect::<Vec<_>>();
    let unknown = taken.iter().filter(|name| !steps.contains(name)).cloned().collect();
    let (applied, pending) = steps.into_iter().partition(|name| taken.contains(name));
    Ok(Status { applied, pending, unknown })
}

/// The steps that are still to be taken; an error when the database is newer than this program.
pub async fn pending(db: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    Ok(status(db).await?.known()?.pending)
}

/// Takes all pending steps, or none, and tells which they were.
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    migrate(db, Direction::Up).await
}

/// Takes the last steps back, all or none, and tells which they were.
pub async fn down(db: &DatabaseConnection, steps: u32) -> Result<Vec<String>, Error> {
    migrate(db, Direction::Down(steps)).await
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down(u32),
}

async fn migrate(db: &DatabaseConnection, direction: Direction) -> Result<Vec<String>, Error> {
    let db = own_connection(db).await?;
    for _ in 0..TRIES {
        match attempt(&db, direction).await {
            Err(why) if why.is_locked() => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
    Err(Error::Locked { tries: TRIES })
}

async fn attempt(db: &DatabaseConnection, direction: Direction) -> Result<Vec<String>, Error> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = db.begin_with_options(options).await?;
    lock(&transaction).await?;
    let before = status(&transaction).await?.known()?;
    let moved = match direction {
        Direction::Up => {
            Migrator::up(&transaction, None).await?;
            before.pending
        }
        Direction::Down(steps) => {
            Migrator::down(&transaction, Some(steps)).await?;
            let after = status(&transaction).await?;
            before.applied.into_iter().rev().filter(|name| !after.applied.contains(name)).collect()
        }
    };
    refuse_dangling(&transaction).await?;
    transaction.commit().await?;
    Ok(moved)
}

/// On SQLite a connection with foreign keys off, since tables cannot be rebuilt otherwise, and a transaction cannot
/// switch them off; what they would have kept is checked before the commit.
async fn own_connection(db: &DatabaseConnection) -> Result<DatabaseConnection, Error> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(db.clone());
    }
    let options = db.get_sqlite_connection_pool().connect_options().as_ref().clone();
    let options = options.foreign_keys(false).pragma("legacy_alter_table", "ON").busy_timeout(TRY);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.map_err(|why| DbErr::Conn(RuntimeErr::SqlxError(why.into())))?))
}

/// On PostgreSQL waits a little for whoever else migrates, and later a little for each table that somebody uses.
async fn lock(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let script = format!("SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({LOCK})", TRY.as_millis());
        transaction.execute_unprepared(&script).await?;
    }
    Ok(())
}

async fn taken(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    let probe = match backend {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'",
        _ => "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL",
    };
    if db.query_one_raw(Statement::from_string(backend, probe)).await?.is_none() {
        return Ok(Vec::new());
    }
    let names = Statement::from_string(backend, "SELECT version FROM schema_migrations ORDER BY version");
    db.query_all_raw(names).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn refuse_dangling(transaction: &DatabaseTransaction) -> Result<(), Error> {
    if transaction.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let check = Statement::from_string(DbBackend::Sqlite, r#"SELECT DISTINCT "table" FROM pragma_foreign_key_check"#);
    let rows = transaction.query_all_raw(check).await?;
    let tables = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
    if tables.is_empty() { Ok(()) } else { Err(Error::Dangling { tables }) }
}
