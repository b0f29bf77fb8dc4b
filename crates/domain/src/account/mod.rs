//! Accounts: who there is.

mod user;

pub use user::{PasswordHash, Role, User};
