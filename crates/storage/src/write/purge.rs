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

/// A table whose rows go with a project or a paper, and the column that names an object of theirs.
struct Part {
    table: &'static str,
    object: Option<&'static str>,
}

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

/// What belongs to a paper, children first.
const OF_PAPER: &[Part] = &[
    Part { table: "claims", object: None },
    Part { table: "assets", object: Some("storage_path") },
    Part { table: "storyboards", object: Some("storage_path") },
    Part { table: "runs", object: None },
    Part { table: "plans", object: None },
];

/// Removes a batch of what was purged, and answers whether there is more.
pub async fn remove_purged(store: &Store) -> Result<bool> {
    let reader = store.reader(Viewer::system("purge"), None);
    let mut work = Work::begin(&reader).await?;
    let removed = match next(&work, "projects").await? {
        Some(project) => remove_part(&mut work, ("projects", project), "project_id", OF_PROJECT).await?,
        None => match next(&work, "papers").await? {
            Some(paper) => remove_part(&mut work, ("papers", paper), "paper_id", OF_PAPER).await?,
            None => false,
        },
    };
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
async fn remove_part(work: &mut Work, root: (&str, Uuid), key: &str, parts: &[Part]) -> Result<bool> {
    for part in parts {
        let rows = batch(part.table, key, root.1);
        if remove(work, part.table, part.object, &rows).await? > 0 {
            return Ok(true);
        }
    }
    let object = (root.0 == "papers").then_some("pdf_storage_path");
    remove(work, root.0, object, &batch(root.0, "id", root.1)).await.map(|removed| removed > 0)
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
