//! Lanes: the connections by which requests read SQLite, with one statement on each at a time. PostgreSQL finds out by
//! itself that nobody waits for a statement any more; SQLite has to be told, by a flag that it looks at while it runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How many steps SQLite takes before it looks at the flag: a fraction of a millisecond.
const STEPS: i32 = 10_000;

/// How many lanes there are, and how long they are waited for and used.
#[derive(Clone, Debug)]
pub(crate) struct Width {
    /// How many there are at most.
    pub(crate) lanes: u32,
    /// How long a statement may wait for one.
    pub(crate) acquire_timeout: Duration,
    /// How long a statement may take; zero is for ever.
    pub(crate) statement_timeout: Duration,
}

/// The connections by which requests read SQLite.
#[derive(Clone, Debug)]
pub(crate) struct Lanes(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: Arc<SqliteConnectOptions>,
    width: Width,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<Lane>>,
}

/// A connection, and the flag that says that nobody waits for its statement.
#[derive(Debug)]
struct Lane {
    connection: SqliteConnection,
    unwanted: Arc<AtomicBool>,
}

impl Lanes {
    /// Lanes that are opened so; none is yet.
    pub(crate) fn new(options: Arc<SqliteConnectOptions>, width: Width) -> Self {
        let turns = Arc::new(Semaphore::new(usize::try_from(width.lanes).unwrap_or(1).max(1)));
        Self(Arc::new(Shared { options, width, turns, idle: Mutex::default() }))
    }

    /// The rows of a statement that changes nothing. It is stopped when nobody waits for it any more, or for too long.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<QueryResult>> {
        let mut used = self.take().await?;
        let limit = self.0.width.statement_timeout;
        let limit = if limit.is_zero() { Duration::MAX } else { limit };
        match timeout(limit, used.read(statement)).await {
            Ok(rows) => Ok(rows.map_err(|why| DbErr::Query(RuntimeErr::SqlxError(why.into())))?),
            Err(_) => Err(Error::Unavailable(format!("a statement took longer than {limit:?} and was stopped"))),
        }
    }

    /// How many lanes are open, and how many of them idle.
    pub(crate) fn count(&self) -> (u32, usize) {
        let idle = self.idle().len();
        let busy = usize::try_from(self.0.width.lanes).unwrap_or(1).saturating_sub(self.0.turns.available_permits());
        (u32::try_from(idle + busy).unwrap_or(u32::MAX), idle)
    }

    /// Closes all lanes, after the statements that run.
    pub(crate) async fn close(&self) {
        let _all = self.0.turns.acquire_many(self.0.width.lanes.max(1)).await;
        self.0.turns.close();
        let lanes = std::mem::take(&mut *self.idle());
        for lane in lanes {
            // What is wrong with a connection that goes is nobody's business any more.
            let _ = lane.connection.close().await;
        }
    }

    async fn take(&self) -> Result<Used> {
        let taking = async {
            let closed = |_| Error::Unavailable("the database is being closed".into());
            let turn = Arc::clone(&self.0.turns).acquire_owned().await.map_err(closed)?;
            let idle = self.idle().pop();
            let lane = match idle {
                Some(lane) => lane,
                None => self.open().await.map_err(|why| Error::Unavailable(why.to_string()))?,
            };
            Ok(Used { lane: Some((lane, turn)), lanes: self.clone(), over: true })
        };
        let late = |_| Err(Error::Unavailable("no connection to the database became free in time".into()));
        timeout(self.0.width.acquire_timeout, taking).await.unwrap_or_else(late)
    }

    async fn open(&self) -> sqlx::Result<Lane> {
        let mut connection = self.0.options.connect().await?;
        let unwanted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&unwanted);
        connection.lock_handle().await?.set_progress_handler(STEPS, move || !flag.load(Ordering::Relaxed));
        Ok(Lane { connection, unwanted })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lane>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane that is used, and the turn of whoever uses it.
struct Used {
    lane: Option<(Lane, OwnedSemaphorePermit)>,
    lanes: Lanes,
    /// Whether no statement runs.
    over: bool,
}

