//! The head of a ledger: how far its chain and its logs have come.

use serde_json::{Value, json};

use crate::project::Project;
use crate::{Count, Id, Sha256, Timestamp, entity};

entity! {
    /// The head of a ledger: a project's, or the instance's.
    LedgerHead "ledger head" as "ledgerhead" in "ledger_heads", known by Id {
        /// The project; none for the instance.
        project_id: Option<Id<Project>>,
        /// The next number of the event log.
        next_event: Count,
        /// The next number of the studio's events.
        next_studio_event: Count,
        /// How many entries the audit chain has.
        audit_count: Count,
        /// The hash of the chain's last entry.
        audit_hash: Option<Sha256>,
        /// The HMAC over all of this but the times: whoever cuts entries off cannot make the head fit again.
        seal: Sha256,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last written.
        updated_at: Timestamp,
    }
}

impl LedgerHead {
    /// What its seal is made over: all but the times, which the database sets by itself for changes by hand.
    pub fn said(&self) -> Value {
        json!({
            "id": self.id.uuid().to_string(),
            "project_id": self.project_id.map(|project| project.uuid().to_string()),
            "next_event": self.next_event.get(),
            "next_studio_event": self.next_studio_event.get(),
            "audit_count": self.audit_count.get(),
            "audit_hash": self.audit_hash.as_ref().map(Sha256::as_str),
        })
    }
}
