//! Plans, the runs that carry them out, and the definitions that these use.

mod compare_runs;
mod equation_module;
mod eval;
mod follow;
mod ingest;
mod leaderboard;
mod metric_definition;
mod metric_order;
mod new_run;
mod note;
mod plan;
mod run;
mod run_changes;
mod run_equation;
mod run_event;
mod run_groups;
mod run_lease;
mod run_names;
mod run_queue;
mod series;
mod series_batch;
mod snapshot;
mod summary;
mod transition;
mod unit_mode;
mod update_runs;

pub use compare_runs::CompareQueries;
pub use equation_module::{EquationModule, EquationModuleFilter, EquationModuleMutations, EquationModuleQueries};
pub use eval::{Eval, EvalFilter, EvalMutations, EvalQueries};
pub use follow::RunSubscriptions;
pub use ingest::{IngestMutations, RunEventInput, SeriesLogInput};
pub use leaderboard::{Leaderboard, leaderboard};
pub use metric_definition::{
    MetricDefinition, MetricDefinitionFilter, MetricDefinitionMutations, MetricDefinitionQueries,
};
pub use metric_order::MetricOrder;
pub use note::{Note, NoteFilter, NoteMutations, NoteQueries};
pub use plan::{Plan, PlanFilter, PlanMutations, PlanQueries};
pub use run::{Run, RunFilter, RunMutations, RunQueries};
pub use run_equation::{RunEquation, RunEquationFilter, RunEquationMutations};
pub use run_event::{RunBatch, RunEvent};
pub use run_groups::{RunGroupByInput, RunGroupMetricInput, RunGroups, grouping};
pub use run_lease::{RunLease, RunLeaseFilter};
pub use run_names::{RunNames, run_names};
pub use series::RunSeries;
pub use snapshot::{Snapshot, SnapshotFilter, SnapshotMutations, SnapshotQueries};
pub use summary::{PaperReproduction, PaperSummary, ProjectStats};
pub use transition::TransitionMutations;
pub use unit_mode::{UnitMode, UnitModeFilter, UnitModeMutations, UnitModeQueries};
