//! The link that signs the first browser in: it works once, and not for long, and stands nowhere but in this process.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::User;
use domain::{Id, Secret, Sha256, Timestamp};

/// How long a link works.
const WORKS: Duration = Duration::from_mins(15);

/// A link that was made.
#[derive(Debug)]
pub struct Link {
    user: Id<User>,
    digest: Sha256,
    until: Timestamp,
}

/// The links of this process: at most one.
#[derive(Debug, Default)]
pub struct Links(Mutex<Option<Link>>);

impl Links {
    /// Makes a link that signs this user in; one that was made before does not work any more.
    pub fn make(&self, user: Id<User>, random: &Secret<[u8; 32]>, now: Timestamp) -> Secret<String> {
        let text = URL_SAFE_NO_PAD.encode(random.reveal());
        let digest = Sha256::of(text.as_bytes());
        *self.lock() = Some(Link { user, digest, until: now.plus(WORKS) });
        Secret::new(text)
    }

    /// Whom a link signs in; from here on it does not work any more.
    pub fn take(&self, text: &str, now: Timestamp) -> Option<Id<User>> {
        let mut link = self.lock();
        let digest = Sha256::of(text.as_bytes());
        let taken = link.take_if(|link| link.digest == digest)?;
        (taken.until > now).then_some(taken.user)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Link>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_link_works_once_and_not_for_long() {
        let (links, now): (_, Timestamp) = (Links::default(), "2026-01-01T00:00:00Z".parse().unwrap());
        let user = Id::try_new(Uuid::now_v7()).unwrap();
        let link = links.make(user, &Secret::new([1; 32]), now);
        assert_eq!(links.take("another", now), None);
        assert_eq!(links.take(link.reveal(), now), Some(user));
        assert_eq!(links.take(link.reveal(), now), None);
        let link = links.make(user, &Secret::new([2; 32]), now);
        assert_eq!(links.take(link.reveal(), now.plus(WORKS)), None);
    }
}
