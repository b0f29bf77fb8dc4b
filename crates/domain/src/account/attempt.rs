//! How often something may be tried: after some tries there is a pause before the next, and each pause is longer than
//! the one before, up to a longest one. Whoever only knows an address can so lock nobody out for long.

use std::net::IpAddr;
use std::time::Duration;

use crate::{Network, Sha256, Timestamp};

/// What may be tried only so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Signing in with a password.
    SignIn,
    /// Showing one's password again, to change something.
    Password,
    /// Registering.
    Registration,
    /// Asking for a mail.
    Mail,
}

/// Whose tries are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of a client, for whatever account.
    Client,
    /// Those for an account, from wherever.
    Account,
    /// Those for an account from one client.
    AccountAtClient,
}

/// How often somebody tried something: the count of one [`Whose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many tries there were.
    pub count: i64,
    /// When the next may be.
    pub free_at: Timestamp,
    /// Whether the account was signed in to from this client: tries from elsewhere do not count against it then.
    pub trusted: bool,
    /// When all this is forgotten.
    pub expires_at: Timestamp,
}

/// After how many tries pauses begin, and how long they are.
struct Pace {
    free: i64,
    first: Duration,
    longest: Duration,
}

/// How long tries are remembered after the last.
const REMEMBERED: Duration = Duration::from_hours(1);
/// How long it is remembered that an account was signed in to from a client.
const TRUSTED: Duration = Duration::from_hours(24 * 30);

impl Tried {
    const fn pace(self, whose: Whose) -> Pace {
        let (seconds, minutes) = (Duration::from_secs, Duration::from_mins);
        match (self, whose) {
            (Self::SignIn | Self::Password, Whose::Client) => Pace { free: 30, first: seconds(1), longest: minutes(5) },
            (Self::SignIn | Self::Password, Whose::Account) => {
                Pace { free: 20, first: seconds(1), longest: minutes(1) }
            }
            (Self::SignIn | Self::Password, Whose::AccountAtClient) => {
                Pace { free: 5, first: seconds(1), longest: minutes(5) }
            }
            (Self::Registration | Self::Mail, Whose::Client) => {
                Pace { free: 20, first: seconds(10), longest: minutes(60) }
            }
            (Self::Registration | Self::Mail, _) => Pace { free: 3, first: minutes(1), longest: minutes(60) },
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign in",
            Self::Password => "password",
            Self::Registration => "registration",
            Self::Mail => "mail",
        }
    }
}

impl Pace {
    /// How long the pause after so many tries is.
    fn pause(&self, count: i64) -> Duration {
        let Ok(doublings) = u32::try_from(count - self.free) else { return Duration::ZERO };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

impl Tries {
    /// None so far.
    pub fn none(now: Timestamp) -> Self {
        Self { count: 0, free_at: now, trusted: false, expires_at: now.plus(REMEMBERED) }
    }

    /// How long it is until the next may be; none when it may be now.
    pub fn pause(&self, now: Timestamp) -> Option<Duration> {
        let left = self.free_at.get() - now.get();
        Duration::try_from(left).ok().filter(|left| !left.is_zero() && now < self.expires_at)
    }

    /// With one more.
    #[must_use]
    pub fn again(self, what: (Tried, Whose), now: Timestamp) -> Self {
        let known = if now < self.expires_at { self } else { Self::none(now) };
        let (tried, whose) = what;
        let free_at = now.plus(tried.pace(whose).pause(known.count + 1));
        let remembered = free_at.plus(REMEMBERED);
        let expires_at = if known.trusted { known.expires_at.max(remembered) } else { remembered };
        Self { count: known.count + 1, free_at, trusted: known.trusted, expires_at }
    }

    /// After the last one succeeded. A client goes on with what it tried before for other accounts.
    #[must_use]
    pub fn succeeded(self, whose: Whose, now: Timestamp) -> Self {
        match whose {
            Whose::Client => Self { count: (self.count - 1).max(0), free_at: now, ..self },
            Whose::Account => Self { trusted: self.trusted, ..Self::none(now) },
            Whose::AccountAtClient => Self { trusted: true, expires_at: now.plus(TRUSTED), ..Self::none(now) },
        }
    }
}

/// Somebody who tries something: for an account, from an address.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What is tried.
    pub tried: Tried,
    /// Under what each count is kept: a digest, which names neither the account nor the address.
    pub keys: [(Whose, Sha256); 3],
}

impl Attempt {
    /// Trying this for the account of this name, which need not exist.
    pub fn new(tried: Tried, account: &str, address: Option<IpAddr>) -> Self {
        let client = address.map_or_else(|| "unknown".to_owned(), |address| Network::from(address).to_string());
        let key = |whose, text: &str| (whose, Sha256::of(format!("{}\n{whose:?}\n{text}", tried.name()).as_bytes()));
        let keys = [
            key(Whose::Client, &client),
            key(Whose::Account, account),
            key(Whose::AccountAtClient, &format!("{account}\n{client}")),
        ];
        Self { tried, keys }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "2026-01-01T00:00:00Z";

    fn after(tries: i64, whose: Whose) -> Duration {
        let now: Timestamp = FIRST.parse().unwrap();
        let known = Tries { count: tries - 1, ..Tries::none(now) };
        known.again((Tried::SignIn, whose), now).pause(now).unwrap_or_default()
    }

    #[test]
    fn pauses_grow_up_to_the_longest() {
        assert_eq!(after(4, Whose::AccountAtClient), Duration::ZERO);
        assert_eq!(after(5, Whose::AccountAtClient), Duration::from_secs(1));
        assert_eq!(after(6, Whose::AccountAtClient), Duration::from_secs(2));
        assert_eq!(after(9, Whose::AccountAtClient), Duration::from_secs(16));
        assert_eq!(after(1000, Whose::AccountAtClient), Duration::from_mins(5));
        assert_eq!(after(1000, Whose::Account), Duration::from_mins(1), "an owner is locked out no longer");
    }

    #[test]
    fn tries_are_forgotten_and_forgiven() {
        let now: Timestamp = FIRST.parse().unwrap();
        let what = (Tried::SignIn, Whose::Account);
        let many = Tries { count: 100, ..Tries::none(now) }.again(what, now);
        let later = now.plus(Duration::from_hours(2));
        assert_eq!(many.again(what, later).count, 1);
        assert_eq!(many.succeeded(Whose::Account, now).count, 0);
        assert_eq!(many.succeeded(Whose::Client, now).count, 100, "the one that succeeded does not count");
    }

    #[test]
    fn a_client_is_an_address_or_a_network_of_ipv6() {
        let key = |address: &str| Attempt::new(Tried::SignIn, "a", address.parse().ok()).keys[0].1.clone();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
        assert_ne!(key("10.0.0.2"), key("10.0.0.1"));
    }
}
