//! Between nodes: on PostgreSQL each node tells the others what was written by it, as `NOTIFY`, and hears them. A hint that
//! is lost costs time alone: what there is, stands in the database, and whoever follows something asks it now and then.

use std::time::Duration;

use domain::Entity;
use sea_orm::ConnectionTrait;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{DbErr, Statement};
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::Signal;
use crate::connect::Pools;
use crate::error::{Error, Result};
use crate::store::Store;

const CHANNEL: &str = "reprograph";
/// How many signals one notification carries: PostgreSQL takes 8000 bytes.
const TOGETHER: usize = 100;
/// How long to wait before a lost connection is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells other nodes and hears them, until it is dropped.
#[derive(Debug)]
pub struct Listener([AbortHandle; 2]);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

/// Begins to tell other nodes and to hear them, by connections of its own that no pooler stands before.
pub async fn listen(store: &Store, direct: Pools) -> Result<Listener> {
    let listener = connect(&direct).await?;
    let hearing = tokio::spawn(hear(store.clone(), direct.clone(), listener)).abort_handle();
    let telling = tokio::spawn(tell(store.clone(), direct)).abort_handle();
    Ok(Listener([hearing, telling]))
}

async fn connect(direct: &Pools) -> Result<PgListener> {
    let unavailable = |why: sea_orm::sqlx::Error| Error::Unavailable(why.to_string());
    let mut listener =
        PgListener::connect_with(direct.readers().get_postgres_connection_pool()).await.map_err(unavailable)?;
    listener.listen(CHANNEL).await.map_err(unavailable)?;
    Ok(listener)
}

/// Gives the signals that other nodes tell of. After a time without a connection that may be any.
async fn hear(store: Store, direct: Pools, mut listener: PgListener) {
    loop {
        match listener.try_recv().await {
            Ok(Some(notification)) => {
                let (node, signals) = notification.payload().split_once(' ').unwrap_or_default();
                if node != store.node() {
                    signals.split(' ').filter_map(signal).for_each(|signal| store.signals().give(signal));
                }
                continue;
            }
            Ok(None) => tracing::warn!("the connection by which other nodes are heard was lost"),
            Err(why) => tracing::warn!(%why, "other nodes cannot be heard"),
        }
        listener = loop {
            match connect(&direct).await {
                Ok(listener) => break listener,
                Err(why) => tracing::warn!(?why, "other nodes cannot be heard"),
            }
            tokio::time::sleep(PAUSE).await;
        };
        store.signals().give_all();
    }
}

/// Tells other nodes what was written here.
async fn tell(store: Store, direct: Pools) {
    loop {
        let signals = store.hints().take().await;
        for together in signals.chunks(TOGETHER) {
            if let Err(why) = notify(&store, &direct, together).await {
                tracing::warn!(%why, "other nodes cannot be told");
                store.hints().add(together.iter().copied());
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn notify(store: &Store, direct: &Pools, signals: &[Signal]) -> std::result::Result<(), DbErr> {
    let told = signals.iter().fold(store.node().to_owned(), |told, signal| format!("{told} {}", text(*signal)));
    let values = [CHANNEL.into(), told.into()];
    let backend = direct.dialect().backend();
    let statement = Statement::from_sql_and_values(backend, "SELECT pg_notify($1, $2)", values);
    direct.writer().execute_raw(statement).await.map(drop)
}

/// A signal as nodes tell each other of it.
fn text(signal: Signal) -> String {
    match signal {
        Signal::Project(project) => format!("project:{}", project.simple()),
        Signal::Row(table, row) => format!("{table}:{}", row.simple()),
        Signal::Rows(table) => table.to_owned(),
    }
}

/// The signal that another node told of; none where that is of another version and knows more.
fn signal(text: &str) -> Option<Signal> {
    let table = |name: &str| TABLES.iter().find(|table| **table == name);
    let Some((of, id)) = text.split_once(':') else { return table(text).map(|table| Signal::Rows(table)) };
    let id = Uuid::parse_str(id).ok()?;
    if of == "project" {
        return Some(Signal::Project(id));
    }
    table(of).map(|table| Signal::Row(table, id))
}

macro_rules! tables {
    ($($entity:ty),+) => {
        &[$(<$entity as Entity>::TABLE),+]
    };
}
const TABLES: &[&str] = crate::entities!(tables);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_read_as_it_is_told() {
        let id = Uuid::from_u128(7);
        for given in
            [Signal::Rows("runs"), Signal::Project(id), Signal::Row("runs", id), Signal::Row("project_members", id)]
        {
            assert_eq!(signal(&text(given)), Some(given));
        }
        assert_eq!(signal("later_table:00000000000000000000000000000007"), None);
    }
}
