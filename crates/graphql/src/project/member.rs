//! Members of projects.

use async_graphql::{Context, ID};
use domain::account::User as UserEntity;
use domain::project::{MemberRole, Project as ProjectEntity, ProjectMember as Entity};
use domain::{Action, Id, OnConflict, Revision};
use storage::Work;
use storage::project::member::{Column, MembersOfProject, MembershipsOfUser, user_of_same_instance};

use super::project::seeing_anew;
use super::{Project, ProjectFilter};
use crate::account::{User, UserFilter};
use crate::choice::Chosen;
use crate::error::Result;
use crate::input::{Given, GlobalId, Parsed};
use crate::mutate::{self, Create, Made, Update};
use crate::scalar::{DateTime, SafeInt};
use crate::shown::{choice, time, whole};
use crate::{filter, input, mutations, object, targets};

object! {
    /// Somebody who works in a project.
    ProjectMember: Entity {
        /// What they may do in the project.
        role: Chosen<MemberRole> = choice;
        /// How often the membership was written.
        revision: SafeInt = whole;
        /// When they joined.
        created_at: DateTime = time;
        /// When the membership was last written.
        updated_at: DateTime = time;
        hidden project_id;
        hidden user_id;
    }
    parents {
        /// The project.
        project: Project, |member| Some(member.project_id);
        /// The person.
        user: User, |member| Some(member.user_id);
    }
}

filter! {
    /// Which members.
    MemberFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// What they may do in the project.
        role: Chosen<MemberRole>, Role;
        /// When they joined.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
    }
    one {
        /// The project.
        project: ProjectFilter, MembersOfProject;
        /// The person.
        user: UserFilter, MembershipsOfUser;
    }
}

input! {
    /// A new member of a project.
    AddProjectMemberInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The project.
        project_id: GlobalId<ProjectEntity>,
        /// The person.
        user_id: GlobalId<UserEntity>,
        /// What they may do in the project.
        role: Chosen<MemberRole>,
        /// What to do when they are a member already.
        on_conflict: Given<Chosen<OnConflict>>,
    }
}

impl Create for AddProjectMemberInput {
    type Entity = Entity;

    fn chosen_id(&self) -> Option<Id<Entity>> {
        self.id.0.map(|id| id.0)
    }

    fn on_conflict(&self) -> Option<OnConflict> {
        self.on_conflict.0.map(|chosen| chosen.0)
    }

    async fn build(self, work: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        // Whoever may not add members learns nothing about whom they name.
        work.project(self.project_id.0, Action::Keep).await?;
        user_of_same_instance(work, self.user_id.0).await?;
        Ok(Entity {
            id: made.id,
            project_id: self.project_id.0,
            user_id: self.user_id.0,
            role: self.role.0,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

input! {
    /// Changes of a member.
    UpdateProjectMemberInput {
        /// Which member.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// What they may do in the project; the owner's role stays OWNER.
        role: Given<Chosen<MemberRole>>,
    }
}

impl Update for UpdateProjectMemberInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, member: &mut Entity) -> storage::Result<()> {
        if let Some(role) = self.role.0 {
            member.role = role.0;
        }
        Ok(())
    }
}

targets! {
    /// A member to be removed.
    RemoveProjectMemberInput: Entity;
}

mutations! {
    /// What can be done to members.
    MemberMutations {
        /// Adds a member to a project.
        add_project_member(AddProjectMemberInput) -> AddProjectMemberPayload {
            /// The member.
            member: ProjectMember
        } = mutate::create;
        /// Changes what a member may do.
        update_project_member(UpdateProjectMemberInput) -> UpdateProjectMemberPayload {
            /// The member as they are now.
            member: ProjectMember
        } = update;
        /// Removes a member from a project; its owner stays.
        remove_project_member(RemoveProjectMemberInput) -> RemoveProjectMemberPayload {
            /// The id of the removed membership.
            deleted_id: ID
        } = remove;
    }
}

async fn update(ctx: &Context<'_>, input: UpdateProjectMemberInput) -> Result<ProjectMember> {
    seeing_anew(ctx, mutate::update(ctx, input).await).await
}

async fn remove(ctx: &Context<'_>, input: RemoveProjectMemberInput) -> Result<ID> {
    seeing_anew(ctx, mutate::remove(ctx, input).await).await
}
