//! Periodic tasks of many nodes: each is a row, and whoever holds the row's lease runs it.

use std::time::Duration;

use domain::{Leaf, Lease, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, OnConflict, Query};

use crate::column::Col;
use crate::dialect::Lock;
use crate::error::Result;
use crate::store::Store;
use crate::write::Work;

/// The longest message of an error that is kept.
const LONGEST: usize = 1000;

/// Makes the rows of tasks that have none yet; they are due at once.
pub async fn register(store: &Store, names: &[&str]) -> Result<()> {
    let work = begin(store).await?;
    let mut insert = Query::insert();
    insert.into_table(table()).columns(["id", "name", "next_run_at", "created_at"].map(Alias::new));
    for name in names {
        let id = work.reader().ids().next();
        insert.values_panic([id.into(), (*name).into(), work.now().raw().into(), work.now().raw().into()]);
    }
    insert.on_conflict(OnConflict::column(Alias::new("name")).do_nothing().to_owned());
    work.execute(&insert).await?;
    work.commit().await
}

/// Takes a task that is due and that nobody holds, and answers whether it was taken.
pub async fn take(store: &Store, name: &str, holder: &str, span: Duration) -> Result<bool> {
    let work = begin(store).await?;
    let lease = Lease::from_now(holder, work.now(), span);
    let now = work.now().raw();
    let free = Condition::any().add(column("holder").is_null()).add(column("lease_expires_at").lte(now));
    let mut update = Query::update();
    update
        .table(table())
        .value(Alias::new("holder"), lease.holder)
        .value(Alias::new("lease_expires_at"), lease.expires_at.raw())
        .value(Alias::new("started_at"), now)
        .and_where(column("name").eq(name))
        .and_where(column("next_run_at").lte(now))
        .cond_where(free);
    let taken = work.execute(&update).await? == 1;
    work.commit().await?;
    Ok(taken)
}

/// Holds a task for longer, and answers whether it was still held.
pub async fn renew(store: &Store, name: &str, holder: &str, span: Duration) -> Result<bool> {
    let work = begin(store).await?;
    let lease = Lease::from_now(holder, work.now(), span);
    let mut update = Query::update();
    update
        .table(table())
        .value(Alias::new("lease_expires_at"), lease.expires_at.raw())
        .and_where(column("name").eq(name))
        .and_where(column("holder").eq(holder));
    let renewed = work.execute(&update).await? == 1;
    work.commit().await?;
    Ok(renewed)
}

/// When a task was last seen to end, or by this to go on; from here on that is now. Nobody else learns the same.
pub(crate) async fn seen(work: &Work, name: &str) -> Result<Option<Timestamp>> {
    let mut select = Query::select();
    select.column(Alias::new("ended_at")).from(table()).and_where(column("name").eq(name));
    work.dialect().lock(&mut select, table(), Lock::Update);
    let row = work.query(&select).await?.pop();
    let ended: Option<Option<Col<Timestamp>>> = row.map(|row| row.try_get("", "ended_at")).transpose()?;
    let Some(ended) = ended.flatten().map(|time| time.0) else { return Ok(None) };
    let mut update = Query::update();
    update.table(table()).value(Alias::new("ended_at"), work.now().max(ended).raw()).and_where(column("name").eq(name));
    work.execute(&update).await?;
    Ok(Some(ended))
}

/// Lets go of a task, says when it is due again, and what went wrong.
pub async fn finish(store: &Store, name: &str, holder: &str, again_in: Duration, failed: Option<&str>) -> Result<()> {
    let work = begin(store).await?;
    let next: Timestamp = work.now().plus(again_in);
    let failed = failed.map(|why| why.replace('\0', "").chars().take(LONGEST).collect::<String>());
    let mut update = Query::update();
    update
        .table(table())
        .value(Alias::new("holder"), sea_orm::Value::String(None))
        .value(Alias::new("lease_expires_at"), sea_orm::Value::TimeDateTimeWithTimeZone(None))
        .value(Alias::new("ended_at"), work.now().raw())
        .value(Alias::new("next_run_at"), next.raw())
        .value(Alias::new("last_error"), sea_orm::Value::String(failed.filter(|why| !why.is_empty())))
        .and_where(column("name").eq(name))
        .and_where(column("holder").eq(holder));
    work.execute(&update).await?;
    work.commit().await
}

async fn begin(store: &Store) -> Result<Work> {
    Work::begin(&store.reader(Viewer::system("tasks"), None)).await
}

fn table() -> Alias {
    Alias::new("tasks")
}

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}
