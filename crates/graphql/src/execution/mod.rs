//! Runs, and what hangs on them.

mod new_run;
mod run;
mod run_lease;
mod transition;

pub use run::{Run, RunMutations, RunQueries};
pub use run_lease::RunLease;
pub use transition::TransitionMutations;
