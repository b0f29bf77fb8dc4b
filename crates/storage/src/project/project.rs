//! The table `projects`: seen by its members.

use std::sync::Arc;

use domain::account::User;
use domain::ledger::EventType;
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::{Name, Prose, Slug};
use domain::{Action, Id, JsonObject, Lifecycle, Revision, Timestamp};

use sea_orm::sea_query::{Condition, ExprTrait};

use super::member;
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, update};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Project>>,
    pub owner_id: Col<Id<User>>,
    pub name: Col<Name>,
    pub slug: Col<Slug>,
    pub description: Option<Col<Prose>>,
    pub config: Col<JsonObject>,
    pub revision: Col<Revision>,
    pub deleted_at: Option<Col<Timestamp>>,
    pub purged_at: Option<Col<Timestamp>>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Project { id, owner_id, name, slug, description, config, revision, created_at, updated_at }
    spread lifecycle over { deleted_at, purged_at } from Lifecycle::from_columns, into Lifecycle::columns;
    seen Scope::Project;
}

edge! {
    /// The projects that a user owns.
    ProjectsOfOwner: User => Project, OwnerId, "owner_id";
}

sorts! { Project {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was made";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "name";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
} }

impl Edited for Project {
    const ACTION: Action = Action::Keep;
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::ProjectCreated,
        updated: EventType::ProjectUpdated,
        deleted: EventType::ProjectDeleted,
        restored: Some(EventType::ProjectRestored),
        purged: Some(EventType::ProjectPurged),
    });

    fn project_id(&self) -> Id<Project> {
        self.id
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    async fn admit(&self, work: &mut Work) -> Result<()> {
        work.viewer().may_create_projects().map_err(Error::denied("project"))
    }

    fn touched(self, now: Timestamp) -> Self {
        Self { revision: self.revision.next(), updated_at: self.updated_at.next(now), ..self }
    }

    fn lifecycle(&mut self) -> Option<&mut Lifecycle> {
        Some(&mut self.lifecycle)
    }

    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        vec![
            NaturalKey { field: "slug", columns: vec![(Column::Slug, Col(self.slug.clone()).into())] },
            NaturalKey {
                field: "name",
                columns: vec![
                    (Column::OwnerId, Col(self.owner_id).into()),
                    (Column::Name, Col(self.name.clone()).into()),
                ],
            },
        ]
    }
}

/// The owner's membership of a project that is being made.
pub fn owner_membership(project: &Project, id: Id<ProjectMember>) -> ProjectMember {
    ProjectMember {
        id,
        project_id: project.id,
        user_id: project.owner_id,
        role: MemberRole::Owner,
        revision: Revision::FIRST,
        created_at: project.created_at,
        updated_at: project.created_at,
    }
}

/// Hands a project over to one of its members, who becomes an OWNER among them if they were none.
pub async fn hand_over(work: &mut Work, id: Id<Project>, owner: Id<User>, expected: Expected) -> Result<Arc<Project>> {
    let member = membership(work, id, owner).await?;
    if member.role != MemberRole::Owner {
        update(work, member.id, None, |member| {
            member.role = MemberRole::Owner;
            Ok(())
        })
        .await?;
    }
    update(work, id, expected, |project| {
        project.owner_id = owner;
        Ok(())
    })
    .await
}

async fn membership(work: &Work, project: Id<Project>, user: Id<User>) -> Result<ProjectMember> {
    let same = Condition::all()
        .add(Depth::OUTER.column(member::Column::ProjectId).eq(project.uuid()))
        .add(Depth::OUTER.column(member::Column::UserId).eq(user.uuid()));
    work.find(same).await?.pop().ok_or(Error::Missing { what: "project member" })
}
