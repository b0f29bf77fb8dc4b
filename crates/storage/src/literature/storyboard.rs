//! The table `storyboards`.

use domain::account::User;
use domain::execution::Run;
use domain::ledger::EventType;
use domain::literature::{Paper, Storyboard, StoryboardDocument};
use domain::project::Project;
use domain::text::StoragePath;
use domain::{Documented, Id, Revision, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "storyboards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Storyboard>>,
    pub project_id: Col<Id<Project>>,
    pub paper_id: Col<Id<Paper>>,
    pub run_id: Option<Col<Id<Run>>>,
    pub document: Col<Documented<StoryboardDocument>>,
    pub storage_path: Col<StoragePath>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Storyboard { id, project_id, paper_id, run_id, document, storage_path, created_by, revision, created_at, updated_at }
    seen Scope::InProject(Column::ProjectId);
    under Paper, by PaperId;
}

edge! {
    /// The storyboards of a paper.
    StoryboardsOfPaper: Paper => Storyboard, PaperId, "paper_id";
    /// The storyboards of a project's papers.
    StoryboardsOfProject: Project => Storyboard, ProjectId, "project_id";
    /// The storyboards that a user made.
    StoryboardsOfCreator: User => Storyboard, CreatedBy, "created_by";
}

sorts! { Storyboard {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
} }

impl Edited for Storyboard {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::StoryboardCreated,
        updated: EventType::StoryboardUpdated,
        deleted: EventType::StoryboardDeleted,
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
