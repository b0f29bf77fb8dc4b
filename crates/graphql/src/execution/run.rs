//! Runs: what is shown of them, and what is done to them.

use async_graphql::SimpleObject;
use domain::execution::{
    Attempt, CommitSha, ContainerHash, ErrorCode, Run as Entity, RunKind, RunOrigin, RunStatus, Seed, Tags,
};
use domain::text::{Label, Prose};
use domain::{Count, JsonObject, Leaf, Real, Sha256, Timestamp};
use pictures::Subject;
use storage::execution::eval::EvalsOfRun;
use storage::execution::moment::At;
use storage::execution::note::NotesOfRun;
use storage::execution::progress::{Progress, ProgressOf};
use storage::execution::run::{
    Column, RunsOfCreator, RunsOfPaper, RunsOfPlan, RunsOfProject, RunsOfRepository, RunsOfRun, RunsOfSameFingerprint,
    RunsOfUnitMode,
};
use storage::execution::run_batch::BatchesOfRun;
use storage::execution::run_equation::EquationsOfRun;
use storage::execution::run_event::EventsOfRun;
use storage::execution::run_lease::LeasesOfRun;
use storage::execution::run_series::SeriesOfRun;
use storage::execution::snapshot::{SnapshotsOfRun, last_until};
use storage::ledger::error::ErrorLogsOfRun;
use storage::ledger::event::EventLogsOfRun;
use storage::literature::asset::AssetsOfRun;
use storage::literature::storyboard::StoryboardOfRun;
use storage::read::ById;

use super::new_run::{CreateRunInput, CreateRunsInput, ImportRunInput, import};
use super::run_changes::{UpdateRunInput, update};
use super::series::SeriesValue;
use super::update_runs::{UpdateRunsInput, UpdateRunsPayload, update_runs};
use super::{Eval, MetricOrder, Note, Plan, RunBatch, RunEquation, RunEvent, RunLease, RunSeries, Snapshot, UnitMode};
use crate::account::User;
use crate::input::Argument;
use crate::ledger::{ErrorLog, EventLog};
use crate::literature::{Asset, Paper, Storyboard};
use crate::pictures::{Picture, PictureTheme};
use crate::prelude::*;
use crate::project::{Project, Repository};
use crate::scalar::BigInt;

