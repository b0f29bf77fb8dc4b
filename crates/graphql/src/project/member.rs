//! Members of projects.

use domain::Action;
use domain::account::User as UserEntity;
use domain::project::{MemberRole, Project as ProjectEntity, ProjectMember as Entity};
use storage::project::member::{Column, MembersOfProject, MembershipsOfUser, user_of_same_instance};

use super::Project;
use super::project::seeing_anew;
use crate::account::User;
use crate::prelude::*;

object! {
    /// Somebody who works in a project.
    ProjectMember: Entity, MemberFilter by Column {
        /// What they may do in the project.
        role: Chosen<MemberRole> = choice, filter Role: Chosen<MemberRole>, input Required<Chosen<MemberRole>>;
        hidden project_id, user_id;
    }
    parents {
        /// The project.
        project: Project, MembersOfProject, |member| Some(member.project_id);
        /// The person.
        user: User, MembershipsOfUser, |member| Some(member.user_id);
    }
    create AddProjectMemberInput, on_conflict {
        /// The project.
        project_id: GlobalId<ProjectEntity>,
        /// The person.
        user_id: GlobalId<UserEntity>,
    } |work, input, made| {
        // Whoever may not add members learns nothing about whom they name.
        work.project(input.project_id.0, Action::Keep).await?;
        user_of_same_instance(work, input.user_id.0).await?;
    } into {
        project_id: input.project_id.0,
        user_id: input.user_id.0,
    }
    update UpdateProjectMemberInput;
}

targets!(Entity: RemoveProjectMemberInput);

mutations! {
    /// What can be done to members.
    MemberMutations {
        /// Adds a member to a project.
        add_project_member(AddProjectMemberInput) -> AddProjectMemberPayload {
            member: ProjectMember, "The member."
        } = mutate::create;
        /// Changes what a member may do.
        update_project_member(UpdateProjectMemberInput) -> UpdateProjectMemberPayload {
            member: ProjectMember, "The member as they are now."
        } = update;
        /// Removes a member from a project; its owner stays.
        remove_project_member(RemoveProjectMemberInput) -> RemoveProjectMemberPayload {
            deleted_id: ID, "The id of the removed membership."
        } = remove;
    }
}

async fn update(ctx: &Context<'_>, input: UpdateProjectMemberInput) -> Result<ProjectMember> {
    seeing_anew(ctx, mutate::update(ctx, input).await).await
}

async fn remove(ctx: &Context<'_>, input: RemoveProjectMemberInput) -> Result<ID> {
    seeing_anew(ctx, mutate::remove(ctx, input).await).await
}
