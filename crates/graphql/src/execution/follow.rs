//! Following runs.

use async_graphql::Subscription;
use domain::execution::{Run as Entity, RunKind};
use domain::project::Project as ProjectEntity;
use domain::text::Label;
use domain::{Count, Id};
use storage::execution::run_event::SaidByRun;
use storage::execution::run_feed::ChangesOfRun;
use storage::execution::run_queue::RunQueue as Queue;
use storage::execution::series_feed::BroughtToSeries;

use super::run_queue::RunQueue;
use super::series_batch::SeriesBatch;
use super::{Run, RunEvent};
use crate::input::Argument;
use crate::live::{Following, Live, followed, seen};
use crate::prelude::*;
use crate::project::Project;

/// Following runs.
#[derive(Clone, Copy, Default)]
pub struct RunSubscriptions;

/// Following runs.
#[Subscription]
impl RunSubscriptions {
    /// What a run says: all after a number, each once and in order, and then whatever comes.
    async fn run_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which run.")] run_id: Argument<GlobalId<Entity>>,
        #[graphql(desc = "The number of the last event that you have; 0 for all. Without it, only what comes.")]
        after_seq: Argument<Option<Parsed<Count>>>,
    ) -> Result<Live<RunEvent>> {
        let after = after_seq.get("afterSeq")?.map(|seq| seq.0);
        let run: Run = seen(ctx, run_id.get("runId")?.0, "run").await?;
        let following = Following { feed: SaidByRun { run: run.0.id }, of: of(&run), after };
        followed(ctx, following, |_, event| Some(RunEvent::new(event))).await
    }

    /// The points of a run's series, as its batches bring them: all after the number of a batch, in order, and then whatever
    /// comes. A point that is logged late, or over another, comes with its batch; one that others have replaced since is
    /// left out, and comes with theirs. A step back says which points it removed.
    async fn series_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which run.")] run_id: Argument<GlobalId<Entity>>,
        #[graphql(desc = "Only the series of these metrics, on whatever split.")] metrics: Argument<
            Option<List<Parsed<Label>>>,
        >,
        #[graphql(
            desc = "The number of the last batch that you have, like `Run.progress.lastBatch`; 0 for all. Without it, only \
                    what comes."
        )]
        after: Argument<Option<Parsed<Count>>>,
    ) -> Result<Live<SeriesBatch>> {
        let after = after.get("after")?.map(|batch| batch.0);
        let metrics = metrics.get("metrics")?.map(|metrics| metrics.0.into_iter().map(|metric| metric.0).collect());
        let run: Run = seen(ctx, run_id.get("runId")?.0, "run").await?;
        let following = Following { feed: BroughtToSeries { run: run.0.id }, of: of(&run), after };
        followed(ctx, following, move |_, brought| SeriesBatch::of(brought, metrics.as_ref())).await
    }

    /// A run as it is, and then whenever it changes. Of several changes at once only the last is told.
    async fn run_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which run.")] id: Argument<GlobalId<Entity>>,
        #[graphql(desc = "The revision that you have: only what is newer is told.")] after_revision: Argument<
            Option<Parsed<Count>>,
        >,
    ) -> Result<Live<Run>> {
        let after = after_revision.get("afterRevision")?.map_or(Count::ZERO, |revision| revision.0);
        let run: Run = seen(ctx, id.get("id")?.0, "run").await?;
        let following = Following { feed: ChangesOfRun { run: run.0.id }, of: of(&run), after: Some(after) };
        followed(ctx, following, |_, run| Some(Run::new(run))).await
    }

    /// How the queue of runs of a kind stands, and then whenever that changes: when there may be something to claim.
    async fn run_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of run.")] kind: Argument<Chosen<RunKind>>,
        #[graphql(desc = "The one project that is looked at; by default all that you see.")] project_id: Argument<
            Option<GlobalId<ProjectEntity>>,
        >,
    ) -> Result<Live<RunQueue>> {
        let (kind, project) = (kind.get("kind")?.0, project_id.get("projectId")?.map(|id| id.0));
        if let Some(project) = project {
            seen::<Project>(ctx, project, "project").await?;
        }
        let following = Following { feed: Queue, of: (project, "project"), after: Some(Count::ZERO) };
        let mut said = None;
        followed(ctx, following, move |viewer, queued| {
            let queue = RunQueue::of(&queued, kind, |of| match project {
                Some(project) => of == project,
                None => viewer.sees_project(of),
            });
            (said.replace(queue) != Some(queue)).then_some(queue)
        })
        .await
    }
}

/// Whose a run is.
fn of(run: &Run) -> (Option<Id<ProjectEntity>>, &'static str) {
    (Some(run.0.project_id), "run")
}
