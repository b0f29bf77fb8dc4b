//! Plans, the runs that carry them out, and the definitions that these use.

mod equation_module;
mod ingest;
mod metric_definition;
mod new_run;
mod plan;
mod run;
mod run_event;
mod run_lease;
mod series;
mod transition;
mod unit_mode;

pub use equation_module::{EquationModule, EquationModuleFilter, EquationModuleMutations, EquationModuleQueries};
pub use ingest::IngestMutations;
pub use metric_definition::{
    MetricDefinition, MetricDefinitionFilter, MetricDefinitionMutations, MetricDefinitionQueries,
};
pub use plan::{Plan, PlanFilter, PlanMutations, PlanQueries};
pub use run::{Run, RunFilter, RunMutations, RunQueries};
pub use run_event::{RunBatch, RunBatchFilter, RunEvent, RunEventFilter};
pub use run_lease::{RunLease, RunLeaseFilter};
pub use series::{RunSeries, RunSeriesFilter};
pub use transition::TransitionMutations;
pub use unit_mode::{UnitMode, UnitModeFilter, UnitModeMutations, UnitModeQueries};
