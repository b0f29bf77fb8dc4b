//! The table `metric_definitions`, and which definition a series' metric resolves to.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{Direction, MetricDefinition};
use domain::project::Project;
use domain::text::{Label, Name, Prose};
use domain::{Id, Positive, Tolerance};
use sea_orm::sea_query::{Condition, ExprTrait};
use uuid::Uuid;

use crate::dialect::Dialect;
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

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let projects: Vec<_> = keys.iter().map(|key| key.project.uuid()).collect();
        let metrics: Vec<_> = keys.iter().map(|key| key.metric.as_str()).collect();
        let defined = defined(reader.find(asked(reader.dialect(), &projects, &metrics)).await?);
        Ok(keys.iter().map(|key| resolve(&defined, key.project, &key.metric).cloned()).collect())
    }
}

/// Definitions by whom they are for, and by their keys.
pub(crate) type Defined = HashMap<(Option<Id<Project>>, Label), Arc<MetricDefinition>>;

/// The condition that a definition is of one of these keys, and of one of these projects or for all.
pub(crate) fn asked(dialect: Dialect, projects: &[Uuid], metrics: &[&str]) -> Condition {
    let column = |column| Depth::OUTER.column(column);
    let of_project = dialect.among(column(Column::ProjectId), projects);
    Condition::all()
        .add(dialect.among_texts(column(Column::Key), metrics))
        .add(of_project.or(column(Column::ProjectId).is_null()))
}

/// These definitions, to be resolved.
pub(crate) fn defined(definitions: Vec<MetricDefinition>) -> Defined {
    let keyed = |definition: MetricDefinition| ((definition.project_id, definition.key.clone()), Arc::new(definition));
    definitions.into_iter().map(keyed).collect()
}

/// The definition of a metric in a project: its own, else the one for all.
pub(crate) fn resolve<'a>(
    defined: &'a Defined,
    project: Id<Project>,
    metric: &Label,
) -> Option<&'a Arc<MetricDefinition>> {
    let of = |project| defined.get(&(project, metric.clone()));
    of(Some(project)).or_else(|| of(None))
}
