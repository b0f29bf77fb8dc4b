//! The table `project_guidelines`: one a project.

use domain::account::User;
use domain::ledger::EventType;
use domain::project::{Project, ProjectGuideline};
use domain::text::{FileName, LongText, MediaType, StoragePath};
use domain::{Count, Id, Revision, Sha256, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "project_guidelines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<ProjectGuideline>>,
    pub project_id: Col<Id<Project>>,
    pub file_name: Col<FileName>,
    pub media_type: Col<MediaType>,
    pub storage_path: Col<StoragePath>,
    pub size_bytes: Col<Count>,
    pub sha256: Col<Sha256>,
    pub text: Option<Col<LongText>>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    ProjectGuideline {
        id, project_id, file_name, media_type, storage_path, size_bytes, sha256, text, created_by, revision, created_at,
        updated_at,
    }
    seen Scope::InProject(Column::ProjectId);
}

edge! {
    /// The guideline of a project.
    GuidelineOfProject: Project => ProjectGuideline, ProjectId, "project_id";
    /// The guidelines that a user uploaded.
    GuidelinesOfCreator: User => ProjectGuideline, CreatedBy, "created_by";
}

sorts! { ProjectGuideline {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was uploaded";
} }

impl Edited for ProjectGuideline {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::GuidelineAdded,
        updated: EventType::GuidelineChanged,
        deleted: EventType::GuidelineRemoved,
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

    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        vec![NaturalKey { field: "project", columns: vec![(Column::ProjectId, Col(self.project_id).into())] }]
    }
}
