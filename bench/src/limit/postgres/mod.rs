//! The limit on PostgreSQL: prepared statements over a few connections, on which many requests are under way at once.

mod cells;
mod read;
mod sql;
mod write;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Semaphore;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use cells::{Bound, raw, uuid};
use sql::Sql;

use super::Wanted;

/// How many connections are written by, each by one request at a time.
const WRITERS: usize = 16;

/// How many connections are read by: more make the processes of PostgreSQL take turns.
const READERS: usize = 4;

/// The limit on PostgreSQL.
#[derive(Clone)]
pub(super) struct Postgres(Arc<Inner>);

struct Inner {
    readers: Vec<Connection>,
    turn: AtomicUsize,
    writers: Mutex<Vec<Connection>>,
    free: Semaphore,
}

/// A connection with all its statements.
struct Connection {
    client: Client,
    statements: Vec<Statement>,
}

impl Postgres {
    pub(super) async fn open(url: &str) -> Self {
        let (mut readers, mut writers) = (Vec::new(), Vec::new());
        for _ in 0..READERS {
            readers.push(Connection::open(url).await);
        }
        for _ in 0..WRITERS {
            writers.push(Connection::open(url).await);
        }
        let (writers, free) = (Mutex::new(writers), Semaphore::new(WRITERS));
        Self(Arc::new(Inner { readers, turn: AtomicUsize::new(0), writers, free }))
    }

    fn connection(&self) -> &Connection {
        &self.0.readers[self.0.turn.fetch_add(1, Ordering::Relaxed) % READERS]
    }
}

impl Connection {
    async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("PostgreSQL");
        tokio::spawn(connection);
        let mut statements = Vec::new();
        for sql in Sql::ALL {
            statements.push(client.prepare(sql.text()).await.unwrap_or_else(|why| panic!("{}: {why}", sql.text())));
        }
        Self { client, statements }
    }

    async fn rows<const N: usize>(&self, sql: Sql, values: [Bound; N]) -> Vec<Row> {
        let values: [&(dyn ToSql + Sync); N] = values.each_ref().map(|value| -> &(dyn ToSql + Sync) { value });
        let found = self.client.query(&self.statements[sql.place()], &values).await;
        found.unwrap_or_else(|why| panic!("{}: {why}", sql.text()))
    }

    /// The projects that whoever has this token sees, or may write to, by the statement by which the server finds them.
    async fn seen(&self, digest: &str, wanted: Wanted) -> Option<Bound> {
        let rows = self.rows(Sql::Viewer, [Bound::text(digest), Bound::whole(now())]).await;
        let role = raw(rows.first()?, 4)?;
        let lets_in = role != b"PENDING";
        let live = rows.iter().filter(|row| {
            raw(row, 8) == Some(&[1]) && raw(row, 7).is_some_and(|role| wanted == Wanted::Read || role != b"VIEWER")
        });
        let projects: Vec<u128> = live.map(|row| uuid(row, 6)).filter(|_| lets_in).collect();
        Some(Bound::uuids(&projects))
    }
}

/// The time as PostgreSQL has it: microseconds since 2000.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_micros()).expect("a clock before 200000") - 946_684_800_000_000
}
