//! Leaderboards: what papers claim of a metric on a dataset, each beside the best that was observed.

use std::sync::Arc;

use async_graphql::Object;
use domain::Id;
use domain::execution::Direction;
use domain::project::Project;
use storage::execution::leaderboard::{Board, Leaderboard as Found, LeaderboardOf, Place};

use super::{Eval, Run};
use crate::literature::{Claim, Paper};
use crate::prelude::*;

/// The leaderboard of a project that was read.
pub async fn leaderboard(ctx: &Context<'_>, project: Id<Project>, board: Board) -> Result<Leaderboard> {
    let found = loader(ctx)?.load(LeaderboardOf { project, board }).await?;
    found.map(Leaderboard).ok_or_else(|| Failure::from(storage::Error::internal("a project has no leaderboard")))
}

/// What papers claim of a metric on a dataset, each beside the best that was observed.
pub struct Leaderboard(Arc<Found>);

/// What papers claim of a metric on a dataset, each beside the best that was observed.
#[Object]
impl Leaderboard {
    /// Which values are better.
    async fn direction(&self) -> Chosen<Direction> {
        Chosen(self.0.direction)
    }

    /// The papers, best first; those that are as good as each other by their ids.
    async fn entries(&self) -> Vec<LeaderboardEntry> {
        self.0.entries.iter().copied().map(LeaderboardEntry).collect()
    }

    /// Whether there are more papers after these.
    async fn has_next_page(&self) -> bool {
        self.0.more
    }
}

/// A paper's place on a leaderboard.
pub struct LeaderboardEntry(Place);

/// A paper's place on a leaderboard.
#[Object]
impl LeaderboardEntry {
    /// The paper.
    async fn paper(&self, ctx: &Context<'_>) -> Option<Result<Paper>> {
        by_id(ctx, Some(self.0.paper)).await.transpose()
    }

    /// What it claims: the surest claim of this metric on this dataset, and the newest of those. A claim that names no
    /// dataset counts for those on which it was observed.
    async fn claim(&self, ctx: &Context<'_>) -> Option<Result<Claim>> {
        by_id(ctx, self.0.claim).await.transpose()
    }

    /// The best that its runs showed. What an eval shows belongs to the dataset and the split of its claim; where there is
    /// none, or it does not name the dataset, to those of the run's plan.
    async fn best(&self, ctx: &Context<'_>) -> Option<Result<Eval>> {
        by_id(ctx, self.0.best).await.transpose()
    }

    /// The run that showed it.
    async fn run(&self, ctx: &Context<'_>) -> Option<Result<Run>> {
        by_id(ctx, self.0.run).await.transpose()
    }
}
