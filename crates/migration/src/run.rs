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
    fn refuse_newer(self) -> Result<Self, Error> {
        if self.unknown.is_empty() { Ok(self) } else { Err(Error::Newer { names: self.unknown }) }
    }
}

/// Reads which steps were taken; changes nothing.
pub async fn status(db: &impl ConnectionTrait) -> Result<Status, Error> {
    status_of::<Migrator>(db).await
}

/// The steps that are still to be taken; an error when the database is newer than this program.
pub async fn pending(db: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    Ok(status(db).await?.refuse_newer()?.pending)
}

/// Scripts that are run around steps, in the same transaction, whether any step is taken or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Before the first step.
    pub before: String,
    /// After the last.
    pub after: String,
}

/// Takes all pending steps, or none, and tells which they were.
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    up_with::<Migrator>(db).await
}

/// Hears how many steps were taken so far.
pub type Told<'a> = &'a (dyn Fn(u64) + Sync);

/// Takes all pending steps with scripts around them, or none, and tells which they were.
pub async fn up_around(db: &DatabaseConnection, around: &Around, told: Told<'_>) -> Result<Vec<String>, Error> {
    migrate::<Migrator>(db, Direction::Up(told), around).await
}

/// Takes the last steps back, all or none, and tells which they were.
pub async fn down(db: &DatabaseConnection, steps: u32) -> Result<Vec<String>, Error> {
    down_around(db, steps, &Around::default()).await
}

/// Takes the last steps back with scripts around them, all or none, and tells which they were.
pub async fn down_around(db: &DatabaseConnection, steps: u32, around: &Around) -> Result<Vec<String>, Error> {
    migrate::<Migrator>(db, Direction::Down(steps), around).await
}

/// Like [`up`], with a list of steps that is longer than ours: a test's.
pub async fn up_with<M: MigratorTrait>(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    migrate::<M>(db, Direction::Up(&|_| ()), &Around::default()).await
}

#[derive(Clone, Copy)]
enum Direction<'a> {
    Up(Told<'a>),
    Down(u32),
}

async fn migrate<M: MigratorTrait>(
    db: &DatabaseConnection,
    direction: Direction<'_>,
    around: &Around,
) -> Result<Vec<String>, Error> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return until_unlocked::<M>(db, direction, around).await;
    }
    let own = without_foreign_keys(db).await?;
    let moved = until_unlocked::<M>(&own, direction, around).await;
    let seen = status_of::<M>(db).await? == status_of::<M>(&own).await?;
    own.close().await?;
    if seen { moved } else { Err(Error::Private) }
}

/// A connection of its own to the same SQLite database, with foreign keys off: tables cannot be rebuilt otherwise, and
/// within a transaction they cannot be switched off. What they would have kept is checked before the commit.
async fn without_foreign_keys(db: &DatabaseConnection) -> Result<DatabaseConnection, Error> {
    let options = db.get_sqlite_connection_pool().connect_options().as_ref().clone();
    let options = options.foreign_keys(false).pragma("legacy_alter_table", "ON").busy_timeout(TRY);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
    let pool = pool.map_err(|why| DbErr::Conn(RuntimeErr::SqlxError(why.into())))?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn until_unlocked<M: MigratorTrait>(
    db: &DatabaseConnection,
    direction: Direction<'_>,
    around: &Around,
) -> Result<Vec<String>, Error> {
    for _ in 0..TRIES {
        match attempt::<M>(db, direction, around).await {
            Err(why) if why.is_locked() => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
    Err(Error::Locked { tries: TRIES })
}

async fn attempt<M: MigratorTrait>(
    db: &DatabaseConnection,
    direction: Direction<'_>,
    around: &Around,
) -> Result<Vec<String>, Error> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = db.begin_with_options(options).await?;
    lock(&transaction).await?;
    let mut moved = status_of::<M>(&transaction).await?.refuse_newer()?;
    run(&transaction, &around.before).await?;
    let moved = match direction {
        Direction::Up(told) => {
            for taken in (1..).take(moved.pending.len()) {
                M::up(&transaction, Some(1)).await?;
                told(taken);
            }
            moved.pending
        }
        Direction::Down(steps) => {
            M::down(&transaction, Some(steps)).await?;
            let left = status_of::<M>(&transaction).await?.applied.len();
            moved.applied.drain(left..).rev().collect()
        }
    };
    run(&transaction, &around.after).await?;
    if !moved.is_empty() {
        refuse_dangling(&transaction).await?;
    }
    transaction.commit().await?;
    Ok(moved)
}

async fn run(transaction: &DatabaseTransaction, script: &str) -> Result<(), DbErr> {
    if script.is_empty() { Ok(()) } else { transaction.execute_unprepared(script).await.map(drop) }
}

/// On PostgreSQL waits a little for whoever else migrates, and later a little for each table that somebody uses; a step
/// itself takes as long as it takes.
async fn lock(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let script = format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({LOCK})",
            TRY.as_millis()
        );
        transaction.execute_unprepared(&script).await?;
    }
    Ok(())
}

/// What foreign keys would have refused on SQLite while they were off.
async fn refuse_dangling(transaction: &DatabaseTransaction) -> Result<(), Error> {
    if transaction.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let tables = texts(transaction, r#"SELECT DISTINCT "table" FROM pragma_foreign_key_check"#).await?;
    if tables.is_empty() { Ok(()) } else { Err(Error::Dangling { tables }) }
}

async fn status_of<M: MigratorTrait>(db: &impl ConnectionTrait) -> Result<Status, Error> {
    let taken = taken(db).await?;
    let steps: Vec<_> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let unknown = taken.iter().filter(|name| !steps.contains(name)).cloned().collect();
    let (applied, pending) = steps.into_iter().partition(|name| taken.contains(name));
    Ok(Status { applied, pending, unknown })
}

/// The names in the table of steps, which a new database does not have yet.
async fn taken(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let table = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'",
        _ => "SELECT text 'schema_migrations' WHERE to_regclass('schema_migrations') IS NOT NULL",
    };
    if texts(db, table).await?.is_empty() {
        return Ok(Vec::new());
    }
    texts(db, "SELECT version FROM schema_migrations ORDER BY version").await
}

async fn texts(db: &impl ConnectionTrait, query: &str) -> Result<Vec<String>, DbErr> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
