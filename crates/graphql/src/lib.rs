//! The schema: objects, inputs, queries, mutations and subscriptions. It speaks no SQL.

pub mod account;
pub mod budget;
pub mod choice;
pub mod connection;
pub mod direct;
pub mod documents;
pub mod engine;
pub mod error;
pub mod execution;
pub mod explore;
pub mod files;
pub mod filter;
pub mod guarded;
pub mod input;
pub mod ledger;
pub mod limits;
pub mod literature;
pub mod live;
pub mod mutate;
pub mod node;
pub mod object;
pub mod operation;
pub mod order;
pub mod paging;
pub mod prelude;
pub mod project;
pub mod scalar;
pub mod schema;
pub mod server;
pub mod shown;

pub use documents::{Documents, Named, Trusted};
pub use engine::{Engine, Followed, Metered};
pub use explore::{Checker, Explore};
pub use files::Files;
pub use limits::{Allowance, Limits};
pub use schema::sdl;
