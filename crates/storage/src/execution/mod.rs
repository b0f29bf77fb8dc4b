//! The tables of plans, of the runs that carry them out, and of the definitions that these use.

pub mod equation_module;
pub mod lapses;
pub mod metric_definition;
pub mod plan;
pub mod run;
pub mod run_lease;
pub mod transition;
pub mod unit_mode;