impl Used {
    async fn read(&mut self, statement: Statement) -> sqlx::Result<Vec<QueryResult>> {
        let Some((lane, _)) = &mut self.lane else { return Err(sqlx::Error::WorkerCrashed) };
        let values = statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new()));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values));
        self.over = false;
        let rows = query.fetch_all(&mut lane.connection).await;
        // After an error that is not the database's the connection is of no use.
        self.over = rows.as_ref().map_or_else(|why| why.as_database_error().is_some(), |_| true);
        Ok(rows?.into_iter().map(QueryResult::from).collect())
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        let Some((mut lane, turn)) = self.lane.take() else { return };
        if self.over {
            self.lanes.idle().push(lane);
            return;
        }
        lane.unwanted.store(true, Ordering::Relaxed);
        // Without a runtime the connection goes, and its statement with it.
        let Ok(runtime) = Handle::try_current() else { return };
        let lanes = self.lanes.clone();
        runtime.spawn(async move {
            // It answers when its statement has stopped; the turn lasts until then.
            if lane.connection.ping().await.is_ok() {
                lane.unwanted.store(false, Ordering::Relaxed);
                lanes.idle().push(lane);
            }
            drop(turn);
        });
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    /// It takes a minute and more.
    const SLOW: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        SELECT count(*) FROM n";
    /// How long a test waits for what takes a moment.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn lanes(folder: &tempfile::TempDir, lanes: u32, statement_timeout: Duration) -> Lanes {
        let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
        Lanes::new(Arc::new(options), Width { lanes, acquire_timeout: PATIENCE, statement_timeout })
    }

    async fn read(lanes: &Lanes, sql: &str) -> Result<i64> {
        let rows = lanes.read(Statement::from_string(DbBackend::Sqlite, sql)).await?;
        Ok(rows[0].try_get_by_index(0)?)
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let lanes = lanes(&folder, 1, Duration::ZERO);
        for _ in 0..3 {
            assert!(timeout(Duration::from_millis(100), read(&lanes, SLOW)).await.is_err());
            // The one lane is used again only when the statement has stopped.
            assert_eq!(timeout(PATIENCE, read(&lanes, "SELECT 7")).await.expect("it was stopped").unwrap(), 7);
        }
        assert_eq!(lanes.count(), (1, 1));
    }

    #[tokio::test]
    async fn a_statement_that_takes_too_long_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let lanes = lanes(&folder, 1, Duration::from_millis(200));
        let late = timeout(PATIENCE, read(&lanes, SLOW)).await.expect("it was stopped");
        assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
        assert_eq!(read(&lanes, "SELECT 7").await.unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_lane_is_lost_and_no_other_statement_hit() {
        let folder = tempfile::tempdir().unwrap();
        let lanes = lanes(&folder, 4, Duration::ZERO);
        let some =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT count(*) FROM n";
        let (dropped, kept) = (lanes.clone(), lanes.clone());
        let drops = tokio::spawn(async move {
            for micros in 0..1000 {
                let _ = timeout(Duration::from_micros(micros * 5), read(&dropped, some)).await;
            }
        });
        let keeps = tokio::spawn(async move {
            for _ in 0..100 {
                assert_eq!(read(&kept, some).await.unwrap(), 20_000);
            }
        });
        drops.await.unwrap();
        keeps.await.unwrap();
        timeout(PATIENCE, lanes.close()).await.expect("all lanes come back");
        assert!(matches!(read(&lanes, "SELECT 7").await, Err(Error::Unavailable(_))));
    }

    #[tokio::test]
    async fn a_statement_that_fails_leaves_its_lane_usable() {
        let folder = tempfile::tempdir().unwrap();
        let lanes = lanes(&folder, 1, Duration::ZERO);
        assert!(matches!(read(&lanes, "SELECT nothing").await, Err(Error::Internal(_))));
        assert_eq!(lanes.count(), (1, 1));
        assert_eq!(read(&lanes, "SELECT 7").await.unwrap(), 7);
    }
}
