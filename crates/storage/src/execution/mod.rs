//! The tables of plans, of the runs that carry them out, and of the definitions that these use.

pub mod equation_module;
pub mod lapses;
pub mod metric_definition;
pub mod note;
pub mod plan;
pub mod run;
pub mod run_equation;
pub mod run_lease;
pub mod snapshot;
pub mod transition;
pub mod unit_mode;
pub mod update_runs;
