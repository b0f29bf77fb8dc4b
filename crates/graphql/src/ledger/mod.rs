//! The ledger: the audit, what happened, and what went wrong.

mod activity;
mod audit;
mod error;
mod event;
mod row;

pub use activity::ActivitySubscriptions;
pub use audit::{AuditEntry, AuditEntryFilter, AuditMutations, AuditQueries};
pub use error::{ErrorLog, ErrorLogFilter, ErrorQueries};
pub use event::{EventLog, EventLogFilter, EventQueries};
pub use row::RowId;
