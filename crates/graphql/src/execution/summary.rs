//! What the runs and evals of papers and projects come to.

use async_graphql::{Object, SimpleObject};
use domain::Id;
use domain::literature::Paper as PaperEntity;
use storage::Order;
use storage::execution::eval::{Column, EvalsOfPaper};
use storage::execution::summary::{PaperSummary as Summary, ProjectStats as Stats, Reproduction};
use storage::order::Direction;

use super::Eval;
use crate::connection::{Connection, within};
use crate::input::Argument;
use crate::order::Ordering;
use crate::paging::PageArgs;
use crate::prelude::*;

/// What there is of a paper.
#[derive(SimpleObject)]
pub struct PaperSummary {
    /// How many plans.
    plan_count: SafeInt,
    /// How many runs.
    run_count: SafeInt,
    /// How many of them succeeded.
    succeeded_run_count: SafeInt,
    /// When the newest of those that are over ended.
    latest_run_at: Option<DateTime>,
}

impl PaperSummary {
    /// The summary as clients see it.
    pub fn new(summary: Summary) -> Self {
        let Summary { plans, runs, succeeded_runs, latest_run_at } = summary;
        Self {
            plan_count: whole(&plans),
            run_count: whole(&runs),
            succeeded_run_count: whole(&succeeded_runs),
            latest_run_at: latest_run_at.map(DateTime),
        }
    }
}

/// What there is in a project.
#[derive(SimpleObject)]
pub struct ProjectStats {
    /// How many papers.
    papers: SafeInt,
    /// How many runs.
    runs: SafeInt,
    /// How many of them wait or are being executed: QUEUED, RUNNING or PAUSED.
    open_runs: SafeInt,
    /// How many of them succeeded.
    succeeded_runs: SafeInt,
    /// How many of them are FAILED or TIMEOUT.
    failed_runs: SafeInt,
    /// The part of the runs that are over, and were not cancelled, which succeeded: from 0 to 1. Null where there is none.
    success_rate: Option<f64>,
}

impl ProjectStats {
    /// The stats as clients see them.
    pub fn new(stats: Stats) -> Self {
        let Stats { papers, runs, open_runs, succeeded_runs, failed_runs } = stats;
        Self {
            papers: whole(&papers),
            runs: whole(&runs),
            open_runs: whole(&open_runs),
            succeeded_runs: whole(&succeeded_runs),
            failed_runs: whole(&failed_runs),
            success_rate: succeeded_runs.part_of(succeeded_runs.plus(failed_runs)),
        }
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
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 200.")] last: Argument<Option<i32>>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Eval>> {
        let page = PageArgs { first: first.get("first")?, after, last: last.get("last")?, before };
        let farthest = Order::by_column("GAP_PERCENT_DESC", Column::GapPercentSize, Direction::Descending);
        within::<EvalsOfPaper, _>(ctx, self.paper, page.of(None, Some(Ordering(farthest)))?).await
    }
}
