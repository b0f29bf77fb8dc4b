//! Removes what was purged: a few rows at a time, children first, each with the objects that it names.

use domain::Viewer;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::Work;
use crate::error::Result;
use crate::files::outbox;
use crate::store::Store;

/// How many rows one transaction removes.
const BATCH: u64 = 500;

/// A table whose rows can be purged, what goes with them, and the column that names an object of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// The table.
    pub table: &'static str,
    /// The column that names an object of a row's own.
    pub object: Option<&'static str>,
    /// The column by which what goes with a row names it.
    pub key: &'static str,
    /// What goes with a row, children first.
    pub parts: &'static [Part],
}

/// A table whose rows go with another, and the column that names an object of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The table.
    pub table: &'static str,
    /// The column that names an object.
    pub object: Option<&'static str>,
}

/// All tables whose rows can be purged; what others belong to stands first.
pub const ROOTS: &[Root] = &[
    Root { table: "projects", object: None, key: "project_id", parts: OF_PROJECT },
    Root { table: "papers", object: Some("pdf_storage_path"), key: "paper_id", parts: OF_PAPER },
    Root { table: "runs", object: None, key: "run_id", parts: OF_RUN },
];

/// What belongs to a project, children first.
const OF_PROJECT: &[Part] = &[
    Part { table: "claims", object: None },
    Part { table: "assets", object: Some("storage_path") },
    Part { table: "storyboards", object: Some("storage_path") },
    Part { table: "runs", object: None },
    Part { table: "plans", object: None },
    Part { table: "papers", object: Some("pdf_storage_path") },
    Part { table: "project_guidelines", object: Some("storage_path") },
    Part { table: "repositories", object: None },
    Part { table: "creations", object: None },
];

/// What belongs to a run, children first.
const OF_RUN: &[Part] =
    &[Part { table: "assets", object: Some("storage_path") }, Part { table: "run_leases", object: None }];

/// What belongs to a paper, children first.
const OF_PAPER: &[Part] = &[
    Part { table: "claims", object: None },
    Part { table: "assets", object: Some("storage_path") },
    Part { table: "storyboards", object: Some("storage_path") },
    Part { table: "runs", object: None },
    Part { table: "plans", object: None },
];

/// Removes a batch of what was purged among these tables, and answers whether there is more.
pub async fn remove_purged(store: &Store, roots: &[Root]) -> Result<bool> {
    let reader = store.reader(Viewer::system("purge"), None);
    let mut work = Work::begin(&reader).await?;
    let mut removed = false;
    for root in roots {
        if let Some(row) = next(&work, root.table).await? {
            removed = remove_with_parts(&mut work, root, row).await?;
            break;
        }
    }
    work.commit().await?;
    Ok(removed)
}

/// A purged row of a table, oldest first.
async fn next(work: &Work, table: &str) -> Result<Option<Uuid>> {
    let mut select = Query::select();
    let purged_at = Alias::new("purged_at");
    select
        .column(Alias::new("id"))
        .from(Alias::new(table.to_owned()))
        .and_where(Expr::col(purged_at.clone()).is_not_null())
        .order_by(purged_at, sea_orm::sea_query::Order::Asc)
        .limit(1);
    Ok(work.query(&select).await?.first().map(|row| row.try_get("", "id")).transpose()?)
}

/// Removes a batch of the first part that has rows left; the row itself when none has.
async fn remove_with_parts(work: &mut Work, root: &Root, row: Uuid) -> Result<bool> {
    for part in root.parts {
        let rows = batch(part.table, root.key, row);
        if remove(work, part.table, part.object, &rows).await? > 0 {
            return Ok(true);
        }
    }
    remove(work, root.table, root.object, &batch(root.table, "id", row)).await.map(|removed| removed > 0)
}

fn batch(table: &str, key: &str, value: Uuid) -> SelectStatement {
    let mut select = Query::select();
    select
        .column(Alias::new("id"))
        .from(Alias::new(table.to_owned()))
        .and_where(Expr::col(Alias::new(key.to_owned())).eq(value))
        .order_by(Alias::new("id"), sea_orm::sea_query::Order::Asc)
        .limit(BATCH);
    select
}

/// Removes these rows, and hands the objects that they name to the outbox.
async fn remove(work: &mut Work, table: &str, object: Option<&str>, rows: &SelectStatement) -> Result<u64> {
    if let Some(object) = object {
        let object = Alias::new(object.to_owned());
        let mut named = Query::select();
        named
            .column(object.clone())
            .from(Alias::new(table.to_owned()))
            .and_where(Expr::col(Alias::new("id")).in_subquery(rows.clone()))
            .and_where(Expr::col(object.clone()).is_not_null());
        let found = work.query(&named).await?;
        let paths = found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
        outbox::discard(work, &paths, work.now()).await?;
    }
    let mut delete = Query::delete();
    delete.from_table(Alias::new(table.to_owned())).and_where(Expr::col(Alias::new("id")).in_subquery(rows.clone()));
    work.execute(&delete).await
}
