//! Metric definitions.

use domain::execution::{Direction, MetricDefinition as Entity};
use domain::project::Project as ProjectEntity;
use domain::text::{Label, Name, Prose};
use domain::{Positive, Real, Tolerance};
use storage::execution::metric_definition::{Column, MetricDefinitionsOfProject};

use crate::prelude::*;
use crate::project::Project;

object! {
    /// What a metric means, and by what its values are judged. A series follows that of its project, else that for all.
    MetricDefinition: Entity, MetricDefinitionFilter by Column {
        /// The name that series have; unique in its project, or among those that are for all.
        key: String = text, filter Key: Parsed<String>, input Required<Parsed<Label>>;
        /// What people call it.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
        /// The unit of its values.
        unit: Option<String> = maybe(text), filter Unit: Parsed<String>, input Optional<Parsed<Label>>;
        /// What it measures.
        description: Option<String> = maybe(text), filter Description: Parsed<String>, input Optional<Parsed<Prose>>;
        /// Which values are better.
        direction: Option<Chosen<Direction>> = maybe(choice),
            filter Direction: Chosen<Direction>, input Optional<Chosen<Direction>>;
        /// How far an observed value may be from a claimed one: 0 or more.
        tolerance: Option<f64> = maybe(real), filter Tolerance: Parsed<Real>, input Optional<Parsed<Tolerance>>;
        /// By which part of its first value a conserved quantity may change: more than 0.
        conservation_limit: Option<f64> = maybe(real),
            filter ConservationLimit: Parsed<Real>, input Optional<Parsed<Positive>>;
        hidden project_id;
    }
    parents {
        /// The project that it is for; null where it is for all.
        project: Project, MetricDefinitionsOfProject, |definition| definition.project_id;
    }
    filter {
        /// The project that it is for; absent where it is for all.
        project_id: GlobalId<ProjectEntity>, ProjectId;
    }
    create CreateMetricDefinitionInput, on_conflict {
        /// The project that it is for; without one it is for all, which takes an administrator.
        project_id: Option<GlobalId<ProjectEntity>>,
    } |work, input, _made| {
        if let Some(project) = input.project_id {
            work.parent(project.0).await?;
        }
    } into {
        project_id: input.project_id.map(|project| project.0),
    }
    update UpdateMetricDefinitionInput;
}

queries! {
    /// Metric definitions.
    MetricDefinitionQueries {
        one metric_definition: MetricDefinition, "The metric definition with this id.";
        many metric_definitions: MetricDefinition, "The metric definitions that the viewer sees, those for all among them.";
    }
}

targets!(Entity: DeleteMetricDefinitionInput);

mutations! {
    /// What can be done to metric definitions.
    MetricDefinitionMutations {
        /// Makes a metric definition for a project, or as an administrator for all.
        create_metric_definition(CreateMetricDefinitionInput) -> CreateMetricDefinitionPayload {
            metric_definition: MetricDefinition, "The metric definition."
        } = mutate::create;
        /// Changes a metric definition.
        update_metric_definition(UpdateMetricDefinitionInput) -> UpdateMetricDefinitionPayload {
            metric_definition: MetricDefinition, "The metric definition as it is now."
        } = mutate::update;
        /// Deletes a metric definition, for good.
        delete_metric_definition(DeleteMetricDefinitionInput) -> DeleteMetricDefinitionPayload {
            deleted_id: ID, "The id of the deleted metric definition."
        } = mutate::remove;
    }
}
