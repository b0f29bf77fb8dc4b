//! Accounts.

mod user;

pub use user::{User, UserFilter, UserQueries};
