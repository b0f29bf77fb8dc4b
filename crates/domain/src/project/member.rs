//! A member of a project, with a role.

use crate::account::User;
use crate::project::Project;
use crate::{Entity, Id, Revision, Timestamp, choice};

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

/// Somebody who works in a project.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectMember {
    /// The id.
    pub id: Id<ProjectMember>,
    /// The project.
    pub project_id: Id<Project>,
    /// The person.
    pub user_id: Id<User>,
    /// What they may do.
    pub role: MemberRole,
    /// How often the row was written.
    pub revision: Revision,
    /// When they joined.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for ProjectMember {
    const PREFIX: &'static str = "projectmember";
    const TABLE: &'static str = "project_members";
    const NAME: &'static str = "project member";
}
