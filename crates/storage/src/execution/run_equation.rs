//! The table `run_equations`: which simulations run with which equations.

use domain::execution::{EquationModule, Run, RunEquation, RunKind};
use domain::project::Project;
use domain::{Id, JsonObject, Revision};

use crate::prelude::*;

row! {
    "run_equations" RunEquation, edited {
        project_id: Id<Project>,
        run_id: Id<Run>,
        equation_module_id: Id<EquationModule>,
        parameters: JsonObject,
    }
    under Run, by RunId;
}

edge! {
    /// The equations of a run.
    EquationsOfRun: Run => RunEquation, RunId, "run_id";
    /// The uses of an equation module by runs.
    UsesOfEquationModule: EquationModule => RunEquation, EquationModuleId, "equation_module_id";
}

sorts! { RunEquation {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
} }

edited! {
    RunEquation, in project_id;
    unique equation: RunId, EquationModuleId;
}

/// Looks at the module that a run is to use, and locks it: only a simulation has equations, those for all or its project's.
pub async fn check(work: &mut Work, run: &Run, module: Id<EquationModule>, path: &[&str]) -> Result<()> {
    if run.subject.kind() != RunKind::Simulation {
        return Err(Error::Precondition("only a SIMULATION has equations".into()));
    }
    let module = work.parent(module).await?;
    if module.project_id.is_some_and(|project| project != run.project_id) {
        return Err(Error::refused(path, "project", "it is in another project"));
    }
    Ok(())
}

/// Gives a run that was just made its equations, each with its parameters.
pub async fn add_all(work: &mut Work, run: &Run, given: Vec<(Id<EquationModule>, JsonObject)>) -> Result<()> {
    let mut rows: Vec<RunEquation> = Vec::with_capacity(given.len());
    for (place, (module, parameters)) in given.into_iter().enumerate() {
        let place = place.to_string();
        let path = ["input", "subject", "simulation", "equations", &place, "equationModuleId"];
        check(work, run, module, &path).await?;
        if rows.iter().any(|row| row.equation_module_id == module) {
            return Err(Error::refused(&path, "unique_equation", "the run has these equations already"));
        }
        rows.push(RunEquation {
            id: work.reader().ids().next_for()?,
            project_id: run.project_id,
            run_id: run.id,
            equation_module_id: module,
            parameters,
            revision: Revision::FIRST,
            created_at: work.now(),
            updated_at: work.now(),
        });
    }
    work.insert_all(&rows).await
}
