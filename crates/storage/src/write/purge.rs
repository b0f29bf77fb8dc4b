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
    /// The table between, and the column by which a row of the part names its row, where it does not name the purged one
    /// itself.
    pub through: Option<(&'static str, &'static str)>,
}

impl Part {
    /// A part whose rows name the purged row.
    const fn of(table: &'static str) -> Self {
        Self { table, object: None, through: None }
    }

    /// The same, whose rows name objects in this column.
    const fn naming(self, object: &'static str) -> Self {
        Self { object: Some(object), ..self }
    }

    /// The same, whose rows name rows of another table, in this column, which name the purged one.
    const fn through(self, table: &'static str, column: &'static str) -> Self {
        Self { through: Some((table, column)), ..self }
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
    Part::of("snapshots"),
    Part::of("runs"),
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
    Part::of("assets").naming("storage_path"),
    Part::of("snapshots"),
    Part::of("notes"),
    Part::of("run_equations"),
    Part::of("run_leases"),
];

/// What belongs to a paper, children first.
const OF_PAPER: &[Part] = &[
    Part::of("claims"),
    Part::of("assets").naming("storage_path"),
    Part::of("assets").naming("storage_path").through("runs", "run_id"),
    Part::of("assets").naming("storage_path").through("plans", "plan_id"),
    Part::of("storyboards").naming("storage_path"),
    Part::of("snapshots").through("runs", "run_id"),
    Part::of("runs"),
    Part::of("plans"),
];

/// What belongs to a plan, children first.
const OF_PLAN: &[Part] = &[
    Part::of("assets").naming("storage_path"),
    Part::of("assets").naming("storage_path").through("runs", "run_id"),
    Part::of("snapshots").through("runs", "run_id"),
    Part::of("runs"),
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
        let rows = batch(part.table, owned(root.key, part.through, row));
        if remove(work, part.table, part.object, &rows).await? > 0 {
            return Ok(true);
        }
    }
    remove(work, root.table, root.object, &batch(root.table, Expr::col(Alias::new("id")).eq(row)))
        .await
        .map(|removed| removed > 0)
}

/// The condition that a row of a part goes with the purged row.
fn owned(key: &'static str, through: Option<(&'static str, &'static str)>, row: Uuid) -> Expr {
    let names_it = Expr::col(Alias::new(key)).eq(row);
    let Some((table, column)) = through else { return names_it };
    let between = Query::select().column(Alias::new("id")).from(Alias::new(table)).and_where(names_it).take();
    Expr::col(Alias::new(column)).in_subquery(between)
}

fn batch(table: &'static str, these: Expr) -> SelectStatement {
    let mut select = Query::select();
    select
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(these)
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
