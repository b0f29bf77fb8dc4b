//! The tables of accounts.

pub mod user;
