//! The tables of accounts.

pub mod api_key;
pub mod attempt;
pub mod identity;
pub mod join;
pub mod keep;
pub mod provider;
pub mod session;
pub mod sign_in;
pub mod ticket;
pub mod token;
pub mod user;
