//! The steps of a run from one state to the next. Each locks the run, asks the policy, looks at the lease, and leaves run
//! and lease as one: a run has a lease that holds while it is RUNNING, and at no other time.

use domain::execution::{
    LeaseSpan, LeaseToken, Outcome, Run, RunError, RunKind, RunLease, RunOrigin, RunState, RunStatus,
};
use domain::project::Project;
use domain::text::Name;
use domain::{Action, Entity, Id, Invalid, Sees, Timestamp};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query};

use super::{run, run_lease};
use crate::error::{Error, Result};
use crate::reader::{decode, select_seen};
use crate::scope::Depth;
use crate::write::{Edited, Work};

/// How an executor wants to hold a run.
#[derive(Clone, Debug)]
pub struct Hold {
    /// What the executor calls itself.
    pub holder: Name,
    /// For how long at first.
    pub span: LeaseSpan,
    /// What proves it from here on.
    pub token: LeaseToken,
}

/// What an executor looks for in the queue.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The kind of run.
    pub kind: RunKind,
    /// The project, unless any will do.
    pub project: Option<Id<Project>>,
}

/// Hands the oldest run that is queued to an executor; no two get the same one. Who asks again with the same token is told
/// the same run.
pub async fn claim(work: &mut Work, wanted: Wanted, hold: &Hold) -> Result<Option<(Run, RunLease)>> {
    if let Some(lease) = of_token(work, &hold.token).await? {
        return again(work, lease).await.map(Some);
    }
    if let Some(project) = wanted.project {
        work.project(project, Action::Execute).await?;
    }
    let Some(before) = oldest(work, wanted).await? else { return Ok(None) };
    work.project(before.project_id, Action::Execute).await?;
    step(work, &before, RunState::start, Some(hold)).await.map(|(run, lease)| lease.map(|lease| (run, lease)))
}

/// The oldest queued run that the viewer may execute and that nobody else is about to take.
async fn oldest(work: &Work, wanted: Wanted) -> Result<Option<Run>> {
    let column = |column| Depth::OUTER.column(column);
    let mut condition = Condition::all()
        .add(column(run::Column::Status).eq(RunStatus::Queued.as_str()))
        .add(column(run::Column::Kind).eq(wanted.kind.as_str()))
        .add_option(wanted.project.map(|project| column(run::Column::ProjectId).eq(project.uuid())));
    if let Sees::These(projects) = work.viewer().may_in(Action::Execute) {
        let projects: Vec<_> = projects.into_iter().map(Id::uuid).collect();
        condition = condition.add(work.dialect().among(column(run::Column::ProjectId), &projects));
    }
    let mut select = select_seen::<Run>(&work.viewer(), work.dialect(), condition);
    select
        .order_by_expr(column(run::Column::QueuedAt), Order::Asc)
        .order_by_expr(column(run::Column::Id), Order::Asc)
        .limit(1);
    work.dialect().lock_free(&mut select, Depth::OUTER.alias());
    work.query(&select).await?.first().map(decode::<Run>).transpose()
}

/// Gives an executor the lease of a run that it has just made.
pub async fn hold(work: &mut Work, run: &Run, hold: &Hold) -> Result<RunLease> {
    let since = run.state.started_at().map_or(work.now(), |started| started.max(work.now()));
    let lease = RunLease {
        id: work.reader().ids().next_for()?,
        project_id: run.project_id,
        run_id: run.id,
        attempt: run.state.attempt,
        holder: hold.holder.clone(),
        token_sha256: hold.token.digest(),
        expires_at: hold.span.from(since),
        released_at: None,
        created_at: since,
    };
    work.insert_untraced(std::slice::from_ref(&lease)).await?;
    Ok(lease)
}

/// The lease of a run that this token proves, if it holds.
pub async fn holding_by(work: &mut Work, run: Id<Run>, token: &LeaseToken) -> Result<Option<RunLease>> {
    let lease = of_token(work, token).await?;
    Ok(lease.filter(|lease| lease.run_id == run && lease.released_at.is_none()))
}

