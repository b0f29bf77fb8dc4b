//! The table `claims`.

use domain::account::User;
use domain::ledger::EventType;
use domain::literature::{Claim, Paper};
use domain::project::Project;
use domain::text::{Citation, Label, Prose};
use domain::{Confidence, Id, Real, Revision, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Claim>>,
    pub project_id: Col<Id<Project>>,
    pub paper_id: Col<Id<Paper>>,
    pub dataset_name: Option<Col<Label>>,
    pub split: Option<Col<Label>>,
    pub metric_name: Col<Label>,
    pub metric_value: Col<Real>,
    pub units: Option<Col<Label>>,
    pub method_snippet: Option<Col<Prose>>,
    pub source_citation: Col<Citation>,
    pub confidence: Col<Confidence>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Claim {
        id, project_id, paper_id, dataset_name, split, metric_name, metric_value, units, method_snippet,
        source_citation, confidence, created_by, revision, created_at, updated_at,
    }
    seen Scope::InProject(Column::ProjectId);
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

impl Edited for Claim {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::ClaimCreated,
        updated: EventType::ClaimUpdated,
        deleted: EventType::ClaimDeleted,
        restored: None,
        purged: None,
    });

    fn project_id(&self) -> Id<Project> {
        self.project_id
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    fn touched(self, now: Timestamp) -> Self {
        Self { revision: self.revision.next(), updated_at: self.updated_at.next(now), ..self }
    }
}
