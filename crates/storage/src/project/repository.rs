//! The table `repositories`.

use domain::Id;
use domain::project::{Project, Repository};
use domain::text::{Name, RepositoryUrl};

use crate::prelude::*;

row! {
    "repositories" Repository, edited {
        project_id: Id<Project>,
        full_name: Name,
        url: RepositoryUrl,
        owner: Name,
        name: Name,
    }
}

edge! {
    /// The repositories that a project works with.
    RepositoriesOfProject: Project => Repository, ProjectId, "project_id";
}

sorts! { Repository {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
    FullName: "FULL_NAME_ASC" Ascending, "FULL_NAME_DESC" Descending, "full name";
} }

edited! {
    Repository, in project_id;
    events created RepositoryAdded, updated RepositoryChanged, deleted RepositoryRemoved;
    unique url: ProjectId, Url;
    unique full_name: ProjectId, FullName;
}