object! {
    /// One execution: a reproduction of a paper, a simulation or an experiment.
    Run: Entity, RunFilter by Column {
        /// What it is called.
        name: String = text, filter Name: Parsed<String>;
        /// What it is for.
        description: Option<String> = maybe(text), filter Description: Parsed<String>;
        /// How it came to be.
        origin: Chosen<RunOrigin> = choice, filter Origin: Chosen<RunOrigin>;
        /// With what settings it runs.
        config: Json = json, filter Config: JsonObject;
        /// By what it is found, each once.
        tags: Vec<String> = |tags: &Tags| tags.names().iter().map(text).collect(), filter Tags: Tags;
        /// The group to which it belongs.
        group: Option<String> = maybe(text), filter Group: Parsed<String>;
        /// The commit of its code, or the beginning of its digest.
        commit_sha: Option<String> = maybe(text), filter CommitSha: Parsed<CommitSha>;
        /// Whether its code was changed since that commit.
        dirty: Option<bool> = maybe(flag), filter Dirty: Parsed<bool>;
        /// The command that executes it.
        command: Option<String> = maybe(text), filter Command: Parsed<String>;
        /// Since when it is archived.
        archived_at: Option<DateTime> = maybe(time), filter ArchivedAt: Parsed<Timestamp>;
        /// What else there is to say.
        metadata: Json = json, filter Metadata: JsonObject;
        hidden project_id, subject, parent_run_id, state, repository_id, created_by, lifecycle;
    }
    parents {
        /// The project that it belongs to.
        project: Project, RunsOfProject, |run| Some(run.project_id);
        /// The paper that it has to do with.
        paper: Paper, RunsOfPaper, |run| run.subject.paper();
        /// The plan that it carries out.
        plan: Plan, RunsOfPlan, |run| run.subject.plan();
        /// The units in which its quantities are shown; a SIMULATION may have some.
        unit_mode: UnitMode, RunsOfUnitMode, |run| run.subject.unit_mode();
        /// The run that it goes on from, or is a part of.
        parent_run: Run, RunsOfRun, |run| run.parent_run_id;
        /// The repository of its code.
        repository: Repository, RunsOfRepository, |run| run.repository_id;
        /// Who made it.
        created_by: User, RunsOfCreator, |run| run.created_by;
    }
    only {
        /// The storyboard that tells of it.
        storyboard: Storyboard, StoryboardOfRun;
    }
    many {
        /// The runs that go on from it, or are parts of it.
        child_runs: Run, RunsOfRun, or order_by_metric: MetricOrder;
        /// The other runs of its project that have its fingerprint; none where it has none.
        same_fingerprint: Run, RunsOfSameFingerprint, or order_by_metric: MetricOrder;
        /// The leases by which executors held it.
        leases: RunLease, LeasesOfRun;
        /// What it said.
        events: RunEvent, EventsOfRun;
        /// The calls by which it wrote.
        batches: RunBatch, BatchesOfRun;
        /// Its series.
        series: RunSeries, SeriesOfRun;
        /// Its states, as they were saved.
        snapshots: Snapshot, SnapshotsOfRun;
        /// What people remark on it.
        notes: Note, NotesOfRun;
        /// The equations that it runs with; a SIMULATION may have some.
        equations: RunEquation, EquationsOfRun;
        /// Its files: METRICS, LOGS, EVENTS, and any others.
        assets: Asset, AssetsOfRun;
        /// What it showed beside what was claimed.
        evals: Eval, EvalsOfRun;
        /// What happened to it.
        event_logs: EventLog, EventLogsOfRun;
        /// What went wrong in it.
        error_logs: ErrorLog, ErrorLogsOfRun;
    }
    derived {
        /// What it is.
        kind: Chosen<RunKind> = |run| Chosen(run.subject.kind()), cell RunKind = choice;
        /// How far it has come.
        status: Chosen<RunStatus> = |run| Chosen(run.state.status()), cell RunStatus = choice;
        /// Which attempt this is: 1, or 2 after its executor was lost.
        attempt: SafeInt = |run| SafeInt(run.state.attempt.raw()), cell Attempt = whole;
        /// What its randomness starts from, where that is known.
        seed: Option<BigInt> = |run| run.subject.seed().map(|seed| BigInt(seed.0)),
            cell Option<Seed> = maybe(|seed: &Seed| BigInt(seed.0));
        /// The digest of the environment that its plan had when it was made; a REPRODUCTION has one.
        env_hash: Option<String> = |run| run.subject.env_hash().map(text), cell Option<Sha256> = maybe(text);
        /// The digest of what its plan's document said when it was made: the SHA-256 of the document's canonical form
        /// (RFC 8785).
        plan_hash: Option<String> = |run| run.subject.plan_hash().map(text), cell Option<Sha256> = maybe(text);
        /// What it was made of, in a digest: the SHA-256 of the canonical form (RFC 8785) of an object that has those of
        /// `containerHash`, `envHash`, `planHash` and `seed` which are known, as they are shown here. Null where none is.
        fingerprint: Option<String> = |run| run.subject.fingerprint().as_ref().map(text),
            cell Option<Sha256> = maybe(text);
        /// The version of its equations; a SIMULATION may have one.
        equation_version: Option<String> = |run| run.subject.equation_version().map(text),
            cell Option<Label> = maybe(text);
        /// The contents of the container that executes it; a SIMULATION may say them.
        container_hash: Option<String> = |run| run.subject.container_hash().map(text),
            cell Option<ContainerHash> = maybe(text);
        /// How many steps it is to have; a SIMULATION may say it.
        total_steps: Option<SafeInt> = |run| run.subject.total_steps().as_ref().map(whole),
            cell Option<Count> = maybe(whole);
        /// When it was queued, or made.
        queued_at: DateTime = |run| DateTime(run.state.queued_at), cell Timestamp = time;
        /// When it was started, in this attempt.
        started_at: Option<DateTime> = |run| run.state.started_at().map(DateTime), cell Option<Timestamp> = maybe(time);
        /// When it ended.
        ended_at: Option<DateTime> = |run| run.state.ended_at().map(DateTime), cell Option<Timestamp> = maybe(time);
        /// How long it took from its start to its end, pauses included, in milliseconds.
        duration_ms: Option<SafeInt> = |run| run.state.duration().as_ref().map(whole),
            cell Option<Count> = maybe(whole);
        /// How long it ran, pauses excluded, in milliseconds; of one that is running, until its last pause.
        running_ms: Option<SafeInt> = |run| run.state.ran().as_ref().map(whole), cell Option<Count> = maybe(whole);
        /// The code of what went wrong, like `E_RUN_TIMEOUT`.
        error_code: Option<String> = |run| run.state.error().and_then(|error| error.code.as_ref()).map(text),
            cell Option<ErrorCode> = maybe(text);
        /// What went wrong, for people.
        error_message: Option<String> = |run| run.state.error().and_then(|error| error.message.as_ref()).map(text),
            cell Option<Prose> = maybe(text);
    }
    filter {
        /// What it is.
        kind: Chosen<RunKind>, Kind;
        /// How far it has come.
        status: Chosen<RunStatus>, Status;
        /// Which attempt this is.
        attempt: Parsed<Attempt>, Attempt;
        /// What its randomness starts from.
        seed: BigInt, Seed;
        /// How many steps it is to have.
        total_steps: Parsed<Count>, TotalSteps;
        /// The digest of its environment.
        env_hash: Parsed<String>, EnvHash;
        /// The digest of what its plan said.
        plan_hash: Parsed<String>, PlanHash;
        /// The digest of what it was made of.
        fingerprint: Parsed<String>, Fingerprint;
        /// The version of its equations.
        equation_version: Parsed<String>, EquationVersion;
        /// The contents of its container.
        container_hash: Parsed<String>, ContainerHash;
        /// When it was queued, or made.
        queued_at: Parsed<Timestamp>, QueuedAt;
        /// When it was started.
        started_at: Parsed<Timestamp>, StartedAt;
        /// When it ended.
        ended_at: Parsed<Timestamp>, EndedAt;
        /// How long it took, in milliseconds.
        duration_ms: Parsed<Count>, DurationMs;
        /// How long it ran, pauses excluded, in milliseconds.
        running_ms: Parsed<Count>, RunningMs;
        /// The code of its error.
        error_code: Parsed<String>, ErrorCode;
        /// What went wrong.
        error_message: Parsed<String>, ErrorMessage;
    }
    methods {
        /// The last snapshot at this time of its own, or before it.
        async fn snapshot_before(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "The run's own time.")] t: Argument<Parsed<Real>>,
        ) -> Option<Result<Snapshot>> {
            self.last_snapshot(ctx, t).await.transpose()
        }

        /// What each of its series was at a step, by the series' numbers; those that have no point at it are left out.
        async fn at(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "The step.")] step: Argument<Parsed<Count>>,
        ) -> Result<Vec<SeriesValue>> {
            let key = At { run: self.0.id, step: step.get("step")?.0 };
            let moments = loader(ctx)?.load(key).await?.unwrap_or_default();
            Ok(moments.iter().cloned().map(SeriesValue).collect())
        }

        /// A picture of its curves, and of those of other runs beside it; null where one of these is not there, or not seen.
        async fn curves_picture(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "What is drawn: at most 6 metrics, in this order; without any the first that there are.")]
            metrics: Argument<Option<List<Parsed<Label>>>>,
            #[graphql(desc = "The other runs: at most 5.")] runs: Argument<Option<List<GlobalId<Entity>>>>,
            #[graphql(desc = "For which surroundings; without one for those that whoever looks at it prefers.")]
            theme: Option<PictureTheme>,
        ) -> Option<Result<Picture>> {
            let of = self.curves(ctx, metrics, runs).await.transpose()?;
            Some(of.map(|of| Picture::new(of, theme)))
        }

        /// How far the server is with it: where an executor that starts again goes on.
        async fn progress(&self, ctx: &Context<'_>) -> Result<RunProgress> {
            let found = loader(ctx)?.load(ProgressOf { run: self.0.id }).await?;
            Ok(found.map_or_else(RunProgress::default, RunProgress::new))
        }
    }
}

