//! The table `reviews`.

use domain::literature::Paper;
use domain::project::Project;
use domain::text::{Name, Prose, WebUrl};
use domain::{Confidence, Documented, Id};
use storage::prelude::*;

use super::domain::{Checklist, Judgement, Review};

row! {
    "reviews" Review, deletable {
        project_id: Id<Project>,
        paper_id: Id<Paper>,
        reviewer: Name,
        verdict: Judgement,
        summary: Prose,
        confidence: Confidence,
        checklist: Documented<Checklist>,
    }
    optional {
        url: WebUrl,
    }
    under Paper, by PaperId;
}

edge! {
    /// The reviews of a project's papers.
    ReviewsOfProject: Project => Review, ProjectId, "project_id";
    /// The reviews of a paper.
    ReviewsOfPaper: Paper => Review, PaperId, "paper_id";
}

sorts! { Review {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was made";
    Reviewer: "REVIEWER_ASC" Ascending, "REVIEWER_DESC" Descending, "reviewer";
} }

edited! {
    Review, in project_id;
    lifecycle lifecycle;
}
