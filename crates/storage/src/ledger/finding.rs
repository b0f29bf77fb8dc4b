//! What verifying the audit chains comes to.

use domain::Id;
use domain::project::Project;
use uuid::Uuid;

use super::checkpoint::Mark;

/// What became of verifying.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// How many chains there are.
    pub chains: u64,
    /// How many entries they have.
    pub entries: u64,
    /// How far the chain of the instance has come.
    pub instance: Option<Mark>,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The chain: of this project, or of the instance.
    pub project: Option<Id<Project>>,
    /// The head of the chain; none where a head is missing of which nothing is left.
    pub head: Option<Uuid>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// An entry was changed.
    Changed {
        /// Its place.
        position: i64,
        /// The table that it is about.
        table: String,
        /// The row that it is about.
        row: Option<Uuid>,
        /// What does not fit.
        fault: Fault,
    },
    /// The entry of this place is not there, though one after it is.
    Removed(i64),
    /// The chain is shorter than its head says.
    Cut {
        /// How many entries there are.
        found: i64,
        /// How many the head says.
        said: i64,
    },
    /// The chain is longer than its head says.
    Longer {
        /// How many the head says.
        said: i64,
    },
    /// The last hash of the head is not that of the last entry.
    OtherEnd,
    /// The head was changed: its seal does not fit.
    Seal,
    /// The row of the head cannot even be read.
    CorruptHead(String),
    /// The chain was longer at a checkpoint: it was cut, and its head taken back to an older state.
    RolledBack(i64),
    /// At a checkpoint another entry stood at this place: the chain was cut there and written anew.
    Rewritten(i64),
    /// The chain does not begin with the making of its project: it was removed as a whole and begun anew.
    BegunAnew,
    /// The head is gone, but so many of its entries, or at least checkpoints that name it, are there.
    HeadGone(i64),
    /// There is no head, though there is a project, or there are users, and so there was one.
    NoHead,
}

/// What does not fit of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its hash does not fit what its columns say.
    Hash,
    /// What stands in `before` is not what was written, and no erasure says why.
    Before,
    /// What stands in `after` is not what was written, and no erasure says why.
    After,
    /// A column cannot even be read.
    Form(String),
}
