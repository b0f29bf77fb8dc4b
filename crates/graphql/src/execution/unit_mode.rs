//! Unit modes.

use domain::execution::{UnitMode as Entity, Units};
use domain::project::Project as ProjectEntity;
use domain::text::{Label, Name, Prose};
use storage::execution::run::RunsOfUnitMode;
use storage::execution::unit_mode::{Column, UnitModesOfProject};

use super::{MetricOrder, Run};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// The units in which the quantities of a simulation are shown.
    UnitMode: Entity, UnitModeFilter by Column {
        /// What programs call it; unique in its project, or among those that are for all.
        key: String = text, filter Key: Parsed<String>, input Required<Parsed<Label>>;
        /// What people call it.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
        /// What it is for.
        description: Option<String> = maybe(text), filter Description: Parsed<String>, input Optional<Parsed<Prose>>;
        /// The units, by quantity: `{"length": {"symbol": "km", "factor": 1000}}`.
        units: Json = json, input Required<Parsed<Units>>;
        hidden project_id;
    }
    parents {
        /// The project that it is for; null where it is for all.
        project: Project, UnitModesOfProject, |mode| mode.project_id;
    }
    many {
        /// The runs whose quantities are shown in these units.
        runs: Run, RunsOfUnitMode, or order_by_metric: MetricOrder;
    }
    filter {
        /// The project that it is for; absent where it is for all.
        project_id: GlobalId<ProjectEntity>, ProjectId;
    }
    create CreateUnitModeInput, on_conflict {
        /// The project that it is for; without one it is for all, which takes an administrator.
        project_id: Option<GlobalId<ProjectEntity>>,
    } |work, input, _made| {
        if let Some(project) = input.project_id {
            work.parent(project.0).await?;
        }
    } into {
        project_id: input.project_id.map(|project| project.0),
    }
    update UpdateUnitModeInput;
}

queries! {
    /// Unit modes.
    UnitModeQueries {
        one unit_mode: UnitMode, "The unit mode with this id.";
        many unit_modes: UnitMode, "The unit modes that the viewer sees, those for all among them.";
    }
}

targets!(Entity: DeleteUnitModeInput);

mutations! {
    /// What can be done to unit modes.
    UnitModeMutations {
        /// Makes a unit mode for a project, or as an administrator for all.
        create_unit_mode(CreateUnitModeInput) -> CreateUnitModePayload {
            unit_mode: UnitMode, "The unit mode."
        } = mutate::create;
        /// Changes a unit mode.
        update_unit_mode(UpdateUnitModeInput) -> UpdateUnitModePayload {
            unit_mode: UnitMode, "The unit mode as it is now."
        } = mutate::update;
        /// Deletes a unit mode, for good.
        delete_unit_mode(DeleteUnitModeInput) -> DeleteUnitModePayload {
            deleted_id: ID, "The id of the deleted unit mode."
        } = mutate::remove;
    }
}
