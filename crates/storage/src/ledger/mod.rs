//! The tables of the ledger, and what is done with its chains: they are verified, exported, and rid of personal data.

pub mod audit;
mod checkpoint;
mod erase;
pub mod error;
pub mod event;
mod export;
mod finding;
mod head;
mod named;
mod snapshot;
mod verify;

pub use checkpoint::{Mark, checkpoint};
pub use erase::erase;
pub use error::{log_error, report};
pub use export::{Exported, export};
pub use finding::{Checked, Fault, Finding, Wrong};
pub use named::{project_named, user_named};
pub use verify::verify;
