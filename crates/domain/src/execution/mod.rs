//! Plans, the runs that carry them out, and the definitions that these use: what was tried to see whether a claim holds.

mod equation_module;
mod metric_definition;
mod note;
mod plan;
mod requirements;
mod run;
mod run_equation;
mod run_lease;
mod run_state;
mod run_subject;
mod snapshot;
mod unit_mode;

pub use equation_module::EquationModule;
pub use metric_definition::{Direction, MetricDefinition};
pub use note::Note;
pub use plan::{DocumentVersion, Plan, PlanDataset, PlanDocument, PlanMetric, PlanModel, PlanState, PlanStatus};
pub use requirements::Requirements;
pub use run::{CommitSha, ContainerHash, ErrorCode, Run, RunOrigin, Seed, Tags};
pub use run_equation::RunEquation;
pub use run_lease::{LeaseSpan, LeaseToken, RunLease};
pub use run_state::{Attempt, Outcome, RunError, RunState, RunStatus, Stage, StateColumns, TRANSITIONS, Times};
pub use run_subject::{RunKind, RunSubject, SubjectColumns};
pub use snapshot::{Snapshot, SnapshotColumns, SnapshotState};
pub use unit_mode::{Unit, UnitMode, Units};
