//! What is wrong with what is stored: rows that break a rule of the domain, objects that no row names, rows whose object
//! is gone.

use std::collections::HashSet;

use domain::Viewer;
use domain::ledger::LedgerHead;
use futures_util::TryStreamExt;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::files::outbox::NAMING;
use crate::objects::Objects;
use crate::order::tuple;
use crate::reader::{Reader, decode, select_all};
use crate::row::{Row, key_columns};
use crate::scope::Depth;
use crate::store::Store;

/// How many rows are read at a time.
const BATCH: u64 = 1000;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A row breaks a rule.
    CorruptRow {
        /// Its table.
        table: &'static str,
        /// What it is known by.
        id: String,
        /// The rule.
        why: String,
    },
    /// No row names this object, and it is not about to be deleted.
    ObjectWithoutRow(String),
    /// A row of this table names an object that is not there.
    RowWithoutObject {
        /// The row's table.
        table: &'static str,
        /// Where the object should be.
        path: String,
    },
}

/// Reads every row, and names those that break a rule.
pub async fn corrupt_rows(store: &Store) -> Result<Vec<Finding>> {
    let reader = store.reader(Viewer::system("doctor"), None);
    let mut findings = Vec::new();
    macro_rules! each {
        ($($entity:ty),+) => { $(check::<$entity>(&reader, &mut findings).await?;)+ };
    }
    crate::entities!(each);
    check::<LedgerHead>(&reader, &mut findings).await?;
    Ok(findings)
}

async fn check<E: Row>(reader: &Reader, findings: &mut Vec<Finding>) -> Result<()> {
    let key = || key_columns::<E>().map(|column| Depth::OUTER.column(column));
    let mut after: Option<Vec<Value>> = None;
    loop {
        let mut select = select_all::<E>(Depth::OUTER);
        if let Some(after) = after {
            select.and_where(tuple(key()).gt(tuple(after.into_iter().map(Expr::val))));
        }
        for column in key() {
            select.order_by_expr(column, Order::Asc);
        }
        let rows = reader.query(select.limit(BATCH)).await?;
        for row in &rows {
            match decode::<E>(row) {
                Ok(_) => {}
                Err(Error::Corrupt { why, .. }) => {
                    let id = raw_key::<E>(row)?.iter().map(shown).collect::<Vec<_>>().join(".");
                    findings.push(Finding::CorruptRow { table: E::TABLE, id, why });
                }
                Err(other) => return Err(other),
            }
        }
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(raw_key::<E>(last)?);
    }
}

/// The primary key of a row that may break a rule.
fn raw_key<E: Row>(row: &QueryResult) -> Result<Vec<Value>> {
    let column = |name: &&str| match row.try_get::<Uuid>("", name) {
        Ok(uuid) => Ok(uuid.into()),
        Err(_) => Ok(row.try_get::<i64>("", name)?.into()),
    };
    E::KEY.iter().map(column).collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Uuid(Some(uuid)) => uuid.to_string(),
        other => other.to_string(),
    }
}

/// Compares the objects with the rows that name them.
pub async fn objects(store: &Store, objects: &Objects) -> Result<Vec<Finding>> {
    let reader = store.reader(Viewer::system("doctor"), None);
    // What is stored comes first: an object that is named meanwhile is then among the named.
    let stored: HashSet<String> =
        objects.list(None).map_ok(|object| object.path.as_str().to_owned()).try_collect().await?;
    let mut findings = Vec::new();
    let mut known: HashSet<String> = paths(&reader, "object_deletions", "storage_path").await?.into_iter().collect();
    for (table, column) in NAMING {
        for path in paths(&reader, table, column).await? {
            if !stored.contains(&path) {
                findings.push(Finding::RowWithoutObject { table, path: path.clone() });
            }
            known.insert(path);
        }
    }
    let mut left: Vec<_> = stored.difference(&known).cloned().collect();
    left.sort();
    findings.extend(left.into_iter().map(Finding::ObjectWithoutRow));
    Ok(findings)
}

/// The objects that the rows of a table name.
async fn paths(reader: &Reader, table: &'static str, column: &'static str) -> Result<Vec<String>> {
    let mut select = Query::select();
    let column = Alias::new(column);
    select.column(column.clone()).from(Alias::new(table)).and_where(Expr::col(column).is_not_null());
    reader.query(&select).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
