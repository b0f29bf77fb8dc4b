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
use crate::write::{Expected, change_all, update};

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

/// Hands a project over to one of its members, who becomes an OWNER among them if they were none. They stay a member, and
/// may sign in, until the end.
pub async fn hand_over(work: &mut Work, id: Id<Project>, owner: Id<User>, expected: Expected) -> Result<Arc<Project>> {
    let member = memberships(work, &[id], owner).await?.pop().ok_or(Error::Missing { what: "project member" })?;
    refuse_disabled(work, owner).await?;
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

/// Hands projects, which are locked, over to a user, who becomes a member of them with the role OWNER.
pub(crate) async fn hand_all_over(work: &mut Work, projects: &[Project], owner: Id<User>) -> Result<()> {
    refuse_disabled(work, owner).await?;
    let ids: Vec<Id<Project>> = projects.iter().map(|project| project.id).collect();
    let members = memberships(work, &ids, owner).await?;
    let lesser: Vec<_> = members.iter().filter(|member| member.role != MemberRole::Owner).cloned().collect();
    change_all(work, &lesser, member::Column::Role, |member| member.role = MemberRole::Owner).await?;
    let missing = projects.iter().filter(|project| members.iter().all(|member| member.project_id != project.id));
    let mut new = Vec::new();
    for project in missing {
        let (id, now) = (work.reader().ids().next_for()?, work.now());
        let member = owner_membership(project, id);
        new.push(ProjectMember { user_id: owner, created_at: now, updated_at: now, ..member });
    }
    work.insert_all(&new).await?;
    change_all(work, projects, Column::OwnerId, |project| project.owner_id = owner).await
}

/// Refuses a user who may not sign in; they stay as they are until the end.
async fn refuse_disabled(work: &mut Work, id: Id<User>) -> Result<()> {
    match work.any(id).await? {
        Some(user) if user.disabled_at.is_none() => Ok(()),
        Some(_) => Err(Error::Precondition("who is to own the project is disabled: enable them first".into())),
        None => Err(Error::Missing { what: "user" }),
    }
}

/// The memberships that a user has of these projects, locked to be changed.
async fn memberships(work: &Work, projects: &[Id<Project>], user: Id<User>) -> Result<Vec<ProjectMember>> {
    let projects: Vec<_> = projects.iter().map(|project| project.uuid()).collect();
    let same = Condition::all()
        .add(work.dialect().among(Depth::OUTER.column(member::Column::ProjectId), &projects))
        .add(Depth::OUTER.column(member::Column::UserId).eq(user.uuid()));
    work.find_all(same).await
}
