//! `reprograph completions` and `reprograph man`: what shells and manuals know of the command, made from its help.

use std::path::Path;

use clap_complete::Shell;

use super::command;
use super::exit::Trouble;
use super::say::{print, say};

/// Prints what makes a shell complete the command.
pub(super) fn completions(shell: Shell) -> Result<(), Trouble> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "reprograph", &mut text);
    print(&String::from_utf8_lossy(&text))
}

/// Writes the manual pages into a folder.
pub(super) fn pages(folder: &Path) -> Result<(), Trouble> {
    let refuse = |why| format!("output: the manual cannot be written to {}: {why}", folder.display());
    std::fs::create_dir_all(folder).map_err(refuse)?;
    clap_mangen::generate_to(command(), folder).map_err(refuse)?;
    say(format_args!("the manual is in {0}: `man -l {0}/reprograph.1` shows its first page", folder.display()))
}
