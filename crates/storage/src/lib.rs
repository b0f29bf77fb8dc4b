//! Rows, batched reads and units of work: the only crate that speaks SQL.
