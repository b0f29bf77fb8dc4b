//! The ledger: what happened, who did it, and what went wrong; the audit in a chain that cannot be edited quietly.

mod audit;
mod error;
mod event;
mod head;
mod key;

pub use audit::{AuditEntry, Change, Operation};
pub use error::{ErrorLog, ErrorType};
pub use event::{Event, EventLog, EventType};
pub use head::LedgerHead;
pub use key::AuditKey;
