//! The `reprograph` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::run()
}
