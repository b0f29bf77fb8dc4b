//! One app on any database in a line, and the cases that are tried on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate is tests: what goes wrong in it is a panic"
)]

pub mod account;
pub mod app;
pub mod case;
pub mod daemon;
pub mod database;
pub mod dice;
pub mod example;
pub mod folder;
pub mod http;
pub mod missing;
pub mod names;
pub mod nginx;
pub mod node;
#[cfg(test)]
mod objects;
pub mod postgres;
pub mod process;
pub mod provider;
pub mod s3;
pub mod small_disk;
pub mod smtp;
pub mod socket;
pub mod world;
