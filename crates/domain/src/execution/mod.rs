//! Plans, the runs that carry them out, and the definitions that these use: what was tried to see whether a claim holds.

mod equation_module;
mod metric_definition;
mod plan;
mod reading;
mod requirements;
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
mod unit_mode;

pub use equation_module::EquationModule;
pub use metric_definition::{Direction, MetricDefinition};
pub use plan::{DocumentVersion, Plan, PlanDataset, PlanDocument, PlanMetric, PlanModel, PlanState, PlanStatus};
pub use requirements::Requirements;
pub use run::{CommitSha, ContainerHash, ErrorCode, Run, RunOrigin, Seed, Tags};
pub use run_batch::{BatchId, BatchKind, RunBatch, Touched, TouchedSeries};
pub use run_event::{NewEvent, RunEvent, RunEventType};
pub use run_lease::{LeaseSpan, LeaseToken, RunLease};
pub use run_series::{Known, Mark, RunSeries, SeriesName, Totals};
pub use run_state::{Attempt, Outcome, RunError, RunState, RunStatus, Stage, StateColumns, TRANSITIONS, Times};
pub use run_subject::{RunKind, RunSubject, SubjectColumns};
pub use series_log::{Columns, Misfit, SeriesLog};
pub use series_point::{PointKey, SeriesPoint};
pub use unit_mode::{Unit, UnitMode, Units};
