//! The tables of runs and of what hangs on them.

pub mod lapses;
pub mod run;
pub mod run_lease;
pub mod transition;
