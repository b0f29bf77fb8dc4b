//! A review: what somebody thinks of a paper.

use std::collections::BTreeMap;

use domain::literature::Paper;
use domain::project::Project;
use domain::text::{Name, Prose, WebUrl};
use domain::{Confidence, Document, Documented, Id, Invalid, choice, entity};
use serde::{Deserialize, Serialize};

choice! {
    /// What a review comes to.
    Judgement {
        /// The paper holds.
        Sound = "SOUND",
        /// It does not.
        Flawed = "FLAWED",
    }
}

entity! {
    /// What somebody thinks of a paper.
    Review "review" as "review" in "reviews", deletable {
        /// The project of the paper.
        project_id: Id<Project>,
        /// The paper that it judges.
        paper_id: Id<Paper>,
        /// Who judges.
        reviewer: Name,
        /// What it comes to.
        verdict: Judgement,
        /// Why.
        summary: Prose,
        /// How sure the reviewer is.
        confidence: Confidence,
        /// Where it can be read in full.
        url: Option<WebUrl>,
        /// What was looked at.
        checklist: Documented<Checklist>,
    }
}

/// What a reviewer looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checklist {
    /// The points, each with whether the paper passes it.
    #[serde(flatten)]
    pub points: BTreeMap<String, bool>,
}

impl Document for Checklist {
    const NAME: &'static str = "checklist";
    const VERSIONS: &'static [&'static str] = &["1.0"];

    fn check(&self) -> Result<(), Invalid> {
        if self.points.is_empty() { Err(Invalid::new("length", "must have a point")) } else { Ok(()) }
    }
}
