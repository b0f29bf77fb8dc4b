//! One state of the database: what is read of it fits together, however much is written meanwhile.

use domain::Viewer;
use domain::ledger::AuditEntry;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SelectStatement};
use sea_orm::{DatabaseTransaction, QueryResult};
use uuid::Uuid;

use crate::error::Result;
use crate::reader::{Reader, query, select_all};
use crate::row::{Row, column_named};
use crate::scope::Depth;
use crate::store::Store;

/// How many rows are read at a time.
pub(super) const BATCH: u64 = 1000;

/// One state of the database.
pub(super) struct Snapshot {
    reader: Reader,
    transaction: DatabaseTransaction,
}

impl Snapshot {
    /// The state as it is now.
    pub(super) async fn take(store: &Store) -> Result<Self> {
        let reader = store.reader(Viewer::system("audit"), None);
        let transaction = reader.pools().snapshot().await?;
        Ok(Self { reader, transaction })
    }

    /// The rows of a select.
    pub(super) async fn query(&self, select: &SelectStatement) -> Result<Vec<QueryResult>> {
        query(&self.transaction, self.reader.dialect(), self.reader.meter(), select).await
    }

    /// Whether a column is among these ids.
    pub(super) fn among(&self, column: Expr, ids: &[Uuid]) -> Expr {
        self.reader.dialect().among(column, ids)
    }

    /// The entries of a chain that come after a position, at most a batch of them.
    pub(super) async fn entries(&self, head: Uuid, after: i64) -> Result<Vec<QueryResult>> {
        let position = column::<AuditEntry>("position");
        let mut select = select_all::<AuditEntry>(Depth::OUTER);
        select
            .and_where(column::<AuditEntry>("head_id").eq(head))
            .and_where(position.clone().gt(after))
            .order_by_expr(position, Order::Asc)
            .limit(BATCH);
        self.query(&select).await
    }

    /// The rows of `E` that come after an id, at most a batch of them.
    pub(super) async fn page<E: Row>(&self, after: Uuid) -> Result<Vec<QueryResult>> {
        let id = column::<E>("id");
        let mut select = select_all::<E>(Depth::OUTER);
        select.and_where(id.clone().gt(after)).order_by_expr(id, Order::Asc).limit(BATCH);
        self.query(&select).await
    }
}

/// A column of the outermost table.
pub(super) fn column<E: Row>(name: &str) -> Expr {
    Depth::OUTER.column(column_named::<E>(name))
}

/// Whether no row of `E` has an expression in this column.
pub(super) fn absent<E: Row>(name: &'static str, value: Expr) -> Expr {
    let inner = Depth::OUTER.inner();
    let same = inner.column(column_named::<E>(name)).eq(value);
    let mut found = inner.select_from::<E>();
    found.expr(Expr::val(1)).and_where(same);
    Expr::exists(found).not()
}
