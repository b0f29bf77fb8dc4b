//! The store: an open database with the seams that every request shares.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use domain::ledger::AuditKey;
use domain::{Clock, Ids, Randomness, Secret, Timestamp, Viewer};

use crate::connect::Pools;
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::live::{Hints, Signal, Signals, Tails};
use crate::meter::Meter;
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
    signals: Signals,
    tails: Tails,
    hints: Hints,
    node: String,
}

impl Store {
    /// A store on an open database.
    pub fn new(
        pools: Pools,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
        audit_key: AuditKey,
    ) -> Self {
        let (signals, tails, hints) = (Signals::default(), Tails::default(), Hints::default());
        // Hardly any other node has the same; one that had would only hear less.
        let node = format!("{:x}", RandomState::new().build_hasher().finish());
        Self(Arc::new(Parts { pools, clock, ids, randomness, audit_key, signals, tails, hints, node }))
    }

    /// A request's way to the database, for this viewer.
    pub fn reader(&self, viewer: Viewer, request: Option<String>) -> Reader {
        Reader::new(self.clone(), viewer, request)
    }

    /// The connections.
    pub fn pools(&self) -> &Pools {
        &self.0.pools
    }

    /// What is written, for whoever waits for it.
    pub fn signals(&self) -> &Signals {
        &self.0.signals
    }

    pub(crate) fn tails(&self) -> &Tails {
        &self.0.tails
    }

    /// What reading for all who follow something came to on this node.
    pub fn live_meter(&self) -> &Meter {
        &self.0.tails.meter
    }

    pub(crate) fn hints(&self) -> &Hints {
        &self.0.hints
    }

    /// What this node is called among those that use the database.
    pub(crate) fn node(&self) -> &str {
        &self.0.node
    }

    /// 32 bytes that nobody can guess.
    pub fn secret(&self) -> Result<Secret<[u8; 32]>> {
        self.0.randomness.secret().ok_or_else(|| Error::internal("the system gives no random bytes"))
    }

    /// Tells all who wait for it, here and on other nodes, what was committed.
    pub(crate) fn announce(&self, topics: &[Topic]) {
        let signals: HashSet<Signal> = topics.iter().flat_map(Topic::signals).collect();
        for signal in &signals {
            self.signals().give(*signal);
        }
        if self.pools().dialect() == Dialect::Postgres {
            self.hints().add(signals);
        }
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
