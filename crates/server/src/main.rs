//! The `reprograph` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Answers are made of many small pieces, for which the system's allocator takes a fifth of the server's time. Without huge
/// pages, which would be most of what an idle server takes.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::command::run()
}
