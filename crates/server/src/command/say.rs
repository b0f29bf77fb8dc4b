//! What a command prints. Whoever reads it may have had enough, as `head -1` has: then the rest is not said.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use super::exit::Trouble;
use crate::progress::Beside;

/// Prints a line.
pub(super) fn say(line: impl Display) -> Result<(), Trouble> {
    print(&format!("{line}\n"))
}

/// Prints a text.
pub(super) fn print(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    heard(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Prints a line to standard error, for people beside what programs read.
pub(super) fn say_beside(line: impl Display) {
    // Where nobody hears it, nothing is lost.
    let _ = writeln!(Beside, "{line}");
}

/// What became of printing.
pub(super) fn heard(printed: io::Result<()>) -> Result<(), Trouble> {
    match printed {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(format!("it cannot be printed: {why}").into()),
        _ => Ok(()),
    }
}
