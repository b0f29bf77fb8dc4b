//! What becomes of a connection to PostgreSQL whose user went away in the midst of something: for a moment it is waited
//! for, then it is closed. PostgreSQL looks now and then whether the client of a running statement is still there, and
//! ends the statement of one that is not. No other request can have got the connection meanwhile.

use std::time::Duration;

use futures_util::FutureExt;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{self, Connection, Executor, PgConnection, Postgres, Row};
use tokio::time::timeout;

/// How long a statement that nobody waits for may go on before its connection is closed. Not less than `LOOKS`: so there
/// are never more than twice as many connections as the pool may have.
const GRACE: Duration = Duration::from_millis(300);
/// How often PostgreSQL looks whether the client of a running statement is there.
const LOOKS: &str = "SET client_connection_check_interval = '300ms'";

/// A pool whose connections are settled when they come back.
pub(crate) fn hooked(pool: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
    pool.after_connect(|connection, _| look(connection).boxed())
        .after_release(|connection, _| is_settled(connection).map(Ok).boxed())
}

/// Lets PostgreSQL look whether its client is there. Where it cannot, before version 14 and on some systems, a statement
/// that nobody waits for ends by `statement_timeout`.
async fn look(connection: &mut PgConnection) -> sqlx::Result<()> {
    match connection.execute(LOOKS).await {
        Err(why) if why.as_database_error().is_some() => {
            tracing::debug!(%why, "statements of clients that went away run until statement_timeout");
            Ok(())
        }
        done => done.map(drop),
    }
}

/// Whether a connection has done all that it was asked to, or does so soon.
async fn is_settled(connection: &mut PgConnection) -> bool {
    // Without anything to send or to wait for this is done at once, and asks nobody.
    if let Some(Ok(())) = connection.flush().now_or_never() {
        return true;
    }
    timeout(GRACE, settle(connection)).await.is_ok_and(|settled| settled.unwrap_or(false))
}

/// Waits for what the connection was asked to do. It cannot be used again where a transaction is left open: a BEGIN that
/// was sent, and whose answer nobody waited for, is not rolled back by itself.
async fn settle(connection: &mut PgConnection) -> sqlx::Result<bool> {
    while let Err(why) = connection.flush().await {
        // That a statement failed is nobody's business any more.
        why.as_database_error().is_some().then_some(()).ok_or(why)?;
    }
    let alone = sqlx::raw_sql("SELECT transaction_timestamp() = statement_timestamp()");
    connection.fetch_one(alone).await?.try_get(0)
}
