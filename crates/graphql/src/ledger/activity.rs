//! Following what happens in projects.

use async_graphql::Subscription;
use domain::Count;
use domain::project::Project as Entity;
use storage::ledger::event::DoneInProject;

use super::EventLog;
use crate::input::Argument;
use crate::live::{Following, Live, followed, seen};
use crate::prelude::*;
use crate::project::Project;

/// Following what happens in projects.
#[derive(Clone, Copy, Default)]
pub struct ActivitySubscriptions;

/// Following what happens in projects.
#[Subscription]
impl ActivitySubscriptions {
    /// What happens in a project: all events after a position, each once and in order, and then whatever comes.
    async fn project_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which project.")] project_id: Argument<GlobalId<Entity>>,
        #[graphql(desc = "The position of the last event that you have; 0 for all. Without it, only what comes.")]
        after: Argument<Option<Parsed<Count>>>,
    ) -> Result<Live<EventLog>> {
        let (id, after) = (project_id.get("projectId")?.0, after.get("after")?.map(|position| position.0));
        seen::<Project>(ctx, id, "project").await?;
        let following = Following { feed: DoneInProject { project: id }, of: (Some(id), "project"), after };
        followed(ctx, following, |_, event| Some(EventLog::new(event))).await
    }
}
