//! A run: one execution, whatever it executes.

use super::{RunState, RunSubject};
use crate::account::User;
use crate::project::{Project, Repository};
use crate::text::{Label, Prose, Title, one_line, text};
use crate::{Id, Invalid, JsonObject, Leaf, Timestamp, choice, entity};

choice! {
    /// How a run came to be.
    RunOrigin {
        /// It waited in the queue until somebody claimed it.
        Queued = "QUEUED",
        /// Its executor made and started it at once: it is never queued again.
        Direct = "DIRECT",
        /// It was over already, and was taken in with its times.
        Imported = "IMPORTED",
    }
}

entity! {
    /// One execution: a reproduction of a paper, a simulation or an experiment.
    Run "run" as "run" in "runs", deletable {
        /// The project that it belongs to.
        project_id: Id<Project>,
        /// What it executes.
        subject: RunSubject,
        /// The run that it goes on from, or is a part of.
        parent_run_id: Option<Id<Run>>,
        /// What it is called.
        name: Title,
        /// What it is for.
        description: Option<Prose>,
        /// How it came to be.
        origin: RunOrigin,
        /// How far it has come.
        state: RunState,
        /// With what settings it runs.
        config: JsonObject,
        /// By what it is found.
        tags: Tags,
        /// The group to which it belongs.
        group: Option<Label>,
        /// The repository of its code.
        repository_id: Option<Id<Repository>>,
        /// The commit of its code.
        commit_sha: Option<CommitSha>,
        /// Whether its code was changed since that commit.
        dirty: Option<bool>,
        /// The command that executes it.
        command: Option<Prose>,
        /// Since when it is archived.
        archived_at: Option<Timestamp>,
        /// What else there is to say.
        metadata: JsonObject,
        /// Who made it.
        created_by: Option<Id<User>>,
    }
}

text! {
    /// The digest of a commit, or its beginning.
    CommitSha(7..=64, commit_sha);
    /// What a container calls the contents that it was started from.
    ContainerHash(1..=1000, one_line);
    /// The code of an error: `E_GPU_REQUESTED`.
    ErrorCode(3..=100, error_code);
}

fn commit_sha(text: &str) -> Result<String, Invalid> {
    let lower = text.to_ascii_lowercase();
    if lower.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        Ok(lower)
    } else {
        Err(Invalid::new("format", "must be hex digits"))
    }
}

fn error_code(text: &str) -> Result<String, Invalid> {
    let known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if text.starts_with("E_") && text.bytes().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("format", "must be E_ and capital letters, digits or underscores, like E_GPU_REQUESTED"))
    }
}

/// What a run's randomness starts from: any 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub i64);

impl Seed {
    /// The seed of a reproduction that does not name one.
    pub const OF_REPRODUCTIONS: Self = Self(42);
}

impl Leaf for Seed {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, Invalid> {
        Ok(Self(raw))
    }

    fn raw(&self) -> i64 {
        self.0
    }
}

/// The tags of a run: each once, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<Label>);

impl Tags {
    /// The most that a run may have.
    pub const MAX: usize = 100;

    /// Checks how many there are; one that is named twice counts once.
    pub fn try_new(tags: Vec<Label>) -> Result<Self, Invalid> {
        let mut once: Vec<Label> = Vec::with_capacity(tags.len());
        for tag in tags {
            if !once.contains(&tag) {
                once.push(tag);
            }
            if once.len() > Self::MAX {
                return Err(Invalid::new("length", format!("must have at most {} tags", Self::MAX)));
            }
        }
        Ok(Self(once))
    }

    /// The tags, in order.
    pub fn names(&self) -> &[Label] {
        &self.0
    }
}

impl Leaf for Tags {
    type Raw = serde_json::Value;

    fn parse(raw: serde_json::Value) -> Result<Self, Invalid> {
        let tags = serde_json::from_value(raw).map_err(|why| Invalid::new("tags", why.to_string()))?;
        Self::try_new(tags)
    }

    fn raw(&self) -> serde_json::Value {
        self.0.iter().map(Label::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_counts_once() {
        let label = |text: &str| Label::try_new(text).unwrap();
        let tags = Tags::try_new(vec![label("b"), label("a"), label("b")]).unwrap();
        assert_eq!(tags.names(), [label("b"), label("a")]);
        assert!(Tags::try_new((0..101).map(|n| label(&n.to_string())).collect()).is_err());
    }

    #[test]
    fn an_error_has_a_code_that_programs_can_read() {
        assert!(ErrorCode::try_new("E_RUN_TIMEOUT").is_ok());
        for mistaken in ["", "E_", "E", "TIMEOUT", "e_timeout", "E_time out"] {
            assert!(ErrorCode::try_new(mistaken).is_err(), "{mistaken:?}");
        }
    }
}
