//! What happens to runs by itself: a lease that lapses ends the hold on its run, and a reproduction that takes longer than
//! its plan's budget is over.

use domain::execution::{Attempt, ErrorCode, Outcome, Run, RunError, RunKind, RunLease, RunOrigin, RunStatus};
use domain::text::Prose;
use domain::{Count, Entity, Timestamp, Viewer};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, JoinType, Query, SelectStatement};
use uuid::Uuid;

use super::run_lease;
use super::transition::{end, holding, step};
use crate::column::Col;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::reader::Reader;
use crate::row::id_column;
use crate::scope::Depth;
use crate::store::Store;
use crate::tasks;
use crate::write::{Work, write};

/// The name of the task that does this.
pub const TASK: &str = "watch runs";
/// For how many milliseconds nobody looked before it counts as no server having run: some turns of the task.
const AWAY_MS: i64 = 10_000;
/// How many runs are looked at in one transaction.
const MOST: u64 = 100;

/// Looks once after all runs that are held.
pub async fn watch(store: &Store) -> Result<()> {
    let reader = store.reader(Viewer::system("runs"), None);
    make_up(&reader).await?;
    while lapse(&reader).await? == MOST {}
    overrun(&reader).await
}

/// Gives leases the time back in which no server ran: once, whoever else looks, and however this look ends.
async fn make_up(reader: &Reader) -> Result<()> {
    write(reader, |work| {
        Box::pin(async move {
            let Some(seen) = tasks::seen(work, TASK).await? else { return Ok(()) };
            let away = work.now().since(seen);
            if away.get() < AWAY_MS {
                return Ok(());
            }
            let expires = || Expr::col(run_lease::Column::ExpiresAt);
            let mut update = Query::update();
            update
                .table(Alias::new(RunLease::TABLE))
                .value(run_lease::Column::ExpiresAt, work.dialect().later(expires(), away.get()))
                .and_where(Expr::col(run_lease::Column::ReleasedAt).is_null())
                .and_where(expires().gt(seen.get()));
            work.execute(&update).await.map(drop)
        })
    })
    .await
}

/// Takes runs from executors whose leases lapsed, and answers how many.
async fn lapse(reader: &Reader) -> Result<u64> {
    write(reader, |work| {
        Box::pin(async move {
            let runs = lock(work, &lapsed(work, None).await?).await?;
            // Whoever renewed while we waited for the lock has it still.
            let still = lapsed(work, Some(&runs)).await?;
            let runs: Vec<_> = runs.into_iter().filter(|run| still.contains(&run.id.uuid())).collect();
            for run in &runs {
                if run.state.attempt == Attempt::First && run.origin == RunOrigin::Queued {
                    step(work, run, |state, _| state.requeue(), None).await?;
                } else {
                    let error = error("E_LEASE_LOST", "The executor did not renew its lease.")?;
                    let since = since(work, run).await?;
                    end(work, run, Outcome::Failed(error), since).await?;
                }
            }
            Ok(u64::try_from(runs.len()).unwrap_or(MOST))
        })
    })
    .await
}

/// The runs whose leases lapsed: all that there are, or those among some.
async fn lapsed(work: &Work, among: Option<&[Run]>) -> Result<Vec<Uuid>> {
    let column = |column| Expr::col((Depth::OUTER.alias(), column));
    let mut select = Depth::OUTER.select_from::<RunLease>();
    select
        .column((Depth::OUTER.alias(), run_lease::Column::RunId))
        .and_where(column(run_lease::Column::ReleasedAt).is_null())
        .and_where(column(run_lease::Column::ExpiresAt).lte(work.now().get()))
        .limit(MOST);
    if let Some(runs) = among {
        let ids: Vec<_> = runs.iter().map(|run| run.id.uuid()).collect();
        select.and_where(work.dialect().among(column(run_lease::Column::RunId), &ids));
    }
    work.query(&select).await?.iter().map(|row| Ok(row.try_get("", "run_id")?)).collect()
}

/// Runs that somebody executes, locked in one order.
async fn lock(work: &Work, ids: &[Uuid]) -> Result<Vec<Run>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let same = work.dialect().among(Depth::OUTER.column(id_column::<Run>()), ids);
    let runs = work.find_all::<Run>(Condition::all().add(same)).await?;
    Ok(runs.into_iter().filter(|run| run.state.status() == RunStatus::Running).collect())
}

/// Ends reproductions that took longer than their plans' budgets.
async fn overrun(reader: &Reader) -> Result<()> {
    let over = over(&reader.query(&budgets(None, reader.dialect())).await?, reader.now())?;
    for chunk in over.chunks(usize::try_from(MOST).unwrap_or(usize::MAX)) {
        write(reader, |work| {
            let chunk = chunk.to_vec();
            Box::pin(async move {
                let runs = lock(work, &chunk).await?;
                // Whoever was queued again while we waited for the lock has another attempt.
                let still = self::over(&work.query(&budgets(Some(&chunk), work.dialect())).await?, work.now())?;
                for run in runs.into_iter().filter(|run| still.contains(&run.id.uuid())) {
                    let error = error("E_RUN_TIMEOUT", "It took longer than its plan's budget.")?;
                    let since = since(work, &run).await?;
                    end(work, &run, Outcome::Timeout(error), since).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}

/// The reproductions that are held, all or some, with how long they ran before and since when they run, and their budgets.
fn budgets(among: Option<&[Uuid]>, dialect: Dialect) -> SelectStatement {
    let of = |table: &str, column: &str| Expr::col((Alias::new(table.to_owned()), Alias::new(column.to_owned())));
    let mut select = Query::select();
    select
        .column((Alias::new("runs"), Alias::new("id")))
        .column((Alias::new("runs"), Alias::new("running_ms")))
        .column((Alias::new("run_leases"), Alias::new("created_at")))
        .column((Alias::new("plans"), Alias::new("budget_minutes")))
        .from(Alias::new("run_leases"))
        .join(JoinType::InnerJoin, Alias::new("runs"), of("runs", "id").eq(of("run_leases", "run_id")))
        .join(JoinType::InnerJoin, Alias::new("plans"), of("plans", "id").eq(of("runs", "plan_id")))
        .and_where(of("run_leases", "released_at").is_null())
        .and_where(of("runs", "kind").eq(RunKind::Reproduction.as_str()));
    if let Some(runs) = among {
        select.and_where(dialect.among(of("runs", "id"), runs));
    }
    select
}

/// Those that have run for longer than their budgets, pauses excluded.
fn over(rows: &[QueryResult], now: Timestamp) -> Result<Vec<Uuid>> {
    let mut over = Vec::new();
    for row in rows {
        let (ran, since): (Option<Col<Count>>, Col<Timestamp>) =
            (row.try_get("", "running_ms")?, row.try_get("", "created_at")?);
        let minutes: i64 = row.try_get("", "budget_minutes")?;
        let ran = ran.map_or(Count::ZERO, |ran| ran.0).plus(now.since(since.0));
        if ran.get() > minutes.saturating_mul(60_000) {
            over.push(row.try_get("", "id")?);
        }
    }
    Ok(over)
}

/// Since when a run that is locked has been held.
async fn since(work: &Work, run: &Run) -> Result<Option<Timestamp>> {
    Ok(holding(work, run.id).await?.map(|lease| lease.created_at))
}

fn error(code: &str, message: &str) -> Result<RunError> {
    Ok(RunError::new(ErrorCode::try_new(code)?, Prose::try_new(message)?))
}
