//! A claim: a number that a paper says it has measured.

use crate::account::User;
use crate::literature::Paper;
use crate::project::Project;
use crate::text::{Citation, Label, Prose};
use crate::{Confidence, Entity, Id, Real, Revision, Timestamp};

/// A quantitative claim of a paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The id.
    pub id: Id<Claim>,
    /// The project of the paper.
    pub project_id: Id<Project>,
    /// The paper that claims it.
    pub paper_id: Id<Paper>,
    /// What it was measured on.
    pub dataset_name: Option<Label>,
    /// Which part of the dataset.
    pub split: Option<Label>,
    /// What was measured.
    pub metric_name: Label,
    /// The number.
    pub metric_value: Real,
    /// The number's unit.
    pub units: Option<Label>,
    /// How it was measured, in the paper's words.
    pub method_snippet: Option<Prose>,
    /// Where in the paper it stands.
    pub source_citation: Citation,
    /// How sure the reader is that the paper says so.
    pub confidence: Confidence,
    /// Who added it.
    pub created_by: Option<Id<User>>,
    /// How often the row was written.
    pub revision: Revision,
    /// When it was added.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for Claim {
    const PREFIX: &'static str = "claim";
    const TABLE: &'static str = "claims";
    const NAME: &'static str = "claim";
}
