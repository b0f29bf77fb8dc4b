//! Plans, and the runs that carry them out: what was tried to see whether a claim holds.

mod run;
mod run_lease;
mod run_state;
mod run_subject;

pub use run::{CommitSha, ContainerHash, ErrorCode, Run, RunOrigin, Seed, Tags};
pub use run_lease::{LeaseSpan, LeaseToken, RunLease};
pub use run_state::{Attempt, Outcome, RunError, RunState, RunStatus, Stage, StateColumns, TRANSITIONS, Times};
pub use run_subject::{RunKind, RunSubject, SubjectColumns};

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
