//! A lease: somebody's hold on something for a time, which lapses by itself when its holder is gone.

use std::time::Duration;

use crate::Timestamp;

/// A hold on something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub holder: String,
    /// Until when, unless it is renewed.
    pub expires_at: Timestamp,
}

impl Lease {
    /// A lease that begins now, or is renewed now.
    pub fn from_now(holder: impl Into<String>, now: Timestamp, span: Duration) -> Self {
        Self { holder: holder.into(), expires_at: now.plus(span) }
    }

    /// Whether somebody else may take it.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lapses_just_when_it_expires() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let lease = Lease::from_now("somebody", now, Duration::from_millis(10));
        assert!(!lease.has_lapsed(now.plus(Duration::from_millis(9))));
        assert!(lease.has_lapsed(now.plus(Duration::from_millis(10))));
    }
}
