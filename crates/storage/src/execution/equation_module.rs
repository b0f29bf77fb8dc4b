//! The table `equation_modules`.

use domain::execution::EquationModule;
use domain::project::Project;
use domain::text::{Label, LongText, Name, Prose};
use domain::{Id, JsonObject};

use crate::prelude::*;

row! {
    "equation_modules" EquationModule, edited {
        name: Name,
        version: Label,
        source: LongText,
        parameters: JsonObject,
    }
    optional {
        project_id: Id<Project>,
        description: Prose,
    }
}

edge! {
    /// The equation modules of a project.
    EquationModulesOfProject: Project => EquationModule, ProjectId, "project_id";
}

sorts! { EquationModule {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "name";
} }

edited! {
    EquationModule, in project_id;
    unique version: ProjectId, Name, Version;
}
