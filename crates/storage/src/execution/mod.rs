//! The tables of runs and of what hangs on them.

pub mod run;
pub mod run_lease;
