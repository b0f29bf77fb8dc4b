//! A limit, and the error of whoever asks for more.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Name, ServerError, Value};

use crate::error::{Code, set_retry_after};

/// How much of something there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name on the wire.
    pub name: &'static str,
    /// How much there may be.
    pub allowed: u64,
    /// Of what, as people say it.
    pub what: &'static str,
}

impl Limit {
    pub(crate) const fn new(name: &'static str, allowed: u64, what: &'static str) -> Self {
        Self { name, allowed, what }
    }

    /// Refuses what is more.
    pub(crate) fn check(self, asked: u64) -> Result<(), Exceeded> {
        if asked > self.allowed { Err(self.exceeded(Some(asked))) } else { Ok(()) }
    }

    /// What is more, as far as it is known how much it is.
    pub fn exceeded(self, asked: Option<u64>) -> Exceeded {
        Exceeded { limit: self, asked, retry_after: None }
    }
}

/// More was asked for than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    limit: Limit,
    /// None where it was not counted to its end.
    asked: Option<u64>,
    /// After which time it would fit.
    retry_after: Option<Duration>,
}

impl Exceeded {
    /// The same of what fits after this time.
    pub(crate) fn until(self, pause: Duration) -> Self {
        Self { retry_after: Some(pause), ..self }
    }

    /// The code and the sentence; the numbers go to the extensions.
    pub(crate) fn describe(&self, extensions: &mut ErrorExtensionValues) -> (Code, String) {
        let Limit { name, allowed, what } = self.limit;
        let mut limit = vec![("name", Value::from(name)), ("allowed", allowed.into())];
        limit.extend(self.asked.map(|asked| ("asked", asked.into())));
        extensions.set("limit", Value::Object(limit.into_iter().map(|(key, value)| (Name::new(key), value)).collect()));
        if let Some(pause) = self.retry_after {
            set_retry_after(extensions, pause);
        }
        let asked = self.asked.map_or_else(|| format!("more than {allowed}"), |asked| asked.to_string());
        let when = if self.retry_after.is_some() { " now: try again a little later" } else { "" };
        (Code::LimitExceeded, format!("the request has {asked} {what}, and at most {allowed} are allowed{when}"))
    }
}

impl From<Exceeded> for ServerError {
    fn from(exceeded: Exceeded) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        let (code, message) = exceeded.describe(&mut extensions);
        extensions.set("code", code.as_str());
        let mut error = Self::new(message, None);
        error.extensions = Some(extensions);
        error
    }
}
