//! What the server is: its version, its limits, and what is switched on.

use async_graphql::{Enum, Object, SimpleObject};
use domain::account::Registration;
use storage::Dialect;

use crate::account::door::door;
use crate::budget::purse;
use crate::limits;
use crate::prelude::*;

/// What the server is.
#[derive(Clone, Copy, Default)]
pub struct ServerQueries;

/// What the server is.
#[Object]
impl ServerQueries {
    /// What the server is, and what it takes.
    async fn server(&self) -> Server {
        Server
    }
}

/// What the server is, and what it takes.
pub struct Server;

/// What the server is, and what it takes.
#[Object]
impl Server {
    /// Its version.
    async fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// How much a request, and a viewer over time, may ask for. Whoever asks for more is told so by these names.
    #[expect(clippy::unused_async, reason = "a field is async whether it waits or not")]
    async fn limits(&self, ctx: &Context<'_>) -> Result<Vec<Limit>> {
        Ok(purse(ctx)?.limits().all().into_iter().map(Limit::from).collect())
    }

    /// What is switched on.
    #[expect(clippy::unused_async, reason = "a field is async whether it waits or not")]
    async fn features(&self, ctx: &Context<'_>) -> Result<Features> {
        let (door, store) = (door(ctx)?, loader(ctx)?.reader().store());
        Ok(Features {
            database: match store.pools().dialect() {
                Dialect::Sqlite => DatabaseKind::Sqlite,
                Dialect::Postgres => DatabaseKind::Postgresql,
            },
            registration: match door.rules().registration {
                Registration::Closed => RegistrationKind::Closed,
                Registration::Invite => RegistrationKind::Invite,
                Registration::Domain(_) => RegistrationKind::Domain,
                Registration::Open => RegistrationKind::Open,
            },
            password_sign_in: door.rules().password_sign_in,
            mail: door.sends_mail(),
        })
    }
}

/// How much of something there may be.
#[derive(SimpleObject)]
pub struct Limit {
    /// Its name, as errors have it.
    name: &'static str,
    /// How much there may be.
    allowed: SafeInt,
    /// Of what.
    what: &'static str,
}

impl From<limits::Limit> for Limit {
    fn from(limit: limits::Limit) -> Self {
        Self { name: limit.name, allowed: safe(limit.allowed), what: limit.what }
    }
}

/// What is switched on.
#[derive(SimpleObject)]
pub struct Features {
    /// The database beneath.
    database: DatabaseKind,
    /// Who may make an account for themself.
    registration: RegistrationKind,
    /// Whether people sign in with passwords.
    password_sign_in: bool,
    /// Whether mail is sent.
    mail: bool,
}

/// A kind of database.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL.
    Postgresql,
}

/// Who may make an account for themself.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationKind {
    /// Nobody.
    Closed,
    /// Whoever was invited.
    Invite,
    /// Whoever reads mail at one of the registration domains, or was invited.
    Domain,
    /// Everybody.
    Open,
}

/// What is left of what a viewer may ask for and write. What is not limited is null.
#[derive(SimpleObject)]
pub struct Remaining {
    /// How many values may be asked for now.
    cost: Option<SafeInt>,
    /// How many points and events may be written now.
    ingest: Option<SafeInt>,
}

impl Remaining {
    /// What is left to whoever asks.
    pub(crate) fn of(ctx: &Context<'_>) -> Result<Self> {
        let (cost, ingest) = purse(ctx)?.left();
        Ok(Self { cost: cost.map(safe), ingest: ingest.map(safe) })
    }
}

/// A count as it goes over the wire, where more than that is as good as that.
fn safe(count: u64) -> SafeInt {
    SafeInt(i64::try_from(count).unwrap_or(i64::MAX).min(domain::number::SAFE_MAX))
}
