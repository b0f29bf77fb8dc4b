//! The table `unit_modes`.

use domain::Id;
use domain::execution::{UnitMode, Units};
use domain::project::Project;
use domain::text::{Label, Name, Prose};

use crate::prelude::*;

row! {
    "unit_modes" UnitMode, edited {
        key: Label,
        name: Name,
        units: Units,
    }
    optional {
        project_id: Id<Project>,
        description: Prose,
    }
}

edge! {
    /// The unit modes of a project.
    UnitModesOfProject: Project => UnitMode, ProjectId, "project_id";
}

sorts! { UnitMode {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    Key: "KEY_ASC" Ascending, "KEY_DESC" Descending, "key";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "name";
} }

edited! {
    UnitMode, in project_id;
    unique key: ProjectId, Key;
}
