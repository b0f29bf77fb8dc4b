//! The lease of a run: an executor's hold on it, and the secret that proves it.

use std::time::Duration;

use super::{Attempt, Run};
use crate::project::Project;
use crate::text::Name;
use crate::{Id, Invalid, Leaf, Secret, Sha256, Timestamp, entity};

entity! {
    /// An executor's hold on a run: it begins when the run starts or is resumed, and ends with that stretch.
    RunLease "run lease" as "runlease" in "run_leases", logged {
        /// The project of the run.
        project_id: Id<Project>,
        /// The run.
        run_id: Id<Run>,
        /// The attempt of the run to which it belongs.
        attempt: Attempt,
        /// What the executor calls itself.
        holder: Name,
        /// The digest of the token that proves it.
        token_sha256: Sha256,
        /// Until when it holds, unless it is renewed.
        expires_at: Timestamp,
        /// When it ended.
        released_at: Option<Timestamp>,
    }
}

/// What proves that somebody holds a lease. A client may bring one of its own, so that a retry is harmless.
#[derive(Clone)]
pub struct LeaseToken(Secret<String>);

impl std::fmt::Debug for LeaseToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LeaseToken")
    }
}

impl PartialEq for LeaseToken {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl LeaseToken {
    /// A token of 32 to 200 visible ASCII characters.
    pub fn try_new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if !(32..=200).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Invalid::new("format", "must be 32 to 200 visible ASCII characters"));
        }
        Ok(Self(Secret::new(text)))
    }

    /// The text itself.
    pub fn text(&self) -> &Secret<String> {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(self.0.reveal().as_bytes())
    }
}

impl Leaf for LeaseToken {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> String {
        self.0.reveal().clone()
    }
}

/// For how long somebody asks to hold a run, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseSpan(i64);

impl LeaseSpan {
    /// The longest, in seconds: a day.
    pub const MAX: i64 = 86_400;

    /// Checks the number of seconds.
    pub fn try_new(seconds: i64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(Invalid::new("range", format!("must be from 1 to {}", Self::MAX)))
        }
    }

    /// When a lease ends that begins, or is renewed, now.
    pub fn from(self, now: Timestamp) -> Timestamp {
        now.plus(Duration::from_secs(self.0.unsigned_abs()))
    }
}

impl Default for LeaseSpan {
    fn default() -> Self {
        Self(60)
    }
}

impl Leaf for LeaseSpan {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_is_never_printed() {
        assert!(LeaseToken::try_new("short").is_err());
        assert!(LeaseToken::try_new("with a space and long enough to pass").is_err());
        let token = LeaseToken::try_new("0123456789abcdef0123456789abcdef").unwrap();
        assert!(!format!("{token:?}").contains("0123"));
    }

    #[test]
    fn a_lease_lasts_a_minute_by_default_and_a_day_at_most() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(LeaseSpan::default().from(now).to_string(), "2026-01-01T00:01:00.000Z");
        assert_eq!(LeaseSpan::try_new(86_400).unwrap().from(now).to_string(), "2026-01-02T00:00:00.000Z");
        assert!(LeaseSpan::try_new(86_401).is_err());
        assert!(LeaseSpan::try_new(0).is_err());
    }
}
