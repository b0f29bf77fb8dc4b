//! The table `project_members`.

use domain::Id;
use domain::account::User;
use domain::project::{MemberRole, Project, ProjectMember};

use crate::prelude::*;

row! {
    "project_members" ProjectMember, edited {
        project_id: Id<Project>,
        user_id: Id<User>,
        role: MemberRole,
    }
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

edited! {
    ProjectMember, in project_id;
    events created MemberAdded, updated MemberChanged, deleted MemberRemoved;
    unique user: ProjectId, UserId;
    with {
        async fn refuse_change(before: &Self, after: Option<&Self>, work: &mut Work) -> Result<()> {
            let stays = after.is_some_and(|member| member.role == MemberRole::Owner);
            let project = work.parent(before.project_id).await?;
            if project.owner_id == before.user_id && !stays {
                return Err(Error::Precondition(
                    "the owner of a project stays a member with the role OWNER; hand it over first".into(),
                ));
            }
            Ok(())
        }
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
