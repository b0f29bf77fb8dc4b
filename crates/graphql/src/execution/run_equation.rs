//! The equations that runs use.

use domain::execution::{EquationModule as ModuleEntity, Run as RunEntity, RunEquation as Entity};
use domain::{Id, JsonObject};
use storage::execution::run_equation::{Column, EquationsOfRun, UsesOfEquationModule, check};

use super::{EquationModule, Run};
use crate::prelude::*;

object! {
    /// Equations that a simulation runs with.
    RunEquation: Entity, RunEquationFilter by Column {
        /// With what parameters, free in form.
        parameters: Json = json, input Defaulted<Parsed<JsonObject>>;
        hidden project_id, run_id, equation_module_id;
    }
    parents {
        /// The simulation.
        run: Run, EquationsOfRun, |used| Some(used.run_id);
        /// The equations.
        equation_module: EquationModule, UsesOfEquationModule, |used| Some(used.equation_module_id);
    }
    create AddRunEquationInput, on_conflict {
        /// The simulation.
        run_id: GlobalId<RunEntity>,
        /// The equations: for all, or of the run's project.
        equation_module_id: GlobalId<ModuleEntity>,
    } |work, input, _made| {
        let run = work.parent(input.run_id.0).await?;
        check(work, &run, input.equation_module_id.0, &["input", "equationModuleId"]).await?;
    } into {
        project_id: run.project_id,
        run_id: run.id,
        equation_module_id: input.equation_module_id.0,
    }
}

input! {
    /// Equations that a new simulation runs with.
    RunEquationInput {
        /// The equations: for all, or of the run's project.
        equation_module_id: GlobalId<ModuleEntity>,
        /// With what parameters, free in form; `{}` by default.
        parameters: Given<Parsed<JsonObject>>,
    }
}

impl RunEquationInput {
    /// The equations and the parameters.
    pub fn given(self) -> (Id<ModuleEntity>, JsonObject) {
        (self.equation_module_id.0, self.parameters.0.map_or_else(JsonObject::empty, |parameters| parameters.0))
    }
}

targets!(Entity: RemoveRunEquationInput);

mutations! {
    /// What can be done to the equations of runs.
    RunEquationMutations {
        /// Has a simulation run with equations.
        add_run_equation(AddRunEquationInput) -> AddRunEquationPayload {
            run_equation: RunEquation, "The equations of the run."
        } = mutate::create;
        /// Takes equations from a run.
        remove_run_equation(RemoveRunEquationInput) -> RemoveRunEquationPayload {
            deleted_id: ID, "The id of what was removed."
        } = mutate::remove;
    }
}