/// How far the server is with a run.
#[derive(Default, SimpleObject)]
#[expect(clippy::struct_field_names, reason = "they are the names of the fields")]
pub struct RunProgress {
    /// The number of its last event; 0 where it has none.
    last_seq: SafeInt,
    /// The number of its last batch; 0 where it has none.
    last_batch: SafeInt,
    /// The greatest step of its series.
    last_step: Option<SafeInt>,
}

impl RunProgress {
    fn new(progress: Progress) -> Self {
        let Progress { last_seq, last_batch, last_step } = progress;
        Self { last_seq: whole(&last_seq), last_batch: whole(&last_batch), last_step: last_step.as_ref().map(whole) }
    }
}

impl Run {
    async fn curves(
        &self,
        ctx: &Context<'_>,
        metrics: Argument<Option<List<Parsed<Label>>>>,
        runs: Argument<Option<List<GlobalId<Entity>>>>,
    ) -> Result<Option<Subject>> {
        let metrics = metrics.get("metrics")?.map_or_else(Vec::new, |metrics| metrics.0);
        let others: Vec<_> = runs.get("runs")?.map_or_else(Vec::new, |runs| runs.0).iter().map(|id| id.0).collect();
        let metrics = metrics.into_iter().map(|metric| metric.0).collect();
        let of = Subject::curves(self.0.id, &others, metrics);
        let of = of.map_err(|(argument, why)| Failure::refused(&[argument], &why))?;
        // Who gets a link sees nothing by it that whoever made it does not see.
        let seen = loader(ctx)?.load_all(others.iter().map(|id| ById::<Entity> { id: *id }).collect()).await?;
        Ok(seen.iter().all(Option::is_some).then_some(of))
    }

