//! The store: an open database with the seams that every request shares.

use std::sync::Arc;

use domain::ledger::AuditKey;
use domain::{Clock, Ids, Randomness, Secret, Timestamp, Viewer};
use tokio::sync::broadcast;

use crate::connect::Pools;
use crate::error::{Error, Result};
use crate::reader::Reader;
use crate::write::Topic;

/// An open database, its clock, its sources of ids and randomness, the key of its audit chain, and whom it tells of what was
/// written.
#[derive(Clone)]
pub struct Store(Arc<Parts>);

struct Parts {
    pools: Pools,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    randomness: Arc<dyn Randomness>,
    audit_key: AuditKey,
    announcements: broadcast::Sender<Arc<[Topic]>>,
}

/// How many announcements a slow listener may be behind before it has to read again.
const ANNOUNCEMENTS: usize = 1024;

impl Store {
    /// A store on an open database.
    pub fn new(
        pools: Pools,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
        audit_key: AuditKey,
    ) -> Self {
        let (announcements, _) = broadcast::channel(ANNOUNCEMENTS);
        Self(Arc::new(Parts { pools, clock, ids, randomness, audit_key, announcements }))
    }

    /// A request's way to the database, for this viewer.
    pub fn reader(&self, viewer: Viewer, request: Option<String>) -> Reader {
        Reader::new(self.clone(), viewer, request)
    }

    /// The connections.
    pub fn pools(&self) -> &Pools {
        &self.0.pools
    }

    /// What was written since, as it is committed.
    pub fn listen(&self) -> broadcast::Receiver<Arc<[Topic]>> {
        self.0.announcements.subscribe()
    }

    /// 32 bytes that nobody can guess.
    pub fn secret(&self) -> Result<Secret<[u8; 32]>> {
        self.0.randomness.secret().ok_or_else(|| Error::internal("the system gives no random bytes"))
    }

    pub(crate) fn announce(&self, topics: Vec<Topic>) {
        // Nobody listening is no failure.
        let _ = self.0.announcements.send(topics.into());
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn ids(&self) -> &dyn Ids {
        &*self.0.ids
    }

    pub(crate) fn audit_key(&self) -> &AuditKey {
        &self.0.audit_key
    }
}
