//! A leaky bucket for each holder: what is used fills it, and time empties it. One that is empty is forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Clock, Leaf, Timestamp};

use super::holder::Holder;
use crate::limits::Allowance;

/// How many holders are known at most before those who are not signed in share one bucket.
const MOST: usize = 100_000;
/// How many holders have to be known before empty buckets are looked for, and how often that is done.
const MANY: usize = 1_000;
const OFTEN: Duration = Duration::from_secs(1);

/// The buckets of all holders.
pub(crate) struct Buckets {
    allowance: Allowance,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    buckets: HashMap<Holder, Bucket>,
    /// When empty buckets are looked for next.
    sweep_at: Option<Timestamp>,
}

/// What a holder has used: in thousandths, since each millisecond gives back so many as a second gives back wholes.
#[derive(Clone, Copy)]
struct Bucket {
    thousandths: u64,
    at: Timestamp,
}

/// Why something cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short {
    /// How much there is now.
    pub(crate) left: u64,
    /// After which time there is enough; none where there never is.
    pub(crate) pause: Option<Duration>,
}

impl Buckets {
    /// Empty buckets, of which each holds so much.
    pub(crate) fn new(allowance: Allowance, clock: Arc<dyn Clock>) -> Self {
        Self { allowance, clock, known: Mutex::default() }
    }

    /// How much each holds.
    pub(crate) fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Takes so much, or nothing when there is less.
    pub(crate) fn take(&self, holder: Holder, amount: u64) -> Result<(), Short> {
        let most = thousandths(self.allowance.at_once);
        self.change(holder, |used| {
            let then = used.saturating_add(thousandths(amount));
            if then <= most {
                return (then, Ok(()));
            }
            let missing = then - most;
            let pause = Duration::from_millis(missing.div_ceil(self.allowance.per_second.max(1)));
            let pause = (amount <= self.allowance.at_once).then_some(pause);
            (used, Err(Short { left: (most - used) / 1000, pause }))
        })
    }

    /// Makes of what was taken what was used, as far as there is so much, and says how much is left.
    pub(crate) fn settle(&self, holder: Holder, taken: u64, used: u64) -> u64 {
        let most = thousandths(self.allowance.at_once);
        self.change(holder, |before| {
            // What was taken may have come back by now: only the difference is settled.
            let (more, less) = (used.saturating_sub(taken), taken.saturating_sub(used));
            let after = before.saturating_sub(thousandths(less)).saturating_add(thousandths(more)).min(most);
            (after, (most - after) / 1000)
        })
    }

    /// How much is left.
    pub(crate) fn left(&self, holder: Holder) -> u64 {
        self.settle(holder, 0, 0)
    }

