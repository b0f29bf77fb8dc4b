//! An asset: a stored file of a paper, a plan or a run.

use crate::account::User;
use crate::execution::{Plan, Run};
use crate::literature::Paper;
use crate::project::Project;
use crate::text::{FileName, MediaType, RelativePath, StoragePath};
use crate::{Count, Id, Invalid, Sha256, choice, entity};

choice! {
    /// What an asset is to its parent.
    AssetKind {
        /// The PDF of a paper.
        Pdf = "PDF",
        /// The notebook of a plan.
        Notebook = "NOTEBOOK",
        /// The requirements of a plan.
        Requirements = "REQUIREMENTS",
        /// The metrics of a run.
        Metrics = "METRICS",
        /// The logs of a run.
        Logs = "LOGS",
        /// The events of a run.
        Events = "EVENTS",
        /// The storyboard of a paper or a run.
        Storyboard = "STORYBOARD",
        /// Any other file, under a path of its own.
        File = "FILE",
    }
}

impl AssetKind {
    /// Whether people and programs give it by itself; the others go with what they belong to.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Metrics | Self::Logs | Self::Events | Self::File)
    }

    /// The folder in which the objects of this kind are stored.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Pdf => "papers",
            Self::Notebook => "notebooks",
            Self::Requirements => "requirements",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
            Self::Events => "events",
            Self::Storyboard => "storyboards",
            Self::File => "files",
        }
    }

    /// The media type of what the server writes of this kind.
    pub fn media_type(self) -> Option<MediaType> {
        match self {
            Self::Storyboard => MediaType::try_new("application/json").ok(),
            Self::Requirements => MediaType::try_new("text/plain").ok(),
            _ => None,
        }
    }
}

entity! {
    /// A stored file.
    Asset "asset" as "asset" in "assets", edited {
        /// The project of the parent.
        project_id: Id<Project>,
        /// What it belongs to.
        parent: AssetParent,
        /// What it is to its parent.
        kind: AssetKind,
        /// Where it is stored.
        storage_path: StoragePath,
        /// The path under which its parent knows it: a FILE has one, nothing else has.
        path: Option<RelativePath>,
        /// How large it is, once it is uploaded.
        size_bytes: Option<Count>,
        /// The SHA-256 of its bytes, once it is uploaded.
        checksum: Option<Sha256>,
        /// What kind of file it is.
        media_type: Option<MediaType>,
        /// What the file was called where it came from.
        file_name: Option<FileName>,
        /// Who added it.
        created_by: Option<Id<User>>,
    }
}

/// The columns of an asset's parent, of which one is filled.
pub type ParentColumns = (Option<Id<Paper>>, Option<Id<Plan>>, Option<Id<Run>>);

/// What an asset belongs to: exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetParent {
    /// A paper.
    Paper(Id<Paper>),
    /// A plan.
    Plan(Id<Plan>),
    /// A run.
    Run(Id<Run>),
}

impl AssetParent {
    /// Reads the three columns of a row.
    pub fn from_columns(
        paper: Option<Id<Paper>>,
        plan: Option<Id<Plan>>,
        run: Option<Id<Run>>,
    ) -> Result<Self, Invalid> {
        match (paper, plan, run) {
            (Some(paper), None, None) => Ok(Self::Paper(paper)),
            (None, Some(plan), None) => Ok(Self::Plan(plan)),
            (None, None, Some(run)) => Ok(Self::Run(run)),
            _ => Err(Invalid::new("parent", "an asset belongs to exactly one of paper, plan and run")),
        }
    }

    /// The three columns of a row.
    pub fn columns(self) -> ParentColumns {
        match self {
            Self::Paper(paper) => (Some(paper), None, None),
            Self::Plan(plan) => (None, Some(plan), None),
            Self::Run(run) => (None, None, Some(run)),
        }
    }

    /// The paper, where it is one.
    pub fn paper(self) -> Option<Id<Paper>> {
        self.columns().0
    }

    /// The plan, where it is one.
    pub fn plan(self) -> Option<Id<Plan>> {
        self.columns().1
    }

    /// The run, where it is one.
    pub fn run(self) -> Option<Id<Run>> {
        self.columns().2
    }

    /// Whether a parent of this sort may have an asset of this kind.
    pub fn takes(self, kind: AssetKind) -> bool {
        match self {
            Self::Paper(_) => matches!(kind, AssetKind::Pdf | AssetKind::Storyboard | AssetKind::File),
            Self::Plan(_) => matches!(kind, AssetKind::Notebook | AssetKind::Requirements | AssetKind::File),
            Self::Run(_) => matches!(
                kind,
                AssetKind::Metrics | AssetKind::Logs | AssetKind::Events | AssetKind::Storyboard | AssetKind::File
            ),
        }
    }
}
