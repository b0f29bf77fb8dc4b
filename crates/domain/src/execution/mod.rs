//! Plans, and the runs that carry them out: what was tried to see whether a claim holds.

mod reading;
mod run;
mod run_batch;
mod run_event;
mod run_lease;
mod run_series;
mod run_state;
mod run_subject;
mod series_log;
mod series_point;

pub use reading::{Reading, Special};
pub use run::{CommitSha, ContainerHash, ErrorCode, Run, RunOrigin, Seed, Tags};
pub use run_batch::{BatchId, BatchKind, RunBatch, Touched, TouchedSeries};
pub use run_event::{NewEvent, RunEvent, RunEventType};
pub use run_lease::{LeaseSpan, LeaseToken, RunLease};
pub use run_series::{Known, Mark, RunSeries, SeriesName, Totals};
pub use run_state::{Attempt, Outcome, RunError, RunState, RunStatus, Stage, StateColumns, TRANSITIONS, Times};
pub use run_subject::{RunKind, RunSubject, SubjectColumns};
pub use series_log::{Columns, Misfit, SeriesLog};
pub use series_point::{PointKey, SeriesPoint};

use crate::{Entity, Id};

/// A plan to reproduce what a paper claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan;

impl Entity for Plan {
    type Id = Id<Self>;
    const PREFIX: &'static str = "plan";
    const TABLE: &'static str = "plans";
    const NAME: &'static str = "plan";
}

/// The units in which a simulation's quantities are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitMode;

impl Entity for UnitMode {
    type Id = Id<Self>;
    const PREFIX: &'static str = "unitmode";
    const TABLE: &'static str = "unit_modes";
    const NAME: &'static str = "unit mode";
}
