//! The tables of plans, and of the definitions that runs use.

pub mod equation_module;
pub mod metric_definition;
pub mod plan;
pub mod unit_mode;
