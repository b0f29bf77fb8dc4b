//! The table `project_members`.

use domain::account::User;
use domain::ledger::EventType;
use domain::project::{MemberRole, Project, ProjectMember};
use domain::{Action, Id, Revision, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "project_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<ProjectMember>>,
    pub project_id: Col<Id<Project>>,
    pub user_id: Col<Id<User>>,
    pub role: Col<MemberRole>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    ProjectMember { id, project_id, user_id, role, revision, created_at, updated_at }
    seen Scope::InProject(Column::ProjectId);
}

edge! {
    /// The members of a project.
    MembersOfProject: Project => ProjectMember, ProjectId, "project_id";
    /// The memberships of a user.
    MembershipsOfUser: User => ProjectMember, UserId, "user_id";
}

sorts! { ProjectMember {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
} }

impl Edited for ProjectMember {
    const ACTION: Action = Action::Keep;
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::MemberAdded,
        updated: EventType::MemberChanged,
        deleted: EventType::MemberRemoved,
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

    async fn refuse_change(before: &Self, after: Option<&Self>, work: &mut Work) -> Result<()> {
        let stays = after.is_some_and(|member| member.role == MemberRole::Owner);
        let project = work.own(before.project_id).await?;
        if project.owner_id == before.user_id && !stays {
            return Err(Error::Precondition(
                "the owner of a project stays a member with the role OWNER; hand it over first".into(),
            ));
        }
        Ok(())
    }

    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        vec![NaturalKey {
            field: "user",
            columns: vec![(Column::ProjectId, Col(self.project_id).into()), (Column::UserId, Col(self.user_id).into())],
        }]
    }
}

/// Checks that there is such a user, who need not share a project with the viewer yet: whoever keeps a project's members
/// may name anybody by their id.
pub async fn user_of_same_instance(work: &mut Work, id: Id<User>) -> Result<()> {
    match work.any(id).await? {
        Some(user) if user.disabled_at.is_none() => Ok(()),
        _ => Err(Error::Missing { what: "user" }),
    }
}
