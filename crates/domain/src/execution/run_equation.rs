//! An equation of a run: a module that a simulation runs with, and with what parameters.

use super::{EquationModule, Run};
use crate::project::Project;
use crate::{Id, JsonObject, entity};

entity! {
    /// Equations that a simulation runs with.
    RunEquation "run equation" as "runequation" in "run_equations", edited {
        /// The project of the run.
        project_id: Id<Project>,
        /// The simulation.
        run_id: Id<Run>,
        /// The equations: for all, or of the run's project.
        equation_module_id: Id<EquationModule>,
        /// With what parameters, free in form.
        parameters: JsonObject,
    }
}