/// The run that an executor writes to, locked. One that is running is written by who holds its lease, which the token
/// proves; one that was imported, by whoever may write it, without a token.
pub async fn executor(work: &mut Work, id: Id<Run>, token: Option<&LeaseToken>) -> Result<Run> {
    let run = work.own(id).await?;
    if let Some(token) = token {
        work.allow::<Run>(Action::Ingest, run.belongs())?;
        proven(work, &run, token).await?;
        return Ok(run);
    }
    work.allow::<Run>(Action::Write, run.belongs())?;
    if run.origin != RunOrigin::Imported {
        return Err(Error::Precondition("a run is written with the token of its lease".into()));
    }
    Ok(run)
}

/// Keeps a run for longer.
pub async fn renew(work: &mut Work, id: Id<Run>, token: &LeaseToken, span: LeaseSpan) -> Result<RunLease> {
    let run = work.parent(id).await?;
    work.allow::<Run>(Action::Execute, run.belongs())?;
    let lease = proven(work, &run, token).await?;
    let expires_at = span.from(work.now().max(lease.created_at));
    extend(work, &lease, expires_at).await?;
    Ok(RunLease { expires_at, ..lease })
}

/// Lets a run rest: by its executor, or without a token by whoever may edit it.
pub async fn pause(work: &mut Work, id: Id<Run>, token: Option<&LeaseToken>) -> Result<Run> {
    let (before, lease) = about_to_end(work, id, token).await?;
    let since = lease.map_or(work.now(), |lease| lease.created_at);
    step(work, &before, |state, now| state.pause(since, now), None).await.map(|(run, _)| run)
}

/// Goes on with a run that rests, in the hands of an executor. Who asks again with the same token is told the same.
pub async fn resume(work: &mut Work, id: Id<Run>, hold: &Hold) -> Result<(Run, RunLease)> {
    let before = work.own(id).await?;
    work.allow::<Run>(Action::Execute, before.belongs())?;
    if let Some(lease) = of_token(work, &hold.token).await? {
        return if lease.run_id == id { again(work, lease).await } else { Err(stale()) };
    }
    if before.state.status() != RunStatus::Paused {
        return Err(Error::Precondition(format!("a run that is {} cannot be resumed", before.state.status())));
    }
    match step(work, &before, RunState::start, Some(hold)).await? {
        (run, Some(lease)) => Ok((run, lease)),
        (_, None) => Err(Error::internal("a run was resumed without a lease")),
    }
}

/// Ends a run, as its executor says. Said again, it changes nothing.
pub async fn finish(work: &mut Work, id: Id<Run>, token: &LeaseToken, outcome: Outcome) -> Result<Run> {
    let before = work.own(id).await?;
    work.allow::<Run>(Action::Execute, before.belongs())?;
    outcome.check(before.subject.kind()).map_err(|why| refused(&why))?;
    let lease = of_token(work, token).await?.filter(|lease| lease.run_id == id).ok_or_else(stale)?;
    if lease.released_at.is_some() {
        let same = lease.released_at == before.state.ended_at() && before.state.outcome() == Some(&outcome);
        return if same { Ok(before) } else { Err(stale()) };
    }
    end(work, &before, outcome, Some(lease.created_at)).await
}

/// Ends a run before it is done: by its executor, or without a token by whoever may edit it.
pub async fn cancel(work: &mut Work, id: Id<Run>, token: Option<&LeaseToken>, error: RunError) -> Result<Run> {
    let (before, lease) = about_to_end(work, id, token).await?;
    let outcome = Outcome::Cancelled(error);
    outcome.check(before.subject.kind()).map_err(|why| refused(&why))?;
    end(work, &before, outcome, lease.map(|lease| lease.created_at)).await
}

/// Ends a run that is locked, and that has run since then.
pub(super) async fn end(work: &mut Work, before: &Run, outcome: Outcome, since: Option<Timestamp>) -> Result<Run> {
    step(work, before, |state, now| state.end(outcome, since, now), None).await.map(|(run, _)| run)
}

