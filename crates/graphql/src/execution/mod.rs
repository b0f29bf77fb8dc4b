//! Plans, and the definitions that runs use.

mod equation_module;
mod metric_definition;
mod plan;
mod unit_mode;

pub use equation_module::{EquationModule, EquationModuleFilter, EquationModuleMutations, EquationModuleQueries};
pub use metric_definition::{
    MetricDefinition, MetricDefinitionFilter, MetricDefinitionMutations, MetricDefinitionQueries,
};
pub use plan::{Plan, PlanFilter, PlanMutations, PlanQueries};
pub use unit_mode::{UnitMode, UnitModeFilter, UnitModeMutations, UnitModeQueries};
