//! A reader is one request's way to the database: it carries the viewer, the meter and the request's id, and no row is
//! read without one.

use std::sync::Arc;
use std::time::Instant;

use domain::{Clock, Ids, Timestamp, Viewer};
use sea_orm::sea_query::{Condition, SelectStatement};
use sea_orm::{ConnectionTrait, FromQueryResult, Iterable, QueryResult, Statement, StatementBuilder};
use tokio::sync::watch;

use crate::connect::Pools;
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::meter::Meter;
use crate::predicate::Asked;
use crate::row::{Column, Model, Row};
use crate::scope::{Depth, Known, visible};
use crate::store::Store;

/// One request's way to the database.
#[derive(Clone)]
pub struct Reader(Arc<Parts>);

struct Parts {
    store: Store,
    viewer: watch::Sender<Arc<Viewer>>,
    meter: Arc<Meter>,
    request: Option<String>,
}

impl Reader {
    pub(crate) fn new(store: Store, viewer: Viewer, request: Option<String>) -> Self {
        let meter = Arc::new(Meter::default());
        Self(Arc::new(Parts { store, viewer: watch::Sender::new(Arc::new(viewer)), meter, request }))
    }

    /// A way to the database that is no request's; its statements count there.
    pub(crate) fn metered(store: Store, viewer: Viewer, meter: Arc<Meter>) -> Self {
        Self(Arc::new(Parts { store, viewer: watch::Sender::new(Arc::new(viewer)), meter, request: None }))
    }

    /// The same request's way to the database for the system, which sees all; its statements count as the request's.
    pub(crate) fn as_system(&self, task: &'static str) -> Self {
        let viewer = watch::Sender::new(Arc::new(Viewer::system(task)));
        let (store, meter, request) = (self.0.store.clone(), Arc::clone(&self.0.meter), self.0.request.clone());
        Self(Arc::new(Parts { store, viewer, meter, request }))
    }

    /// Who reads.
    pub fn viewer(&self) -> Arc<Viewer> {
        Arc::clone(&self.0.viewer.borrow())
    }

    /// Replaces the viewer by what they are now, after something changed what they may see.
    pub fn set_viewer(&self, viewer: Viewer) {
        self.0.viewer.send_replace(Arc::new(viewer));
    }

    /// Tells when the viewer is replaced.
    pub fn watch_viewer(&self) -> watch::Receiver<Arc<Viewer>> {
        self.0.viewer.subscribe()
    }

    /// What the request's statements came to.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.0.meter
    }

    /// The request's id.
    pub fn request(&self) -> Option<&str> {
        self.0.request.as_deref()
    }

    /// The open database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.store.clock()
    }

    /// Makes new ids.
    pub fn ids(&self) -> &dyn Ids {
        self.0.store.ids()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.pools().dialect()
    }

    pub(crate) fn pools(&self) -> &Pools {
        self.0.store.pools()
    }

    /// The rows of a select that were not read before.
    pub(crate) async fn query(&self, select: &impl StatementBuilder) -> Result<Vec<QueryResult>> {
        let statement = bound(self.dialect(), select);
        tracing::trace!(sql = statement.sql, "query");
        counted(self.meter(), self.pools().read(statement)).await
    }

    /// The rows of `E` that fulfil a condition and that the viewer sees.
    pub(crate) async fn find<E: Row>(&self, condition: Condition) -> Result<Vec<E>> {
        let select = select_seen::<E>(&self.viewer(), self.dialect(), condition);
        self.query(&select).await?.iter().map(|row| read(row, 0)).collect()
    }
}

/// A select of the rows of `E` that fulfil a condition and that the viewer sees.
pub(crate) fn select_seen<E: Row>(viewer: &Viewer, dialect: Dialect, condition: Condition) -> SelectStatement {
    let mut select = select_all::<E>(Depth::OUTER);
    select.cond_where(visible::<E>(viewer, dialect, Depth::OUTER, Known::Nothing)).cond_where(condition);
    select
}