/// Takes a run that is locked to its next state: the lease that it has ends, and who goes on with it gets another.
pub(super) async fn step(
    work: &mut Work,
    before: &Run,
    next: impl FnOnce(RunState, Timestamp) -> Result<RunState, Invalid> + Send,
    hold: Option<&Hold>,
) -> Result<(Run, Option<RunLease>)> {
    let state = next(before.state.clone(), work.now()).map_err(|why| Error::Precondition(why.message))?;
    let ended = state.ended_at();
    let after = work.edit(before, Run { state, ..before.clone() }).await?;
    if before.state.status() == RunStatus::Running {
        release(work, before.id, ended.unwrap_or(work.now())).await?;
    }
    match hold {
        Some(hold) => self::hold(work, &after, hold).await.map(|lease| (after, Some(lease))),
        None => Ok((after, None)),
    }
}

/// A run that its executor is about to end, or without a token whoever may edit it, with the lease that it has.
async fn about_to_end(work: &mut Work, id: Id<Run>, token: Option<&LeaseToken>) -> Result<(Run, Option<RunLease>)> {
    let run = work.own(id).await?;
    let lease = if let Some(token) = token {
        work.allow::<Run>(Action::Execute, run.belongs())?;
        Some(proven(work, &run, token).await?)
    } else {
        work.allow::<Run>(Action::Write, run.belongs())?;
        holding(work, run.id).await?
    };
    Ok((run, lease))
}

/// The lease of the run that the token proves, if it holds.
async fn proven(work: &mut Work, run: &Run, token: &LeaseToken) -> Result<RunLease> {
    holding_by(work, run.id, token).await?.ok_or_else(stale)
}

/// The run and the lease that an executor has already.
async fn again(work: &mut Work, lease: RunLease) -> Result<(Run, RunLease)> {
    if lease.released_at.is_some() {
        return Err(stale());
    }
    let run = work.own(lease.run_id).await?;
    work.allow::<Run>(Action::Execute, run.belongs())?;
    Ok((run, lease))
}

async fn of_token(work: &Work, token: &LeaseToken) -> Result<Option<RunLease>> {
    let same = Depth::OUTER.column(run_lease::Column::TokenSha256).eq(token.digest().as_str());
    Ok(work.find_all::<RunLease>(Condition::all().add(same)).await?.pop())
}

/// The lease that a run has, whoever holds it.
pub(super) async fn holding(work: &Work, run: Id<Run>) -> Result<Option<RunLease>> {
    let of_run = Depth::OUTER.column(run_lease::Column::RunId).eq(run.uuid());
    let holds = Depth::OUTER.column(run_lease::Column::ReleasedAt).is_null();
    Ok(work.find_all::<RunLease>(Condition::all().add(of_run).add(holds)).await?.pop())
}

/// Ends the lease that a run has.
async fn release(work: &Work, run: Id<Run>, at: Timestamp) -> Result<()> {
    let mut update = Query::update();
    update
        .table(Alias::new(RunLease::TABLE))
        .value(run_lease::Column::ReleasedAt, at.get())
        .and_where(Expr::col(run_lease::Column::RunId).eq(run.uuid()))
        .and_where(Expr::col(run_lease::Column::ReleasedAt).is_null());
    work.execute(&update).await.map(drop)
}

/// Has a lease hold until then.
async fn extend(work: &Work, lease: &RunLease, until: Timestamp) -> Result<()> {
    let mut update = Query::update();
    update
        .table(Alias::new(RunLease::TABLE))
        .value(run_lease::Column::ExpiresAt, until.get())
        .and_where(Expr::col(run_lease::Column::Id).eq(lease.id.uuid()));
    work.execute(&update).await.map(drop)
}

fn refused(why: &Invalid) -> Error {
    Error::refused(&["input", "error"], why.rule, why.message.clone())
}

fn stale() -> Error {
    Error::Precondition("the token is stale: the lease that it proves does not hold".into())
}
