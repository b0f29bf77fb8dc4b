//! A repository: where a project's code lives.

use crate::project::Project;
use crate::text::{Name, RepositoryUrl};
use crate::{Entity, Id, Revision, Timestamp};

/// A repository that a project works with.
#[derive(Clone, Debug, PartialEq)]
pub struct Repository {
    /// The id.
    pub id: Id<Repository>,
    /// The project that works with it.
    pub project_id: Id<Project>,
    /// Owner and name together, as its host writes them; unique in the project.
    pub full_name: Name,
    /// Where it is fetched from; unique in the project.
    pub url: RepositoryUrl,
    /// Who owns it at its host.
    pub owner: Name,
    /// Its name at its host.
    pub name: Name,
    /// How often the row was written.
    pub revision: Revision,
    /// When it was added.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for Repository {
    const PREFIX: &'static str = "repository";
    const TABLE: &'static str = "repositories";
    const NAME: &'static str = "repository";
}
