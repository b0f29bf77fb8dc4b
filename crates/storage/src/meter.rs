//! Counts a request's statements and the time that they took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What the statements of one request came to.
#[derive(Debug, Default)]
pub struct Meter {
    statements: AtomicU64,
    micros: AtomicU64,
}

impl Meter {
    /// How many statements there were; beginning and committing a transaction are none.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How long the database took, all statements together.
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }

    pub(crate) fn add(&self, took: Duration) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
