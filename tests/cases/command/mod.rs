//! The manners of the command: what it says when something is wrong, how it ends, and what shells and manuals know of it.

mod errors;
mod manual;
mod terminal;

use std::path::Path;
use std::process::{Command, Output};

use tests::process::program;

/// What a command wrote to standard output.
fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a command wrote to standard error.
fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a line of bash in a folder, in which `$0` is the program.
fn bash(line: &str, folder: &Path) -> Output {
    let mut bash = Command::new("bash");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("REPROGRAPH_")) {
        bash.env_remove(name);
    }
    // Whether there are colours is what is tried.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        bash.env_remove(name);
    }
    bash.args(["-o", "pipefail", "-c", line]).arg(program()).current_dir(folder).env("TERM", "xterm").output().unwrap()
}
