//! The table `metric_definitions`, and which definition a series' metric resolves to.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{Direction, MetricDefinition};
use domain::project::Project;
use domain::text::{Label, Name, Prose};
use domain::{Id, Positive, Tolerance};
use sea_orm::sea_query::{Condition, ExprTrait};

use crate::prelude::*;
use crate::read::Load;
use crate::reader::Reader;
use crate::scope::Depth;

row! {
    "metric_definitions" MetricDefinition, edited {
        key: Label,
        name: Name,
    }
    optional {
        project_id: Id<Project>,
        unit: Label,
        description: Prose,
        direction: Direction,
        tolerance: Tolerance,
        conservation_limit: Positive,
    }
}

edge! {
    /// The metric definitions of a project.
    MetricDefinitionsOfProject: Project => MetricDefinition, ProjectId, "project_id";
}

sorts! { MetricDefinition {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    Key: "KEY_ASC" Ascending, "KEY_DESC" Descending, "key";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "name";
} }

edited! {
    MetricDefinition, in project_id;
    unique key: ProjectId, Key;
}

/// The definition that a metric of a project's series resolves to: the project's own of that key, else the one for all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DefinitionOf {
    /// The project of the series.
    pub project: Id<Project>,
    /// The metric of the series.
    pub metric: Label,
}

impl Load for DefinitionOf {
    type Value = Arc<MetricDefinition>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<HashMap<Self, Self::Value>> {
        let column = |column| Depth::OUTER.column(column);
        let projects: Vec<_> = keys.iter().map(|key| key.project.uuid()).collect();
        let metrics: Vec<_> = keys.iter().map(|key| key.metric.as_str()).collect();
        let of_project = reader.dialect().among(column(Column::ProjectId), &projects);
        let asked = Condition::all()
            .add(reader.dialect().among_texts(column(Column::Key), &metrics))
            .add(of_project.or(column(Column::ProjectId).is_null()));
        let defined: HashMap<_, _> = reader
            .find::<MetricDefinition>(asked)
            .await?
            .into_iter()
            .map(|definition| ((definition.project_id, definition.key.clone()), Arc::new(definition)))
            .collect();
        let resolved = |key: &Self| {
            let of = |project| defined.get(&(project, key.metric.clone())).cloned();
            of(Some(key.project)).or_else(|| of(None))
        };
        Ok(keys.into_iter().filter_map(|key| resolved(&key).map(|found| (key, found))).collect())
    }
}
