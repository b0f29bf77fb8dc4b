//! How the queue of runs stands.

use async_graphql::Object;
use domain::execution::RunKind;
use domain::project::Project;
use domain::{Count, Id, Timestamp};
use storage::execution::run_queue::Queued;

use crate::prelude::*;

/// How the queue of runs of a kind stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunQueue {
    count: Count,
    since: Option<Timestamp>,
}

impl RunQueue {
    /// What is queued of a kind in those projects.
    pub(super) fn of(queued: &[Queued], kind: RunKind, is_meant: impl Fn(Id<Project>) -> bool) -> Self {
        let meant = || queued.iter().filter(|of| of.kind == kind && is_meant(of.project));
        let count = meant().fold(Count::ZERO, |sum, of| sum.plus(of.count));
        Self { count, since: meant().map(|of| of.since).min() }
    }
}

/// How the queue of runs of a kind stands.
#[Object]
impl RunQueue {
    /// How many runs are queued.
    async fn count(&self) -> SafeInt {
        whole(&self.count)
    }

    /// Since when the oldest of them waits.
    async fn oldest_queued_at(&self) -> Option<DateTime> {
        self.since.map(DateTime)
    }
}
