//! The tables of accounts.

pub mod api_key;
pub mod provider;
pub mod session;
pub mod token;
pub mod user;
