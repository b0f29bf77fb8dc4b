//! More nodes on the database of an app, each with a clock that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_graphql::{Request, Response, Variables};
use domain::account::User;
use domain::{Clock, Id, Timestamp};
use graphql::{Engine, Files};
use server::seams::{SystemIds, SystemRandomness};
use storage::{ConnectSettings, Pools, Store, viewers};
use time::OffsetDateTime;

use crate::app::{App, URL, audit_key, door, house, resolved};
use crate::database::Kind;

/// A node: on PostgreSQL with connections of its own; on SQLite, where there is one server, with those of the app.
#[derive(Clone)]
pub struct Node {
    /// The store.
    pub store: Store,
    engine: Engine,
}

impl Node {
    /// A node on the database of this app.
    pub async fn beside(app: &App, clock: Arc<dyn Clock>) -> Self {
        let pools = match app.database.kind {
            Kind::Sqlite => app.store.pools().clone(),
            Kind::Postgres => {
                let settings = ConnectSettings { pool_size: 8, ..ConnectSettings::new(&app.database.url) };
                Pools::open(&settings).await.expect("the database opens")
            }
        };
        let store = Store::new(pools, clock, Arc::new(SystemIds), Arc::new(SystemRandomness), audit_key());
        let engine = Engine::new(store.clone(), Files::new(app.objects.clone(), URL), Arc::new(door(&store, house())));
        Self { store, engine }
    }

    /// Asks as this user.
    pub async fn ask(&self, user: Id<User>, query: &str, variables: serde_json::Value) -> Response {
        let viewer = viewers::viewer(&self.store, user).await.expect("the viewer is read").expect("the user is there");
        let request = Request::new(query).variables(Variables::from_json(variables));
        resolved(self.engine.execute(request, viewer, Some("request".into())).await.0)
    }
}

/// What the clocks of nodes go by: it goes on by a millisecond each time that it is looked at, and is turned by hand.
#[derive(Debug)]
pub struct Dial(AtomicI64);

impl Default for Dial {
    /// On a day after everything in every world.
    fn default() -> Self {
        Self(AtomicI64::new(1_770_000_000_000))
    }
}

impl Dial {
    /// Turns it forth, or back.
    pub fn turn(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// A clock that is so far ahead, or behind.
    pub fn clock(self: &Arc<Self>, ahead: i64) -> Arc<dyn Clock> {
        Arc::new(Ahead(Arc::clone(self), ahead))
    }
}

struct Ahead(Arc<Dial>, i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        let milliseconds = self.0.0.fetch_add(1, Ordering::Relaxed) + self.1;
        let nanoseconds = i128::from(milliseconds) * 1_000_000;
        Timestamp::clamped(OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).expect("a time"))
    }
}
