//! Equation modules.

use domain::JsonObject;
use domain::execution::EquationModule as Entity;
use domain::project::Project as ProjectEntity;
use domain::text::{Label, LongText, Name, Prose};
use storage::execution::equation_module::{Column, EquationModulesOfProject};
use storage::execution::run_equation::UsesOfEquationModule;

use super::RunEquation;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// Equations that simulations run with, in a version.
    EquationModule: Entity, EquationModuleFilter by Column {
        /// What it is called; unique with its version in its project, or among those that are for all.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
        /// Which version of it.
        version: String = text, filter Version: Parsed<String>, input Required<Parsed<Label>>;
        /// The source text.
        source: String = text, input Required<Parsed<LongText>>;
        /// What it describes.
        description: Option<String> = maybe(text), filter Description: Parsed<String>, input Optional<Parsed<Prose>>;
        /// Its parameters, free in form.
        parameters: Json = json, input Defaulted<Parsed<JsonObject>>;
        hidden project_id;
    }
    parents {
        /// The project that it is for; null where it is for all.
        project: Project, EquationModulesOfProject, |module| module.project_id;
    }
    many {
        /// The runs that use it, each with its parameters.
        runs: RunEquation, UsesOfEquationModule;
    }
    filter {
        /// The project that it is for; absent where it is for all.
        project_id: GlobalId<ProjectEntity>, ProjectId;
    }
    create CreateEquationModuleInput, on_conflict {
        /// The project that it is for; without one it is for all, which takes an administrator.
        project_id: Option<GlobalId<ProjectEntity>>,
    } |work, input, _made| {
        if let Some(project) = input.project_id {
            work.parent(project.0).await?;
        }
    } into {
        project_id: input.project_id.map(|project| project.0),
    }
    update UpdateEquationModuleInput;
}

queries! {
    /// Equation modules.
    EquationModuleQueries {
        one equation_module: EquationModule, "The equation module with this id.";
        many equation_modules: EquationModule, "The equation modules that the viewer sees, those for all among them.";
    }
}

targets!(Entity: DeleteEquationModuleInput);

mutations! {
    /// What can be done to equation modules.
    EquationModuleMutations {
        /// Makes an equation module for a project, or as an administrator for all.
        create_equation_module(CreateEquationModuleInput) -> CreateEquationModulePayload {
            equation_module: EquationModule, "The equation module."
        } = mutate::create;
        /// Changes an equation module.
        update_equation_module(UpdateEquationModuleInput) -> UpdateEquationModulePayload {
            equation_module: EquationModule, "The equation module as it is now."
        } = mutate::update;
        /// Deletes an equation module, for good.
        delete_equation_module(DeleteEquationModuleInput) -> DeleteEquationModulePayload {
            deleted_id: ID, "The id of the deleted equation module."
        } = mutate::remove;
    }
}
