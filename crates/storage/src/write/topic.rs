//! What those who listen are told of a commit.

use domain::project::{Project, ProjectMember};
use domain::{Entity, Id};
use uuid::Uuid;

use crate::live::Signal;

/// Something that was written: what those who listen are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The project of the row; none for accounts.
    pub project_id: Option<Id<Project>>,
    /// The row's table.
    pub table: &'static str,
    /// The row.
    pub row: Uuid,
}

impl Topic {
    /// The signals that this is for those who wait.
    pub(crate) fn signals(&self) -> impl Iterator<Item = Signal> {
        let project = self.project_id.map(|project| Signal::Project(project.uuid()));
        // Its members are what a project is to those who see it.
        let is_member = self.table == ProjectMember::TABLE;
        let of_members = self.project_id.filter(|_| is_member).map(|id| Signal::Row(Project::TABLE, id.uuid()));
        [Signal::Row(self.table, self.row), Signal::Rows(self.table)].into_iter().chain(project).chain(of_members)
    }
}