    async fn last_snapshot(&self, ctx: &Context<'_>, t: Argument<Parsed<Real>>) -> Result<Option<Snapshot>> {
        let found = loader(ctx)?.load(last_until(self.0.id, t.get("t")?.0)?).await?;
        Ok(found.and_then(|found| found.rows.into_iter().next()).map(|placed| Snapshot::new(placed.row)))
    }
}

queries! {
    /// Runs.
    RunQueries {
        one run: Run, "The run with this id.";
        many runs: Run, or order_by_metric: MetricOrder, "The runs that the viewer sees.";
    }
}

targets!(Entity: DeleteRunInput, RestoreRunInput, PurgeRunInput);

mutations! {
    /// What can be done to runs, beside executing them.
    RunMutations {
        /// Puts a run into the queue.
        create_run(CreateRunInput) -> CreateRunPayload { run: Run, "The run." } = mutate::create;
        /// Puts runs into the queue, all or none.
        create_runs(CreateRunsInput) -> CreateRunsPayload {
            runs: Vec<Run>, "In the order of the input."
        } = mutate::create_list;
        /// Takes in a run of the past, with its times. Its events and points are sent afterwards, without a token.
        import_run(ImportRunInput) -> ImportRunPayload { run: Run, "The run." } = import;
        /// Changes what is said of a run.
        update_run(UpdateRunInput) -> UpdateRunPayload { run: Run, "The run as it is now." } = update;
        /// Changes what is said of many runs, all or none.
        update_runs(UpdateRunsInput) -> UpdateRunsPayload = update_runs;
        /// Deletes a run: it is hidden until it is restored.
        delete_run(DeleteRunInput) -> DeleteRunPayload { deleted_id: ID, "The id of the deleted run." } = mutate::delete;
        /// Brings back a deleted run.
        restore_run(RestoreRunInput) -> RestoreRunPayload { run: Run, "The run as it is now." } = mutate::restore;
        /// Purges a run: it is hidden at once, and removed for good with its files.
        purge_run(PurgeRunInput) -> PurgeRunPayload { deleted_id: ID, "The id of the purged run." } = mutate::purge;
    }
}
