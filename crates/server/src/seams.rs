//! The real clock, and the real sources of ids and of randomness.

use domain::{Clock, Ids, Randomness, Secret, Timestamp};
use time::OffsetDateTime;
use uuid::Uuid;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::clamped(OffsetDateTime::now_utc())
    }
}

/// New ids by the system's clock and randomness; those of one process are in the order in which they were made.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn secret(&self) -> Option<Secret<[u8; 32]>> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Secret::new(bytes))
    }
}
