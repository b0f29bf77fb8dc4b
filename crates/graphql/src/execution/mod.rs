//! Plans, the runs that carry them out, and the definitions that these use.

mod equation_module;
mod metric_definition;
mod new_run;
mod note;
mod plan;
mod run;
mod run_equation;
mod run_lease;
mod snapshot;
mod transition;
mod unit_mode;
mod update_runs;

pub use equation_module::{EquationModule, EquationModuleFilter, EquationModuleMutations, EquationModuleQueries};
pub use metric_definition::{
    MetricDefinition, MetricDefinitionFilter, MetricDefinitionMutations, MetricDefinitionQueries,
};
pub use note::{Note, NoteFilter, NoteMutations, NoteQueries};
pub use plan::{Plan, PlanFilter, PlanMutations, PlanQueries};
pub use run::{Run, RunFilter, RunMutations, RunQueries};
pub use run_equation::{RunEquation, RunEquationFilter, RunEquationMutations};
pub use run_lease::{RunLease, RunLeaseFilter};
pub use snapshot::{Snapshot, SnapshotFilter, SnapshotMutations, SnapshotQueries};
pub use transition::TransitionMutations;
pub use unit_mode::{UnitMode, UnitModeFilter, UnitModeMutations, UnitModeQueries};
