//! The table `claims`.

use domain::account::User;
use domain::literature::{Claim, Paper};
use domain::project::Project;
use domain::text::{Citation, Label, Prose};
use domain::{Confidence, Id, Real};

use crate::prelude::*;

row! {
    "claims" Claim, edited {
        project_id: Id<Project>,
        paper_id: Id<Paper>,
        metric_name: Label,
        metric_value: Real,
        source_citation: Citation,
        confidence: Confidence,
    }
    optional {
        dataset_name: Label,
        split: Label,
        units: Label,
        method_snippet: Prose,
        created_by: Id<User>,
    }
    under Paper, by PaperId;
}

edge! {
    /// The claims of a paper.
    ClaimsOfPaper: Paper => Claim, PaperId, "paper_id";
    /// The claims of a project's papers.
    ClaimsOfProject: Project => Claim, ProjectId, "project_id";
    /// The claims that a user added.
    ClaimsOfCreator: User => Claim, CreatedBy, "created_by";
}

sorts! { Claim {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
    Confidence: "CONFIDENCE_DESC" Descending, "CONFIDENCE_ASC" Ascending, "confidence";
    MetricName: "METRIC_NAME_ASC" Ascending, "METRIC_NAME_DESC" Descending, "the metric's name";
    MetricValue: "METRIC_VALUE_DESC" Descending, "METRIC_VALUE_ASC" Ascending, "the claimed number";
    DatasetName: "DATASET_NAME_ASC" Ascending, "DATASET_NAME_DESC" Descending, "the dataset's name";
} }

edited! {
    Claim, in project_id;
    events created ClaimCreated, updated ClaimUpdated, deleted ClaimDeleted;
}
