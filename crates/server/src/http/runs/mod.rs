//! Runs as files: `GET /runs/export` gives many with their series.

mod export;
mod lines;

pub(super) use export::export;
