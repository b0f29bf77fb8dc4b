//! Comparing runs: several beside each other, and in what they differ.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use domain::Invalid;
use domain::execution::{self, DifferenceKind, Run as Entity, RunSeries, differences};
use futures_util::future::try_join_all;
use storage::execution::run_series::AllOfRun;
use storage::read::ById;

use super::Run;
use crate::input::Argument;
use crate::prelude::*;

/// The most runs that are compared at once.
const MOST: usize = 50;

/// Runs beside each other.
#[derive(Clone, Copy, Default)]
pub struct CompareQueries;

/// Runs beside each other.
#[Object]
impl CompareQueries {
    /// Several runs beside each other, and in what they differ.
    async fn compare_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The runs' ids: 1 to 50.")] ids: Argument<List<GlobalId<Entity>>>,
    ) -> Result<RunComparison> {
        let ids = ids.get("ids")?.0;
        if ids.is_empty() || ids.len() > MOST {
            let why = Invalid::new("length", format!("must have 1 to {MOST} ids, not {}", ids.len()));
            return Err(Failure::refused(&["ids"], &why));
        }
        let loader = loader(ctx)?;
        let runs = try_join_all(ids.iter().map(|id| loader.load(ById::<Entity> { id: id.0 }))).await?;
        let series = try_join_all(runs.iter().map(|run| async move {
            let Some(run) = run else { return Ok(None) };
            loader.load(AllOfRun { run: run.id }).await
        }));
        let series = series.await?;
        Ok(RunComparison::new(runs, series))
    }
}

/// Several runs beside each other.
#[derive(SimpleObject)]
pub struct RunComparison {
    /// The runs, in the order of the ids; null for each that is not there or not seen.
    runs: Vec<Option<Run>>,
    /// In what they differ: fields first, then settings, tags and series, each by their names.
    differences: Vec<RunDifference>,
}

/// What one run has.
type One = (Arc<Entity>, Arc<Vec<RunSeries>>);

impl RunComparison {
    fn new(runs: Vec<Option<Arc<Entity>>>, series: Vec<Option<Arc<Vec<RunSeries>>>>) -> Self {
        let found: Vec<Option<One>> =
            runs.into_iter().zip(series).map(|(run, series)| Some((run?, series.unwrap_or_default()))).collect();
        let compared: Vec<_> =
            found.iter().map(|found| found.as_ref().map(|(run, series)| (&**run, series.as_slice()))).collect();
        let differences = differences(&compared).into_iter().map(RunDifference::new).collect();
        Self { runs: found.into_iter().map(|found| found.map(|(run, _)| Run::new(run))).collect(), differences }
    }
}

/// Something in which runs differ. Names, descriptions and times are not looked at: hardly any two runs share them.
#[derive(SimpleObject)]
pub struct RunDifference {
    /// In what they differ.
    kind: Chosen<DifferenceKind>,
    /// The name of the field, as runs have it; the path of a setting, like `optimizer.lr` or `layers[0].size`; the tag; or
    /// the metric of the series. Lists differ element by element.
    path: String,
    /// The split of the series, where it has one.
    split: Option<String>,
    /// What each run has, in the order of the ids; null where it has nothing, or null itself. Of a tag it is true. Parents are
    /// named by their ids.
    values: Vec<Option<Json>>,
}

impl RunDifference {
    fn new(found: execution::RunDifference) -> Self {
        let execution::RunDifference { kind, path, split, values } = found;
        let values = values.into_iter().map(|value| (!value.is_null()).then_some(Json(value))).collect();
        Self { kind: Chosen(kind), path, split: maybe(text)(&split), values }
    }
}
