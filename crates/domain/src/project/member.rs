//! A member of a project, with a role.

use crate::account::User;
use crate::project::Project;
use crate::{Id, choice, entity};

choice! {
    /// What a member may do in the project.
    MemberRole {
        /// Reads.
        Viewer = "VIEWER",
        /// Creates, changes, deletes and restores rows as well.
        Editor = "EDITOR",
        /// Keeps members, purges, and changes or deletes the project as well.
        Owner = "OWNER",
    }
}

entity! {
    /// Somebody who works in a project.
    ProjectMember "project member" as "projectmember" in "project_members", edited {
        /// The project.
        project_id: Id<Project>,
        /// The person.
        user_id: Id<User>,
        /// What they may do.
        role: MemberRole,
    }
}
