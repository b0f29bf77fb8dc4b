//! The table `runs`.

use domain::account::User;
use domain::execution::{
    Attempt, CommitSha, ContainerHash, ErrorCode, Plan, PlanState, Run, RunKind, RunOrigin, RunState, RunStatus,
    RunSubject, Seed, Tags, UnitMode,
};
use domain::ledger::{EventType, Operation};
use domain::literature::Paper;
use domain::project::{Project, Repository};
use domain::text::{Label, Prose, Title};
use domain::{Action, Count, Id, JsonObject, Sha256, Timestamp};

use crate::edge::{Edge, others_sharing};
use crate::error::Result;
use crate::prelude::*;
use crate::scope::Depth;
use domain::Policed;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

row! {
    "runs" Run, deletable {
        project_id: Id<Project>,
        name: Title,
        origin: RunOrigin,
        config: JsonObject,
        tags: Tags,
        metadata: JsonObject,
    }
    optional {
        parent_run_id: Id<Run>,
        description: Prose,
        group: Label,
        repository_id: Id<Repository>,
        commit_sha: CommitSha,
        dirty: bool,
        command: Prose,
        archived_at: Timestamp,
        created_by: Id<User>,
    }
    split subject over {
        kind: RunKind,
    } optional {
        paper_id: Id<Paper>,
        plan_id: Id<Plan>,
        plan_hash: Sha256,
        env_hash: Sha256,
        seed: Seed,
        unit_mode_id: Id<UnitMode>,
        equation_version: Label,
        container_hash: ContainerHash,
        total_steps: Count,
        fingerprint: Sha256,
    } from |kind, paper, plan, said, env_hash, seed, unit_mode, equations, container, steps, fingerprint: Option<_>| {
        RunSubject::from_columns((kind, (paper, plan, said, env_hash, seed), (unit_mode, equations, container, steps)))
            .and_then(|subject| subject.check_fingerprint(fingerprint.as_ref()))
    }, into |subject: RunSubject| {
        let fingerprint = subject.fingerprint();
        let (kind, (paper, plan, said, env_hash, seed), (unit_mode, equations, container, steps)) = subject.columns();
        (kind, paper, plan, said, env_hash, seed, unit_mode, equations, container, steps, fingerprint)
    };
    split state over {
        status: RunStatus,
        attempt: Attempt,
        queued_at: Timestamp,
    } optional {
        started_at: Timestamp,
        ended_at: Timestamp,
        duration_ms: Count,
        running_ms: Count,
        error_code: ErrorCode,
        error_message: Prose,
    } from |status, attempt, queued, started, ended, duration, ran, code, message| {
        RunState::from_columns(((status, attempt, queued), (started, ended, duration, ran), (code, message)))
    }, into |state: RunState| {
        let ((status, attempt, queued), (started, ended, duration, ran), (code, message)) = state.columns();
        (status, attempt, queued, started, ended, duration, ran, code, message)
    };
    under Paper, by PaperId;
    under Plan, by PlanId, with PaperId;
    computed "duration_ms";
}

edge! {
    /// The runs of a project.
    RunsOfProject: Project => Run, ProjectId, "project_id";
    /// The runs that have to do with a paper.
    RunsOfPaper: Paper => Run, PaperId, "paper_id";
    /// The runs that carry out a plan.
    RunsOfPlan: Plan => Run, PlanId, "plan_id";
    /// The runs whose quantities are shown in some units.
    RunsOfUnitMode: UnitMode => Run, UnitModeId, "unit_mode_id";
    /// The runs that go on from a run, or are parts of it.
    RunsOfRun: Run => Run, ParentRunId, "parent_run_id";
    /// The runs of a repository's code.
    RunsOfRepository: Repository => Run, RepositoryId, "repository_id";
    /// The runs that a user made.
    RunsOfCreator: User => Run, CreatedBy, "created_by";
}

/// The other runs of a run's project that were made of the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunsOfSameFingerprint;

impl Edge for RunsOfSameFingerprint {
    type Parent = Run;
    type Child = Run;
    const KEY: &'static str = "fingerprint";

    fn column() -> Column {
        Column::Fingerprint
    }

    fn hangs_on(child: Depth, parent: Expr) -> Expr {
        others_sharing::<Run>([Column::ProjectId, Column::Fingerprint], child, parent)
    }
}

sorts! { Run {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was made";
    EndedAt: "ENDED_AT_DESC" Descending, "ENDED_AT_ASC" Ascending, "when it ended";
    StartedAt: "STARTED_AT_DESC" Descending, "STARTED_AT_ASC" Ascending, "when it was started";
    QueuedAt: "QUEUED_AT_ASC" Ascending, "QUEUED_AT_DESC" Descending, "when it was queued";
    DurationMs: "DURATION_DESC" Descending, "DURATION_ASC" Ascending, "how long it took";
    Status: "STATUS_ASC" Ascending, "STATUS_DESC" Descending, "the status";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "the name";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
} }

edited! {
    Run, in project_id;
    events created RunCreated, updated RunUpdated, deleted RunDeleted, restored RunRestored, purged RunPurged;
    lifecycle lifecycle;
    with {
        fn events(before: Option<&Self>, after: Option<&Self>, operation: Operation) -> Vec<EventType> {
            match (before.map(|run| run.state.status()), after.map(|run| run.state.status())) {
                (Some(from), Some(to)) if from != to => vec![step(from, to)],
                (None, Some(RunStatus::Running)) => vec![EventType::RunCreated, EventType::RunStarted],
                _ => Self::EVENTS.and_then(|events| events.of(operation)).into_iter().collect(),
            }
        }

        fn run(&self) -> Option<Id<Run>> {
            Some(self.id)
        }

        async fn admit(&self, work: &mut Work) -> Result<()> {
            let action = if self.origin == RunOrigin::Direct { Action::Execute } else { Self::WRITTEN };
            work.project(self.project_id, action).await.map(drop)
        }
    }
}

/// What the event log calls the step from one status to another.
fn step(from: RunStatus, to: RunStatus) -> EventType {
    match to {
        RunStatus::Queued => EventType::RunRequeued,
        RunStatus::Running if from == RunStatus::Paused => EventType::RunResumed,
        RunStatus::Running => EventType::RunStarted,
        RunStatus::Paused => EventType::RunPaused,
        RunStatus::Succeeded => EventType::RunCompleted,
        RunStatus::Failed => EventType::RunFailed,
        RunStatus::Timeout => EventType::RunTimedOut,
        RunStatus::Cancelled => EventType::RunCancelled,
    }
}

/// What a reproduction of a plan executes, and what it is called unless it has a name.
pub async fn of_plan(work: &mut Work, plan: Id<Plan>, seed: Seed) -> Result<(Id<Project>, RunSubject, Title)> {
    let plan = work.parent(plan).await?;
    let PlanState::Ready { env_hash } = &plan.state else {
        let why = format!("a reproduction starts from a plan that is READY, not one that is {}", plan.state.status());
        return Err(Error::Precondition(why));
    };
    let paper = work.parent(plan.paper_id).await?;
    let before =
        work.count::<Run>(Condition::all().add(Depth::OUTER.column(Column::PaperId).eq(paper.id.uuid()))).await?;
    let (plan_hash, env_hash) = (plan.hash(), env_hash.clone());
    let subject = RunSubject::Reproduction { paper_id: paper.id, plan_id: plan.id, plan_hash, env_hash, seed };
    Ok((plan.project_id, subject, paper.title.numbered(before + 1)))
}
