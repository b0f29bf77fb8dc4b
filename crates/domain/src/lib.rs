//! What Reprograph knows, as types: no I/O, no SQL, no GraphQL, no clock and no randomness of its own.
//!
//! A struct literal of an entity is always valid: its leaves are parsed, and what must hold between fields is an
//! enumeration that carries its data.

pub mod access;
pub mod account;
mod any_id;
mod choice;
pub mod document;
mod entity;
pub mod execution;
pub mod files;
mod hash;
mod id;
pub mod json;
mod json_path;
mod leaf;
mod lease;
pub mod ledger;
mod lifecycle;
pub mod link;
pub mod literature;
mod network;
mod nth;
pub mod number;
pub mod project;
mod seams;
mod secret;
pub mod text;
mod timestamp;

pub use access::{Action, Actor, ActorType, Belonging, Denied, Policed, Rights, Seen, Sees, Viewer};
pub use any_id::{AnyId, Part};
pub use choice::{Choice, OnConflict};
pub use document::{Document, Documented};
pub use hash::{Hasher, Sha256, bytes_of_hex, hex};
pub use id::{Entity, Id, Key};
pub use json::{Json, JsonObject};
pub use json_path::{JsonPath, JsonScalar, JsonStep};
pub use leaf::{Held, Invalid, Leaf};
pub use lease::Lease;
pub use lifecycle::Lifecycle;
pub use network::Network;
pub use nth::Nth;
pub use number::{BudgetMinutes, Confidence, Count, Positive, Real, Revision, Tolerance};
pub use seams::{Clock, Ids, Randomness};
pub use secret::Secret;
pub use timestamp::Timestamp;
