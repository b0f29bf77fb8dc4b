//! The table `repositories`.

use domain::ledger::EventType;
use domain::project::{Project, Repository};
use domain::text::{Name, RepositoryUrl};
use domain::{Id, Revision, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "repositories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Repository>>,
    pub project_id: Col<Id<Project>>,
    pub full_name: Col<Name>,
    pub url: Col<RepositoryUrl>,
    pub owner: Col<Name>,
    pub name: Col<Name>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Repository { id, project_id, full_name, url, owner, name, revision, created_at, updated_at }
    seen Scope::InProject(Column::ProjectId);
}

edge! {
    /// The repositories that a project works with.
    RepositoriesOfProject: Project => Repository, ProjectId, "project_id";
}

sorts! { Repository {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
    FullName: "FULL_NAME_ASC" Ascending, "FULL_NAME_DESC" Descending, "full name";
} }

impl Edited for Repository {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::RepositoryAdded,
        updated: EventType::RepositoryChanged,
        deleted: EventType::RepositoryRemoved,
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
        let project = || (Column::ProjectId, Col(self.project_id).into());
        vec![
            NaturalKey { field: "url", columns: vec![project(), (Column::Url, Col(self.url.clone()).into())] },
            NaturalKey {
                field: "full_name",
                columns: vec![project(), (Column::FullName, Col(self.full_name.clone()).into())],
            },
        ]
    }
}
