//! Runs in groups, and what each group comes to.

use std::sync::Arc;

use async_graphql::{Object, OneofObject, SimpleObject};
use domain::execution::{RunGroupField, SeriesName, Spread};
use domain::project::Project;
use domain::text::Label;
use domain::{Count, Id, Invalid, JsonPath};
use storage::execution::run_groups::{Group, GroupBy, Grouping, Groups, GroupsOf};

use super::Run;
use crate::filter::Filter;
use crate::object::FilterOf;
use crate::paging::limited;
use crate::prelude::*;

/// The most things by which runs are grouped.
const MOST_KEYS: usize = 4;
/// The most metrics that are summed up.
const MOST_METRICS: usize = 10;

/// What the runs of a group have the same: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum RunGroupByInput {
    /// What is at a path of their settings, like `optimizer.lr`: a text, a number, true or false. Numbers are the same
    /// however they are written, and are compared as doubles; a number is no text. Runs that have none of them are one group.
    Config(Parsed<JsonPath>),
    /// A field of theirs.
    Field(Chosen<RunGroupField>),
}

input! {
    /// A metric that is summed up.
    RunGroupMetricInput {
        /// The metric of the series.
        metric: Parsed<Label>,
        /// The split of the series; without it that of the series without one.
        split: Option<Parsed<Label>>,
    }
}

/// How runs are grouped, as it was asked for.
pub fn grouping(
    by: List<RunGroupByInput>,
    metrics: Option<List<RunGroupMetricInput>>,
    filter: Option<FilterOf<Run>>,
    size: u64,
) -> Result<Grouping> {
    let metrics = metrics.map(|metrics| metrics.0).unwrap_or_default();
    at_most(by.0.len(), MOST_KEYS, "by")?;
    at_most(metrics.len(), MOST_METRICS, "metrics")?;
    let by = by.0.into_iter().map(|by| match by {
        RunGroupByInput::Config(path) => GroupBy::Config(path.0),
        RunGroupByInput::Field(field) => GroupBy::Field(field.0),
    });
    let name = |name: RunGroupMetricInput| SeriesName { metric: name.metric.0, split: name.split.map(|split| split.0) };
    let filter = filter.map(|filter| limited(filter.predicate(), &["filter"])).transpose()?;
    Ok(Grouping::new(by.collect(), metrics.into_iter().map(name).collect(), filter, size))
}

fn at_most(found: usize, most: usize, argument: &str) -> Result<()> {
    if found > most {
        return Err(Failure::refused(&[argument], &Invalid::new("length", format!("must have at most {most}"))));
    }
    Ok(())
}

/// Runs in groups.
pub struct RunGroups {
    found: Arc<Groups>,
    grouping: Arc<Grouping>,
}

impl RunGroups {
    /// The groups of a project that was read.
    pub async fn load(ctx: &Context<'_>, project: Id<Project>, grouping: Grouping) -> Result<Self> {
        let grouping = Arc::new(grouping);
        let key = GroupsOf { project, grouping: Arc::clone(&grouping) };
        Ok(Self { found: loader(ctx)?.load(key).await?.unwrap_or_default(), grouping })
    }
}

/// Runs in groups.
#[Object]
impl RunGroups {
    /// The groups, the largest first; those of the same size by what their runs have the same.
    async fn groups(&self) -> Vec<RunGroup> {
        self.found.groups.iter().map(|group| RunGroup::new(group, &self.grouping)).collect()
    }

    /// Whether there are more groups after these.
    async fn has_next_page(&self) -> bool {
        self.found.more
    }
}

/// Runs that have the same.
#[derive(SimpleObject)]
pub struct RunGroup {
    /// What they have the same, in the order in which it was asked for; null where they have nothing. A seed is a string.
    values: Vec<Option<Json>>,
    /// How many there are.
    run_count: SafeInt,
    /// What they come to, in the order of the metrics.
    metrics: Vec<RunGroupMetric>,
}

impl RunGroup {
    fn new(group: &Group, grouping: &Grouping) -> Self {
        let metrics = grouping.metrics().iter().zip(&group.spreads);
        Self {
            values: group.values.iter().map(|value| (!value.is_null()).then(|| Json(value.clone()))).collect(),
            run_count: whole(&group.runs),
            metrics: metrics.map(|(name, spread)| RunGroupMetric::new(name, *spread)).collect(),
        }
    }
}

/// What the last values of a metric come to over the runs of a group. Those that are not finite do not count.
#[derive(SimpleObject)]
pub struct RunGroupMetric {
    /// The metric.
    metric: String,
    /// The split of the series.
    split: Option<String>,
    /// How many runs have a finite last value.
    count: SafeInt,
    /// Their mean.
    mean: Option<f64>,
    /// Their sample deviation, by one less than how many they are: of two or more. Null where it is too large for a number.
    deviation: Option<f64>,
    /// The least of them.
    min: Option<f64>,
    /// The greatest of them.
    max: Option<f64>,
}

impl RunGroupMetric {
    fn new(name: &SeriesName, spread: Option<Spread>) -> Self {
        Self {
            metric: text(&name.metric),
            split: maybe(text)(&name.split),
            count: whole(&spread.map_or(Count::ZERO, |spread| spread.count)),
            mean: spread.map(|spread| spread.mean.get()),
            deviation: spread.and_then(|spread| spread.deviation).map(domain::Real::get),
            min: spread.map(|spread| spread.min.get()),
            max: spread.map(|spread| spread.max.get()),
        }
    }
}
