//! Following runs.

use async_graphql::Subscription;
use domain::Count;
use domain::execution::Run as Entity;
use storage::Error;
use storage::execution::run_event::SaidByRun;

use super::{Run, RunEvent};
use crate::input::Argument;
use crate::live::{Live, followed};
use crate::object::by_id;
use crate::prelude::*;

/// Following runs.
#[derive(Clone, Copy, Default)]
pub struct RunSubscriptions;

/// Following runs.
#[Subscription]
impl RunSubscriptions {
    /// What a run says: all after a number, each once and in order, and then whatever comes. It ends when the run is deleted.
    async fn run_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which run.")] run_id: Argument<GlobalId<Entity>>,
        #[graphql(desc = "The number of the last event that you have; 0 for all. Without it, only what comes.")]
        after_seq: Argument<Option<Parsed<Count>>>,
    ) -> Result<Live<RunEvent>> {
        let (id, after) = (run_id.get("runId")?.0, after_seq.get("afterSeq")?.map(|seq| seq.0));
        let run: Run = by_id(ctx, Some(id)).await?.ok_or_else(|| Failure::from(Error::Missing { what: "run" }))?;
        followed(ctx, SaidByRun { run: id }, (run.0.project_id, "run"), after, RunEvent::new).await
    }
}
