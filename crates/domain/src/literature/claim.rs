//! A claim: a number that a paper says it has measured.

use crate::account::User;
use crate::literature::Paper;
use crate::project::Project;
use crate::text::{Citation, Label, Prose};
use crate::{Confidence, Id, Real, entity};

entity! {
    /// A quantitative claim of a paper.
    Claim "claim" as "claim" in "claims", edited {
        /// The project of the paper.
        project_id: Id<Project>,
        /// The paper that claims it.
        paper_id: Id<Paper>,
        /// What it was measured on.
        dataset_name: Option<Label>,
        /// Which part of the dataset.
        split: Option<Label>,
        /// What was measured.
        metric_name: Label,
        /// The number.
        metric_value: Real,
        /// The number's unit.
        units: Option<Label>,
        /// How it was measured, in the paper's words.
        method_snippet: Option<Prose>,
        /// Where in the paper it stands.
        source_citation: Citation,
        /// How sure the reader is that the paper says so.
        confidence: Confidence,
        /// Who added it.
        created_by: Option<Id<User>>,
    }
}
