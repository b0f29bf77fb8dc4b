//! The tables of plans, of the runs that carry them out, and of the definitions that these use.

mod conservation;
pub mod curve;
pub mod equation_module;
pub mod eval;
pub mod ingest;
pub mod lapses;
pub mod metric_definition;
pub mod note;
mod notice;
pub mod plan;
mod points;
pub mod progress;
pub mod run;
pub mod run_batch;
pub mod run_equation;
pub mod run_event;
pub mod run_lease;
pub mod run_series;
pub mod series_point;
pub mod snapshot;
pub mod summary;
pub mod transition;
pub mod unit_mode;
pub mod update_runs;
