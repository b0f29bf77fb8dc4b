//! The table `projects`: seen by its members.

use std::sync::Arc;

use domain::account::User;
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::{Name, Prose, Slug};
use domain::{Id, JsonObject, Revision};

use sea_orm::sea_query::{Condition, ExprTrait};

use super::member;
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, update};

row! {
    "projects" Project, deletable {
        owner_id: Id<User>,
        name: Name,
        slug: Slug,
        config: JsonObject,
    }
    optional {
        description: Prose,
    }
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

edited! {
    Project, in id;
    events created ProjectCreated, updated ProjectUpdated, deleted ProjectDeleted, restored ProjectRestored, purged ProjectPurged;
    lifecycle lifecycle;
    unique slug: Slug;
    unique name: OwnerId, Name;
    with {
        async fn admit(&self, work: &mut Work) -> Result<()> {
            work.viewer().may_create_projects().map_err(Error::denied("project"))
        }
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
