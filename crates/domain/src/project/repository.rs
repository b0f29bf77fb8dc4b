//! A repository: where a project's code lives.

use crate::project::Project;
use crate::text::{Name, RepositoryUrl};
use crate::{Id, entity};

entity! {
    /// A repository that a project works with.
    Repository "repository" as "repository" in "repositories", edited {
        /// The project that works with it.
        project_id: Id<Project>,
        /// Owner and name together, as its host writes them; unique in the project.
        full_name: Name,
        /// Where it is fetched from; unique in the project.
        url: RepositoryUrl,
        /// Who owns it at its host.
        owner: Name,
        /// Its name at its host.
        name: Name,
    }
}