    /// Changes what a holder has used by now.
    fn change<T>(&self, holder: Holder, change: impl FnOnce(u64) -> (u64, T)) -> T {
        let now = self.clock.now();
        let mut known = self.lock();
        known.sweep(now, self.allowance);
        let holder = known.place(holder);
        let bucket = known.buckets.get(&holder).map(|bucket| bucket.by(now, self.allowance));
        let (used, answer) = change(bucket.map_or(0, |bucket| bucket.thousandths));
        let at = bucket.map_or(now, |bucket| bucket.at);
        if used > 0 {
            known.buckets.insert(holder, Bucket { thousandths: used, at });
        } else {
            known.buckets.remove(&holder);
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it is held; and if it did, the numbers would still be numbers.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The bucket that a holder uses: theirs, unless they are nobody in particular and there are too many.
    fn place(&self, holder: Holder) -> Holder {
        let is_new = || !self.buckets.contains_key(&holder);
        if matches!(holder, Holder::Client(_)) && self.buckets.len() >= MOST && is_new() {
            return Holder::Crowd;
        }
        holder
    }

    /// Forgets those who have used nothing by now.
    fn sweep(&mut self, now: Timestamp, allowance: Allowance) {
        if self.buckets.len() < MANY || self.sweep_at.is_some_and(|at| now < at) {
            return;
        }
        self.buckets.retain(|_, bucket| bucket.by(now, allowance).thousandths > 0);
        self.sweep_at = Some(now.plus(OFTEN));
    }
}

impl Bucket {
    /// The same at a later moment; a clock that goes back changes nothing.
    fn by(self, now: Timestamp, allowance: Allowance) -> Self {
        let passed = u64::try_from(now.since(self.at).raw()).unwrap_or(0);
        let restored = passed.saturating_mul(allowance.per_second);
        Self { thousandths: self.thousandths.saturating_sub(restored), at: now.max(self.at) }
    }
}

fn thousandths(amount: u64) -> u64 {
    amount.saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    use domain::Network;
    use time::OffsetDateTime;

    use super::*;

    /// A clock that stands until it is turned.
    #[derive(Default)]
    struct Standing(AtomicI64);

    impl Clock for Standing {
        fn now(&self) -> Timestamp {
            let nanoseconds = i128::from(self.0.load(Ordering::Relaxed)) * 1_000_000;
            Timestamp::clamped(OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap())
        }
    }

    fn buckets(at_once: u64, per_second: u64) -> (Buckets, Arc<Standing>) {
        let clock = Arc::<Standing>::default();
        (Buckets::new(Allowance { at_once, per_second }, Arc::<Standing>::clone(&clock)), clock)
    }

    fn client(number: u32) -> Holder {
        let address: std::net::Ipv4Addr = number.into();
        Holder::Client(Network::from(std::net::IpAddr::from(address)))
    }

    #[test]
    fn what_is_taken_comes_back_with_time() {
        let (buckets, clock) = buckets(100, 10);
        assert_eq!(buckets.take(Holder::Crowd, 100), Ok(()));
        let short = buckets.take(Holder::Crowd, 25).unwrap_err();
        assert_eq!(short, Short { left: 0, pause: Some(Duration::from_millis(2500)) });
        clock.0.store(2499, Ordering::Relaxed);
        assert_eq!(buckets.take(Holder::Crowd, 25), Err(Short { left: 24, pause: Some(Duration::from_millis(1)) }));
        clock.0.store(2500, Ordering::Relaxed);
        assert_eq!(buckets.take(Holder::Crowd, 25), Ok(()));
        clock.0.store(0, Ordering::Relaxed);
        assert_eq!(buckets.left(Holder::Crowd), 0, "a clock that goes back gives nothing");
        clock.0.store(1_000_000, Ordering::Relaxed);
        assert_eq!(buckets.left(Holder::Crowd), 100);
        assert_eq!(buckets.lock().buckets.len(), 0, "an empty bucket is forgotten");
    }

    #[test]
    fn small_spans_add_up() {
        let (buckets, clock) = buckets(100, 1);
        buckets.settle(Holder::Crowd, 0, 100);
        for _ in 0..1000 {
            clock.0.fetch_add(1, Ordering::Relaxed);
            let _ = buckets.left(Holder::Crowd);
        }
        assert_eq!(buckets.left(Holder::Crowd), 1);
    }

    #[test]
    fn each_has_their_own_and_gets_back_what_they_did_not_use() {
        let (buckets, _) = buckets(100, 10);
        assert_eq!(buckets.take(client(1), 80), Ok(()));
        buckets.settle(client(1), 80, 10);
        assert_eq!((buckets.left(client(1)), buckets.left(client(2))), (90, 100));
        buckets.settle(client(1), 0, 1_000);
        assert_eq!(buckets.left(client(1)), 0, "what is spent beyond it is no debt");
        buckets.settle(client(1), u64::MAX, 0);
        assert_eq!(buckets.left(client(1)), 100);
    }

    #[test]
    fn what_never_fits_is_refused_without_a_time() {
        let (buckets, _) = buckets(100, 10);
        assert_eq!(buckets.take(client(1), 101), Err(Short { left: 100, pause: None }));
    }

    #[test]
    fn many_strangers_share_one_bucket_and_are_forgotten() {
        let (buckets, clock) = buckets(100, 10);
        for number in 0..150_000 {
            assert!(buckets.take(client(number), 1).is_ok() || buckets.lock().buckets.len() > MOST);
        }
        assert_eq!(buckets.lock().buckets.len(), MOST + 1);
        assert_eq!(buckets.left(client(200_000)), 0, "the crowd has used its own");
        assert_eq!(buckets.left(client(1)), 99);
        clock.0.store(60_000, Ordering::Relaxed);
        assert_eq!(buckets.left(client(200_000)), 100);
        assert_eq!(buckets.lock().buckets.len(), 0);
    }

    #[test]
    fn many_at_once_never_take_more_than_there_is() {
        let (buckets, taken) = (buckets(10_000, 1).0, AtomicU64::new(0));
        std::thread::scope(|scope| {
            for number in 0..16_u64 {
                let (buckets, taken) = (&buckets, &taken);
                scope.spawn(move || {
                    for at in 0..1_000 {
                        let amount = (number + at) % 7;
                        if buckets.take(Holder::Crowd, amount).is_ok() {
                            taken.fetch_add(amount, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let taken = taken.into_inner();
        assert!((9_994..=10_000).contains(&taken), "{taken}");
        assert_eq!(buckets.left(Holder::Crowd), 10_000 - taken);
    }
}
