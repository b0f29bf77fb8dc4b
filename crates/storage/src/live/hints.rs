//! Hints: what this node tells the others on PostgreSQL, gathered while the last ones are on their way.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::Signal;

/// The signals that other nodes are to be given.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    gathered: Mutex<HashSet<Signal>>,
    any: Notify,
}

impl Hints {
    /// Tells the other nodes, soon.
    pub(crate) fn add(&self, signals: impl IntoIterator<Item = Signal>) {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).extend(signals);
        self.any.notify_one();
    }

    /// What was gathered since, once there is anything.
    pub(super) async fn take(&self) -> Vec<Signal> {
        loop {
            let taken: Vec<_> = self.gathered.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
            if !taken.is_empty() {
                return taken;
            }
            self.any.notified().await;
        }
    }
}