/// A select of all columns of `E` at this depth.
pub(crate) fn select_all<E: Row>(depth: Depth) -> SelectStatement {
    select_some::<E>(depth, &all_columns::<E>())
}

/// A select of some columns of `E` at this depth.
pub(crate) fn select_some<E: Row>(depth: Depth, columns: &[Column<E>]) -> SelectStatement {
    let mut select = depth.select_from::<E>();
    columns_at::<E>(&mut select, depth, columns);
    select
}

/// Selects some columns of `E` at this depth.
pub(crate) fn columns_at<E: Row>(select: &mut SelectStatement, depth: Depth, columns: &[Column<E>]) {
    for column in columns {
        select.column((depth.alias(), *column));
    }
}

/// All columns of `E`, in their order.
pub(crate) fn all_columns<E: Row>() -> Vec<Column<E>> {
    Column::<E>::iter().collect()
}

/// Runs a select in a transaction, and counts it.
pub(crate) async fn query<C: ConnectionTrait>(
    connection: &C,
    dialect: Dialect,
    meter: &Meter,
    statement: &impl StatementBuilder,
) -> Result<Vec<QueryResult>> {
    let statement = bound(dialect, statement);
    tracing::trace!(sql = statement.sql, "query");
    Ok(counted(meter, connection.query_all_raw(statement)).await?)
}

/// Runs a statement that changes rows, counts it, and answers how many rows it changed.
pub(crate) async fn execute<C: ConnectionTrait>(
    connection: &C,
    dialect: Dialect,
    meter: &Meter,
    statement: &impl StatementBuilder,
) -> Result<u64> {
    let statement = bound(dialect, statement);
    tracing::trace!(sql = statement.sql, "execute");
    Ok(counted(meter, connection.execute_raw(statement)).await?.rows_affected())
}

/// Counts a statement that runs, and the time that it takes.
async fn counted<T>(meter: &Meter, running: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = running.await;
    meter.add(began.elapsed());
    done
}

fn bound(dialect: Dialect, statement: &impl StatementBuilder) -> Statement {
    dialect.bind(dialect.backend().build(statement))
}

/// The row whose columns have their names, as SeaORM has it.
pub(crate) fn decode_model<E: Row>(row: &QueryResult) -> Result<Model<E>> {
    Model::<E>::from_query_result(row, "").map_err(|error| match &error {
        sea_orm::DbErr::TryIntoErr { source, .. } => corrupt::<E>(row, source.to_string()),
        sea_orm::DbErr::Type(_) | sea_orm::DbErr::Json(_) => corrupt::<E>(row, error.to_string()),
        _ => Error::from(error),
    })
}

/// The row whose columns stand in a result from this place on, in their order, as `select_all` has them.
pub(crate) fn read_model<E: Row>(row: &QueryResult, first: usize) -> Result<Model<E>> {
    // What is wrong is told by name.
    E::read(row, first).or_else(|_| decode_model::<E>(row))
}

/// The value that this row stands for.
pub(crate) fn read<E: Row>(row: &QueryResult, first: usize) -> Result<E> {
    E::from_row(read_model::<E>(row, first)?).map_err(|why| corrupt::<E>(row, why.message))
}

/// The value that a row stands for whose columns have their names.
pub(crate) fn decode<E: Row>(row: &QueryResult) -> Result<E> {
    E::from_row(decode_model::<E>(row)?).map_err(|why| corrupt::<E>(row, why.message))
}

fn corrupt<E: Row>(row: &QueryResult, why: String) -> Error {
    Error::Corrupt { table: E::TABLE, id: row.try_get("", "id").ok(), why }
}

impl Reader {
    /// Who asks of which database.
    pub(crate) fn asked<'a>(&self, viewer: &'a Viewer) -> Asked<'a> {
        Asked { viewer, dialect: self.dialect() }
    }
}
