//! Execution: plans to reproduce what papers claim, and the definitions that runs use.

mod equation_module;
mod metric_definition;
mod plan;
mod requirements;
mod unit_mode;

pub use equation_module::EquationModule;
pub use metric_definition::{Direction, MetricDefinition};
pub use plan::{DocumentVersion, Plan, PlanDataset, PlanDocument, PlanMetric, PlanModel, PlanState, PlanStatus};
pub use requirements::Requirements;
pub use unit_mode::{Unit, UnitMode, Units};

use crate::{Entity, Id};

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run;

impl Entity for Run {
    type Id = Id<Self>;
    const PREFIX: &'static str = "run";
    const TABLE: &'static str = "runs";
    const NAME: &'static str = "run";
}
