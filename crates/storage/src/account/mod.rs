//! The tables of accounts.

pub mod api_key;
pub mod provider;
pub mod session;
pub mod sign_in;
pub mod token;
pub mod user;
