//! How a command ends: the one place that says which code tells of what.

use std::fmt::Write;
use std::process::ExitCode;

use clap::builder::styling::Style;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It did what it was told to.
    Fine,
    /// It failed, or found something wrong.
    Failed,
    /// The command line or a setting is wrong.
    Usage,
    /// The database cannot be reached.
    Unreachable,
    /// What is there does not allow it.
    Refused,
    /// Somebody stopped it by Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, in the order of their codes.
    const ALL: [Self; 6] = [Self::Fine, Self::Failed, Self::Usage, Self::Unreachable, Self::Refused, Self::Interrupted];

    /// What the system is told.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Refused => 4,
            Self::Interrupted => 130,
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Fine => "it did what it was told to",
            Self::Failed => "it failed, or a check found something wrong",
            Self::Usage => "the command line or a setting is wrong",
            Self::Unreachable => "the database cannot be reached or opened",
            Self::Refused => "what is there does not allow it: a port that is taken, pending steps, an unknown user",
            Self::Interrupted => "it was interrupted by Ctrl-C",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The codes, as the help of the command ends with them.
pub(super) fn codes(heading: &Style) -> String {
    let mut text = format!("{heading}Exit codes:{heading:#}");
    for exit in Exit::ALL {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{:>5}  {}", exit.code(), exit.meaning());
    }
    text
}

/// Why a command did not do what it was told to: what went wrong, where, and what to do.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) exit: Exit,
    pub(super) why: String,
}

impl Trouble {
    /// A setting is wrong.
    pub(super) fn setting(why: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, why: why.into() }
    }

    /// The database cannot be reached.
    pub(super) fn unreachable(why: impl Into<String>) -> Self {
        Self { exit: Exit::Unreachable, why: why.into() }
    }

    /// What is there does not allow it.
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, why: why.into() }
    }
}

/// What nobody sorted has failed.
impl From<String> for Trouble {
    fn from(why: String) -> Self {
        Self { exit: Exit::Failed, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_codes_are_all_codes() {
        let document = include_str!("../../../../docs/OPERATIONS.md");
        let rows: Vec<String> =
            Exit::ALL.iter().map(|exit| format!("| {} | {} |", exit.code(), exit.meaning())).collect();
        let table = format!("| code | what it tells |\n| --- | --- |\n{}\n\n", rows.join("\n"));
        assert!(document.contains(&table), "docs/OPERATIONS.md lacks this table:\n{table}");
    }

    #[test]
    fn no_two_tell_the_same() {
        assert!(Exit::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
