//! Reads what is drawn: five statements, whatever the number of runs, metrics and points. Of a long series a sample is read
//! that keeps its shape.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{MetricDefinition, Run, RunSeries};
use domain::text::Label;
use domain::{Count, Id, Leaf};
use storage::execution::curve::{Curve, OfSeries, Points, Sample, Steps};
use storage::execution::metric_definition::DefinitionOf;
use storage::execution::run_series::{Column, SeriesOfRun};
use storage::read::{ById, Load, Within};
use storage::{Predicate, Reader, Result, Test, Window};

use super::{Curves, Line, MOST_METRICS, Panel};
use crate::first;

/// The most series of a run that are drawn.
const MOST_SERIES: u64 = 50;
/// The most points of a line: more than a picture has places from side to side would not be seen.
const MOST_POINTS: usize = 400;
/// The most points of a picture, but that each line has some.
const ALL_POINTS: usize = 12_000;

/// What is drawn of these runs, and of all metrics or of these; none where the viewer does not see all the runs.
pub(crate) async fn read(runs: &[Id<Run>], metrics: &[Label], reader: &Reader) -> Result<Option<Curves>> {
    let found = ById::<Run>::load(runs.iter().map(|id| ById { id: *id }).collect(), reader).await?;
    let Some(runs) = found.into_iter().collect::<Option<Vec<Arc<Run>>>>() else { return Ok(None) };
    let (series, more) = series(&runs, metrics, reader).await?;
    let (names, cut) = chosen(&series);
    let series: Vec<_> = series.into_iter().filter(|one| names.contains(&one.metric)).collect();
    let definitions = definitions(&runs, &names, reader).await?;
    let curves = points(&series, reader).await?;
    let splits = splits(&series);
    let panels = names.iter().map(|metric| {
        let definition = definitions.get(metric);
        let of_metric = series.iter().zip(&curves).filter(|(one, _)| one.metric == *metric);
        let lines = of_metric.map(|(one, curve)| line(one, curve.as_deref(), (&runs, &splits)));
        Panel {
            metric: definition.map_or_else(|| metric.raw(), |definition| definition.name.raw()),
            unit: definition.and_then(|definition| definition.unit.as_ref()).map(Leaf::raw),
            lines: lines.filter(|line| !line.points.is_empty()).collect(),
        }
    });
    let panels = panels.filter(|panel| !panel.lines.is_empty()).collect();
    let odd = series.iter().map(|one| one.non_finite_count.get()).sum();
    let runs = runs.iter().map(|run| run.name.raw()).collect();
    Ok(Some(Curves { runs, splits, panels, more: more || cut, odd }))
}

/// The series of these runs, in the order of the runs, and whether there are more of them.
async fn series(runs: &[Arc<Run>], metrics: &[Label], reader: &Reader) -> Result<(Vec<Arc<RunSeries>>, bool)> {
    let named = metrics.iter().map(|metric| metric.as_str().into()).collect();
    let filter = (!metrics.is_empty()).then_some(Predicate::Column(Column::Metric, Test::In(named)));
    let window = Window::named(filter, "NUMBER_ASC", first(MOST_SERIES))?;
    let key = |run: &Arc<Run>| Within::<SeriesOfRun> { parent: run.id, window: window.clone() };
    let found = Within::load(runs.iter().map(key).collect(), reader).await?;
    let slices: Vec<_> = found.into_iter().flatten().collect();
    let more = slices.iter().any(|slice| slice.more);
    let mut series: Vec<_> = slices.into_iter().flat_map(|slice| slice.rows).map(|placed| placed.row).collect();
    // Who names metrics gets them in the order in which they are named.
    series.sort_by_key(|one| metrics.iter().position(|metric| *metric == one.metric));
    Ok((series, more))
}

/// The metrics that are drawn, and whether there are others.
fn chosen(series: &[Arc<RunSeries>]) -> (Vec<Label>, bool) {
    let mut metrics: Vec<Label> = Vec::new();
    for one in series {
        if !metrics.contains(&one.metric) {
            metrics.push(one.metric.clone());
        }
    }
    let cut = metrics.len() > MOST_METRICS;
    metrics.truncate(MOST_METRICS);
    (metrics, cut)
}

/// The splits that occur; none, which is drawn as the plainest line, comes first.
fn splits(series: &[Arc<RunSeries>]) -> Vec<Option<String>> {
    let mut splits: Vec<Option<String>> = Vec::new();
    for one in series {
        let split = one.split.as_ref().map(Leaf::raw);
        if !splits.contains(&split) {
            splits.push(split);
        }
    }
    splits.sort_by_key(Option::is_some);
    splits
}

/// What the metrics mean in the projects of the runs; where they differ, in that of the first.
async fn definitions(
    runs: &[Arc<Run>],
    metrics: &[Label],
    reader: &Reader,
) -> Result<HashMap<Label, Arc<MetricDefinition>>> {
    let of = |run: &Arc<Run>, metric: &Label| DefinitionOf { project: run.project_id, metric: metric.clone() };
    // Of several runs the first comes last, and its definitions stay.
    let asked: Vec<_> = runs.iter().rev().flat_map(|run| metrics.iter().map(move |metric| of(run, metric))).collect();
    let found = DefinitionOf::load(asked.clone(), reader).await?;
    Ok(asked.into_iter().zip(found).filter_map(|(asked, found)| Some((asked.metric, found?))).collect())
}

/// The points of these series, or samples of them.
async fn points(series: &[Arc<RunSeries>], reader: &Reader) -> Result<Vec<Option<Arc<Curve>>>> {
    let most = u32::try_from((ALL_POINTS / series.len().max(1)).clamp(60, MOST_POINTS)).unwrap_or(60);
    let steps = Steps::new(None, None);
    let whole = |one: &Arc<RunSeries>| Points { of: OfSeries::new(one), steps, size: most };
    let samples: Vec<_> = series.iter().map(|one| Sample::try_new(one, steps, most)).collect();
    let keys = series.iter().zip(&samples).filter(|(_, sample)| sample.is_none()).map(|(one, _)| whole(one)).collect();
    let mut in_full = Points::load(keys, reader).await?.into_iter();
    let mut parts = Sample::load(samples.iter().flatten().copied().collect(), reader).await?.into_iter();
    let curve = |sample: &Option<Sample>| if sample.is_some() { parts.next() } else { in_full.next() };
    Ok(samples.iter().map(curve).map(Option::flatten).collect())
}

fn line(series: &RunSeries, curve: Option<&Curve>, (runs, splits): (&[Arc<Run>], &[Option<String>])) -> Line {
    let split = series.split.as_ref().map(Leaf::raw);
    let points = curve.map(|curve| curve.steps.iter().map(|step| Count::double(*step)).zip(&curve.values));
    Line {
        run: runs.iter().position(|run| run.id == series.run_id).unwrap_or_default(),
        split: splits.iter().position(|known| *known == split).unwrap_or_default(),
        points: points.into_iter().flatten().map(|(step, value)| (step, value.get())).collect(),
    }
}
