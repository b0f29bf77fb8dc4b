//! The tables of runs and of what hangs on them.

pub mod curve;
pub mod ingest;
pub mod lapses;
mod notice;
mod points;
pub mod progress;
pub mod run;
pub mod run_batch;
pub mod run_event;
pub mod run_lease;
pub mod run_series;
pub mod series_point;
pub mod transition;
