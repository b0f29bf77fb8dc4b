//! The table `ledger_heads`.

use domain::ledger::LedgerHead;
use domain::project::Project;
use domain::{Count, Id, Sha256, Timestamp};

use crate::prelude::*;

row! {
    "ledger_heads" LedgerHead {
        next_event: Count,
        next_studio_event: Count,
        audit_count: Count,
        seal: Sha256,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
    optional {
        project_id: Id<Project>,
        audit_hash: Sha256,
    }
}
