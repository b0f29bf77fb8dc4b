//! The steps of runs, as executors and people take them.

use async_graphql::SimpleObject;
use domain::execution::{
    Attempt, LeaseSpan, LeaseToken, Outcome, Run as Entity, RunKind, RunLease as LeaseEntity, RunOrigin, RunState,
    RunStatus, Stage,
};
use domain::project::Project;
use domain::text::Name;
use domain::{Count, Id, hex};
use storage::Error;
use storage::execution::transition::{self, Hold, Wanted};

use super::new_run::{CreateRunInput, RunErrorInput};
use super::{Run, RunLease};
use crate::mutate::{Create, Made};
use crate::prelude::*;

input! {
    /// How an executor wants to hold a run.
    HoldInput {
        /// What the executor calls itself.
        holder: Parsed<Name>,
        /// For how many seconds it holds the run unless it renews: 60 by default, 86400 at most.
        seconds: Given<Parsed<LeaseSpan>>,
        /// A secret of the executor's own, of 32 to 200 visible characters, used once. It makes a retry harmless: who asks
        /// again with it is told the same run. By default one is made.
        token: Given<Parsed<LeaseToken>>,
    }
}

impl HoldInput {
    fn hold(&self, ctx: &Context<'_>) -> Result<Hold> {
        let token = if let Some(token) = &self.token.0 {
            token.0.clone()
        } else {
            let secret = loader(ctx)?.reader().store().secret()?;
            LeaseToken::try_new(hex(secret.reveal())).map_err(Error::from)?
        };
        let span = self.seconds.0.map(|seconds| seconds.0).unwrap_or_default();
        Ok(Hold { holder: self.holder.0.clone(), span, token })
    }
}

input! {
    /// A run that its executor makes and starts at once. It is never queued.
    StartRunInput {
        /// What it is made of.
        run: CreateRunInput,
        /// How it is held.
        hold: HoldInput,
    }
}

input! {
    /// What an executor looks for in the queue.
    ClaimRunInput {
        /// The kind of run.
        kind: Chosen<RunKind>,
        /// The one project that it looks in; by default all in which it may execute runs.
        project_id: Given<GlobalId<Project>>,
        /// How it holds what it gets.
        hold: HoldInput,
    }
}

input! {
    /// A run that is held for longer.
    RenewRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// What proves the lease.
        token: Parsed<LeaseToken>,
        /// For how many seconds from now: 60 by default, 86400 at most.
        seconds: Given<Parsed<LeaseSpan>>,
    }
}

input! {
    /// A run that is to rest.
    PauseRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// What proves the lease of its executor. Who may edit the run needs none.
        token: Given<Parsed<LeaseToken>>,
    }
}

input! {
    /// A run that rests, and is to go on.
    ResumeRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// How it is held.
        hold: HoldInput,
    }
}

input! {
    /// How a run ended, as its executor says.
    FinishRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// What proves the lease.
        token: Parsed<LeaseToken>,
        /// How it ended: SUCCEEDED, FAILED, TIMEOUT or CANCELLED.
        status: Chosen<RunStatus>,
        /// What went wrong.
        error: Option<RunErrorInput>,
    }
}

input! {
    /// A run that is to end before it is done.
    CancelRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// What proves the lease of its executor. Who may edit the run needs none.
        token: Given<Parsed<LeaseToken>>,
        /// Why. A reproduction that is cancelled says nothing.
        error: Option<RunErrorInput>,
    }
}

/// A run in the hands of an executor.
#[derive(SimpleObject)]
pub struct StartRunPayload {
    /// The run.
    run: Run,
    /// The lease; null when the same start was asked for before, with another token.
    lease: Option<RunLease>,
    /// What proves the lease, to be sent with whatever the executor writes.
    token: Option<String>,
}

/// A run in the hands of an executor.
#[derive(SimpleObject)]
pub struct ClaimRunPayload {
    /// The run; null when none is queued.
    run: Option<Run>,
    /// The lease.
    lease: Option<RunLease>,
    /// What proves the lease, to be sent with whatever the executor writes.
    token: Option<String>,
}

/// A run in the hands of an executor.
#[derive(SimpleObject)]
pub struct ResumeRunPayload {
    /// The run as it is now.
    run: Run,
    /// The lease.
    lease: RunLease,
    /// What proves the lease, to be sent with whatever the executor writes.
    token: String,
}

mutations! {
    /// The steps of runs.
    TransitionMutations {
        /// Makes a run and starts it, in one step.
        start_run(StartRunInput) -> StartRunPayload = start;
        /// Takes the oldest run of a kind from the queue. No two executors get the same one.
        claim_run(ClaimRunInput) -> ClaimRunPayload = claim;
        /// Holds a run for longer.
        renew_run(RenewRunInput) -> RenewRunPayload { lease: RunLease, "The lease as it is now." } = renew;
        /// Lets a run rest, which ends its lease. Its time stands meanwhile.
        pause_run(PauseRunInput) -> PauseRunPayload { run: Run, "The run as it is now." } = pause;
        /// Goes on with a run that rests.
        resume_run(ResumeRunInput) -> ResumeRunPayload = resume;
        /// Ends a run, which ends its lease. Said again, it changes nothing.
        finish_run(FinishRunInput) -> FinishRunPayload { run: Run, "The run as it is now." } = finish;
        /// Ends a run before it is done, whether it is queued, running or paused.
        cancel_run(CancelRunInput) -> CancelRunPayload { run: Run, "The run as it is now." } = cancel;
    }
}

