//! The outbox of objects: every stored object is named by a row or stands here, so that none is left behind.

use std::time::Duration;

use domain::{Leaf, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Order, Query};

use crate::dialect::Lock;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::write::Work;

/// How long an object that is being written is safe from being deleted before a row names it.
pub const GRACE: Duration = Duration::from_hours(1);

/// The columns that name objects.
pub const NAMING: [(&str, &str); 5] = [
    ("assets", "storage_path"),
    ("storyboards", "storage_path"),
    ("papers", "pdf_storage_path"),
    ("project_guidelines", "storage_path"),
    ("uploads", "storage_path"),
];

/// Says that these objects are to be deleted from this time on. Where one stands here already, the later time counts.
pub async fn discard(work: &Work, paths: &[String], from: Timestamp) -> Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new("object_deletions"))
        .columns(["id", "storage_path", "not_before", "created_at"].map(Alias::new));
    let mut distinct: Vec<_> = paths.iter().collect();
    distinct.sort();
    distinct.dedup();
    for path in distinct {
        let id = work.reader().ids().next();
        insert.values_panic([id.into(), path.as_str().into(), from.raw().into(), work.now().raw().into()]);
    }
    insert
        .on_conflict(OnConflict::column(Alias::new("storage_path")).update_column(Alias::new("not_before")).to_owned());
    work.execute(&insert).await.map(drop)
}

/// Says that a row names these objects now, so that they stay.
pub async fn keep(work: &Work, paths: &[&str]) -> Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut delete = Query::delete();
    let path = Expr::col(Alias::new("storage_path"));
    delete.from_table(Alias::new("object_deletions")).and_where(path.is_in(paths.iter().copied()));
    work.execute(&delete).await.map(drop)
}

/// How long before its time an object counts as being deleted: more than the clocks of two nodes differ.
const MARGIN: Duration = Duration::from_mins(1);

/// Says that an object will be stored here, which is to be deleted after a while unless a row names it. Where one is
/// about to be deleted, it is refused: nobody can tell which of the two would be gone.
pub async fn reserve(work: &Work, path: &str) -> Result<()> {
    let column = |name: &str| Expr::col(Alias::new(name.to_owned()));
    let mut select = Query::select();
    select
        .column(Alias::new("id"))
        .from(Alias::new("object_deletions"))
        .and_where(column("storage_path").eq(path))
        .and_where(column("not_before").lte(work.now().plus(MARGIN).raw()));
    work.dialect().lock(&mut select, Alias::new("object_deletions"), Lock::Update);
    if !work.query(&select).await?.is_empty() {
        return Err(Error::Unavailable(format!("{path} is being cleared: it can be used again in a moment")));
    }
    discard(work, &[path.to_owned()], work.now().plus(GRACE)).await
}

/// Says that a row names an object now for which a place was reserved. One that is being deleted by now is refused.
pub async fn adopt(work: &Work, path: &str) -> Result<()> {
    let column = |name: &str| Expr::col(Alias::new(name.to_owned()));
    let mut delete = Query::delete();
    delete
        .from_table(Alias::new("object_deletions"))
        .and_where(column("storage_path").eq(path))
        .and_where(column("not_before").gt(work.now().plus(MARGIN).raw()));
    match work.execute(&delete).await? {
        1 => Ok(()),
        _ => Err(Error::Unavailable(format!("{path} was reserved too long ago, and is being cleared"))),
    }
}

/// The objects that are due to be deleted, oldest first.
pub async fn due(store: &Store, limit: u64) -> Result<Vec<String>> {
    let reader = store.reader(Viewer::system("objects"), None);
    let mut select = Query::select();
    select
        .column(Alias::new("storage_path"))
        .from(Alias::new("object_deletions"))
        .and_where(Expr::col(Alias::new("not_before")).lte(reader.now().raw()))
        .order_by(Alias::new("not_before"), Order::Asc)
        .limit(limit);
    reader.query(&select).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Says that these objects are deleted.
pub async fn done(store: &Store, paths: &[String]) -> Result<()> {
    let reader = store.reader(Viewer::system("objects"), None);
    let work = Work::begin(&reader).await?;
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    keep(&work, &paths).await?;
    work.commit().await
}

/// Says that an object could not be deleted now, and is to be tried again later.
pub async fn postpone(store: &Store, path: &str, by: Duration, why: &str) -> Result<()> {
    let reader = store.reader(Viewer::system("objects"), None);
    let work = Work::begin(&reader).await?;
    let mut update = Query::update();
    update
        .table(Alias::new("object_deletions"))
        .value(Alias::new("not_before"), work.now().plus(by).raw())
        .value(Alias::new("attempts"), Expr::col(Alias::new("attempts")).add(1))
        .value(Alias::new("last_error"), why)
        .and_where(Expr::col(Alias::new("storage_path")).eq(path));
    work.execute(&update).await?;
    work.commit().await
}

/// The objects that some row names, among these: a check before anything is deleted, against a bug of ours.
pub async fn named(store: &Store, paths: &[String]) -> Result<Vec<String>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let reader = store.reader(Viewer::system("objects"), None);
    let mut named = Vec::new();
    for (table, column) in NAMING {
        let mut select = Query::select();
        let column = Alias::new(column);
        select
            .column(column.clone())
            .from(Alias::new(table))
            .and_where(Expr::col(column).is_in(paths.iter().map(String::as_str)));
        for row in reader.query(&select).await? {
            named.push(row.try_get_by_index::<String>(0)?);
        }
    }
    Ok(named)
}
