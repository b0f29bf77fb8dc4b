//! Runs, and what hangs on them.

mod ingest;
mod new_run;
mod run;
mod run_event;
mod run_lease;
mod series;
mod transition;

pub use ingest::IngestMutations;
pub use run::{Run, RunMutations, RunQueries};
pub use run_event::{RunBatch, RunEvent};
pub use run_lease::RunLease;
pub use series::RunSeries;
pub use transition::TransitionMutations;
