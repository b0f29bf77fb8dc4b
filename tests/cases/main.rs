//! The cases: whole requests on both databases, and what must hold for all of the schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "this is a test"
)]

mod access;
mod accounts;
mod command;
mod contract;
mod cost;
mod demo;
mod direct;
mod documents;
mod execution;
mod keys;
mod ledger;
mod live;
mod pictures;
mod properties;
mod readers;
mod robust;
mod series;
mod statements;

use std::path::Path;

use tests::case::run_all;
use tests::database::Kind;

/// The folder of the cases.
pub(crate) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/cases"))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_cases_hold_on_sqlite() {
    run_all(folder(), Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_cases_hold_on_postgres() {
    run_all(folder(), Kind::Postgres).await;
}

#[tokio::test]
#[should_panic(expected = "there is no case")]
async fn a_folder_without_cases_fails() {
    let folder = tempfile::tempdir().unwrap();
    run_all(folder.path(), Kind::Sqlite).await;
}
