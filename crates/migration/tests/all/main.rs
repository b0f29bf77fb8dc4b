//! The tests of the migrations: one binary for all of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails should stop")]

mod aside;
mod indexes;
mod postgres;
mod rebuild;
mod runs;
mod same;
mod steps;
mod times;
mod tries;

use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

/// One column of a query's rows, as text.
async fn texts(db: &impl ConnectionTrait, query: &str, column: usize) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect()
}
