//! What the runs and evals of papers and projects come to.

use async_graphql::Object;
use domain::Id;
use domain::literature::Paper as PaperEntity;
use storage::Order;
use storage::execution::eval::{Column, EvalsOfPaper};
use storage::execution::summary::{PaperSummary as Summary, ProjectStats as Stats, Reproduction};
use storage::order::Direction;

use super::Eval;
use crate::connection::{Listed, within};
use crate::input::Argument;
use crate::object::Found;
use crate::order::Ordering;
use crate::paging::PageArgs;
use crate::plain;
use crate::prelude::*;

plain! {
    /// What there is of a paper.
    PaperSummary of Summary {
        /// How many plans.
        plan_count: SafeInt = |summary| whole(&summary.plans);
        /// How many runs.
        run_count: SafeInt = |summary| whole(&summary.runs);
        /// How many of them succeeded.
        succeeded_run_count: SafeInt = |summary| whole(&summary.succeeded_runs);
        /// When the newest of those that are over ended.
        latest_run_at: Option<DateTime> = |summary| summary.latest_run_at.map(DateTime);
    }
}

plain! {
    /// What there is in a project.
    ProjectStats of Stats {
        /// How many papers.
        papers: SafeInt = |stats| whole(&stats.papers);
        /// How many runs.
        runs: SafeInt = |stats| whole(&stats.runs);
        /// How many of them wait or are being executed: QUEUED, RUNNING or PAUSED.
        open_runs: SafeInt = |stats| whole(&stats.open_runs);
        /// How many of them succeeded.
        succeeded_runs: SafeInt = |stats| whole(&stats.succeeded_runs);
        /// How many of them are FAILED or TIMEOUT.
        failed_runs: SafeInt = |stats| whole(&stats.failed_runs);
        /// The part of the runs that are over, and were not cancelled, which succeeded: from 0 to 1. Null where there is none.
        success_rate: Option<f64> = |stats| stats.succeeded_runs.part_of(stats.succeeded_runs.plus(stats.failed_runs));
    }
}

/// How far the claims of a paper were reproduced.
pub struct PaperReproduction {
    paper: Id<PaperEntity>,
    reproduction: Reproduction,
}

impl PaperReproduction {
    /// The reproduction as clients see it.
    pub fn new(paper: Id<PaperEntity>, reproduction: Reproduction) -> Self {
        Self { paper, reproduction }
    }
}

/// How far the claims of a paper were reproduced.
#[Object]
impl PaperReproduction {
    /// How many claims it has.
    async fn claim_count(&self) -> SafeInt {
        whole(&self.reproduction.claims)
    }

    /// How many of them some run was compared with.
    async fn evaluated_claim_count(&self) -> SafeInt {
        whole(&self.reproduction.evaluated)
    }

    /// How many of them some run reproduced: within the tolerance, as claimed, or better.
    async fn reproduced_claim_count(&self) -> SafeInt {
        whole(&self.reproduction.reproduced)
    }

    /// What came out farthest from what was claimed, farthest first.
    async fn largest_gaps(
        &self,
        #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 200.")] last: Argument<Option<i32>>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Found<Listed<Eval>> {
        let page = PageArgs { first: first.get("first")?, after, last: last.get("last")?, before };
        let farthest = Order::by_column("GAP_PERCENT_DESC", Column::GapPercentSize, Direction::Descending);
        Ok(within::<EvalsOfPaper, _>(self.paper, page.of(None, Some(Ordering(farthest)))?))
    }
}
