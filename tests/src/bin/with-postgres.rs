//! Runs a command with `TEST_DATABASE_URL` naming a database of a PostgreSQL that lives as long as the command.
#![allow(clippy::expect_used, reason = "what goes wrong here is a failure of the tests")]

use std::process::{Command, ExitCode};

use tests::database::{Database, Kind};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().expect("a command to run");
    let Some(database) = Database::fresh(Kind::Postgres).await else { return ExitCode::SUCCESS };
    let mut command = Command::new(program);
    command.args(arguments).env("TEST_DATABASE_URL", &database.url);
    let ended = tokio::task::spawn_blocking(move || command.status()).await.expect("a thread");
    if ended.expect("the command can be run").success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
