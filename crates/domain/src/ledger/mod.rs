//! The ledger: what happened, and who did it, in a chain that cannot be edited quietly.

mod audit;
mod event;

pub use audit::{AuditEntry, AuditKey, Change, Link, Operation};
pub use event::{EventLog, EventType};