async fn start(ctx: &Context<'_>, input: StartRunInput) -> Result<StartRunPayload> {
    let chosen = input.run.chosen_id();
    let (id, digest) = (mutate::id_or_new(ctx, chosen)?, mutate::digest_for(chosen, &input)?);
    let hold = input.hold.hold(ctx)?;
    let (run, lease) = mutate::unit(ctx, |work| {
        let (run, hold, digest) = (input.run.clone(), hold.clone(), digest.clone());
        Box::pin(async move {
            let now = work.now();
            let made = Made { id, by: work.viewer().user(), at: now };
            let running = Stage::Running { started_at: now, ran: Count::ZERO };
            let state = RunState { attempt: Attempt::First, queued_at: now, stage: running };
            let run = run.create_as(work, (made, digest), (RunOrigin::Direct, state)).await?;
            let lease = if work.is_new(&*run) {
                Some(transition::hold(work, &run, &hold).await?)
            } else {
                transition::holding_by(work, run.id, &hold.token).await?
            };
            Ok((run, lease))
        })
    })
    .await?;
    let token = lease.as_ref().map(|_| hold.token.text().reveal().clone());
    Ok(StartRunPayload { run: Run::new(run), lease: lease.map(shown), token })
}

async fn claim(ctx: &Context<'_>, input: ClaimRunInput) -> Result<ClaimRunPayload> {
    let hold = input.hold.hold(ctx)?;
    let wanted = Wanted { kind: input.kind.0, project: input.project_id.0.map(|id| id.0) };
    let claimed = mutate::unit(ctx, |work| {
        let hold = hold.clone();
        Box::pin(async move { transition::claim(work, wanted, &hold).await })
    })
    .await?;
    let token = claimed.is_some().then(|| hold.token.text().reveal().clone());
    let (run, lease) = claimed.unzip();
    Ok(ClaimRunPayload { run: run.map(|run| Run::new(run.into())), lease: lease.map(shown), token })
}

async fn renew(ctx: &Context<'_>, input: RenewRunInput) -> Result<RunLease> {
    let span = input.seconds.0.map(|seconds| seconds.0).unwrap_or_default();
    let lease = mutate::unit(ctx, |work| {
        let (id, token) = (input.id.0, input.token.0.clone());
        Box::pin(async move { transition::renew(work, id, &token, span).await })
    });
    lease.await.map(shown)
}

async fn pause(ctx: &Context<'_>, input: PauseRunInput) -> Result<Run> {
    let run = mutate::unit(ctx, |work| {
        let (id, token) = (input.id.0, input.token.0.clone());
        Box::pin(async move { transition::pause(work, id, token.map(|token| token.0).as_ref()).await })
    });
    run.await.map(|run| Run::new(run.into()))
}

async fn resume(ctx: &Context<'_>, input: ResumeRunInput) -> Result<ResumeRunPayload> {
    let hold = input.hold.hold(ctx)?;
    let (run, lease) = mutate::unit(ctx, |work| {
        let (id, hold): (Id<Entity>, _) = (input.id.0, hold.clone());
        Box::pin(async move { transition::resume(work, id, &hold).await })
    })
    .await?;
    let token = hold.token.text().reveal().clone();
    Ok(ResumeRunPayload { run: Run::new(run.into()), lease: shown(lease), token })
}

async fn finish(ctx: &Context<'_>, input: FinishRunInput) -> Result<Run> {
    let outcome = Outcome::try_new(input.status.0, RunErrorInput::error(input.error))
        .map_err(|why| Failure::refused(&["input", why.rule], &why))?;
    let run = mutate::unit(ctx, |work| {
        let (id, token, outcome) = (input.id.0, input.token.0.clone(), outcome.clone());
        Box::pin(async move { transition::finish(work, id, &token, outcome).await })
    });
    run.await.map(|run| Run::new(run.into()))
}

async fn cancel(ctx: &Context<'_>, input: CancelRunInput) -> Result<Run> {
    let error = RunErrorInput::error(input.error);
    let run = mutate::unit(ctx, |work| {
        let (id, token, error) = (input.id.0, input.token.0.clone(), error.clone());
        Box::pin(async move { transition::cancel(work, id, token.map(|token| token.0).as_ref(), error).await })
    });
    run.await.map(|run| Run::new(run.into()))
}

fn shown(lease: LeaseEntity) -> RunLease {
    RunLease::new(lease.into())
}
