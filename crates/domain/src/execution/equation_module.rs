//! An equation module: the source of equations that simulations run with, in a version.

use crate::project::Project;
use crate::text::{Label, LongText, Name, Prose};
use crate::{Id, JsonObject, entity};

entity! {
    /// Equations that simulations run with.
    EquationModule "equation module" as "equationmodule" in "equation_modules", edited {
        /// The project that it is for; none for all.
        project_id: Option<Id<Project>>,
        /// What it is called; unique with its version in its project, or among those that are for all.
        name: Name,
        /// Which version of it.
        version: Label,
        /// The source text.
        source: LongText,
        /// What it describes.
        description: Option<Prose>,
        /// Its parameters, free in form.
        parameters: JsonObject,
    }
}
