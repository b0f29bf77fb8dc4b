//! Removes what was purged: a few rows at a time, children first, each with the objects that it names.

use domain::Viewer;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::Work;
use crate::error::Result;
use crate::files::outbox;
use crate::order::tuple;
use crate::store::Store;

/// How many rows one transaction removes.
const BATCH: u64 = 500;
/// How many where they are small.
const MANY: u64 = 10_000;

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

/// A table whose rows go with another.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    table: &'static str,
    /// The column that names an object.
    object: Option<&'static str>,
    /// The primary key.
    key: &'static [&'static str],
    /// How many rows one transaction removes.
    batch: u64,
    /// What goes with one of its rows in its turn, and the column by which that names it: then rows go one by one.
    parts: Option<(&'static str, &'static [Part])>,
}

impl Part {
    /// The rows of a table.
    pub const fn of(table: &'static str) -> Self {
        Self { table, object: None, key: &["id"], batch: BATCH, parts: None }
    }

    /// The same, where a column names an object.
    #[must_use]
    pub const fn naming(self, object: &'static str) -> Self {
        Self { object: Some(object), ..self }
    }

    /// The same, where the rows are many and small, and known by these columns.
    #[must_use]
    pub const fn known_by(self, key: &'static [&'static str]) -> Self {
        Self { key, batch: MANY, ..self }
    }

    /// The same, where each row has parts, which name it by a column.
    #[must_use]
    pub const fn with(self, key: &'static str, parts: &'static [Self]) -> Self {
        Self { parts: Some((key, parts)), ..self }
    }
}

/// All tables whose rows can be purged; what others belong to stands first.
pub const ROOTS: &[Root] = &[
    Root { table: "projects", object: None, key: "project_id", parts: OF_PROJECT },
    Root { table: "papers", object: Some("pdf_storage_path"), key: "paper_id", parts: OF_PAPER },
    Root { table: "runs", object: None, key: "run_id", parts: OF_RUN },
    Root { table: "plans", object: None, key: "plan_id", parts: OF_PLAN },
];

/// What belongs to a project, children first.
const OF_PROJECT: &[Part] = &[
    Part::of("claims"),
    Part::of("assets").naming("storage_path"),
    Part::of("storyboards").naming("storage_path"),
    Part::of("runs").with("run_id", OF_RUN),
    Part::of("plans"),
    Part::of("papers").naming("pdf_storage_path"),
    Part::of("unit_modes"),
    Part::of("equation_modules"),
    Part::of("metric_definitions"),
    Part::of("project_guidelines").naming("storage_path"),
    Part::of("repositories"),
    Part::of("creations"),
];

/// What belongs to a run, children first.
const OF_RUN: &[Part] = &[
    Part::of("evals"),
    Part::of("snapshots"),
    Part::of("notes"),
    Part::of("run_equations"),
    Part::of("assets").naming("storage_path"),
    Part::of("series_points").known_by(&["run_id", "series_number", "step"]),
    Part::of("run_series"),
    Part::of("run_events").known_by(&["run_id", "seq"]),
    Part::of("run_batches").known_by(&["run_id", "number"]),
    Part::of("run_leases"),
];

/// What belongs to a paper, children first.
const OF_PAPER: &[Part] = &[
    Part::of("claims"),
    Part::of("assets").naming("storage_path"),
    Part::of("storyboards").naming("storage_path"),
    Part::of("runs").with("run_id", OF_RUN),
    Part::of("plans").with("plan_id", OF_PLAN),
];

/// What belongs to a plan, children first.
const OF_PLAN: &[Part] = &[Part::of("assets").naming("storage_path"), Part::of("runs").with("run_id", OF_RUN)];

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
        if remove_part(work, part, root.key, row).await? {
            return Ok(true);
        }
    }
    let own = Part { object: root.object, ..Part::of(root.table) };
    remove(work, &own, &batch(&own, "id", row)).await
}

/// Removes a batch of a part of a row, if there is any left.
async fn remove_part(work: &mut Work, part: &Part, key: &str, row: Uuid) -> Result<bool> {
    let Some((own, parts)) = part.parts else { return remove(work, part, &batch(part, key, row)).await };
    let found = work.query(batch(part, key, row).limit(1)).await?;
    let Some(next) = found.first().map(|row| row.try_get("", "id")).transpose()? else { return Ok(false) };
    let root = Root { table: part.table, object: part.object, key: own, parts };
    Box::pin(remove_with_parts(work, &root, next)).await
}

fn batch(part: &Part, key: &str, value: Uuid) -> SelectStatement {
    let mut select = Query::select();
    select
        .columns(part.key.iter().copied().map(Alias::new))
        .from(Alias::new(part.table))
        .and_where(Expr::col(Alias::new(key.to_owned())).eq(value));
    for column in part.key {
        select.order_by(Alias::new(*column), sea_orm::sea_query::Order::Asc);
    }
    select.limit(part.batch);
    select
}

/// Removes these rows, and hands the objects that they name to the outbox; whether there were any.
async fn remove(work: &mut Work, part: &Part, rows: &SelectStatement) -> Result<bool> {
    let among = || tuple(part.key.iter().map(|column| Expr::col(Alias::new(*column)))).in_subquery(rows.clone());
    if let Some(object) = part.object {
        let object = Alias::new(object);
        let mut named = Query::select();
        named
            .column(object.clone())
            .from(Alias::new(part.table))
            .and_where(among())
            .and_where(Expr::col(object.clone()).is_not_null());
        let found = work.query(&named).await?;
        let paths = found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
        outbox::discard(work, &paths, work.now()).await?;
    }
    let mut delete = Query::delete();
    delete.from_table(Alias::new(part.table)).and_where(among());
    work.execute(&delete).await.map(|removed| removed > 0)
}
