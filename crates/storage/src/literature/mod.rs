//! The tables of papers and what hangs on them.

pub mod asset;
pub mod claim;
pub mod paper;
pub mod storyboard;
