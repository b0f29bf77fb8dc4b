//! What the batches of a run brought to its series, as a feed. A step is no position: what is logged late, or over what was
//! there, comes with its batch.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{BatchKind, Run, RunBatch, RunSeries, TouchedSeries};
use domain::{Count, Id};
use sea_orm::sea_query::ExprTrait;

use super::curve::Curve;
use super::run_batch::{Column, written_by};
use crate::bulk::{Bulk, Cells};
use crate::error::Result;
use crate::live::rows::Numbered;
use crate::live::{Feed, Read, Signal};
use crate::reader::{Reader, decode};
use crate::scope::Depth;

/// How many points are read at once, unless a single batch has more.
const POINTS: i64 = 100_000;

/// What batches bring to the series of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BroughtToSeries {
    /// The run.
    pub run: Id<Run>,
}

/// What a batch brought.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The batch.
    pub batch: RunBatch,
    /// The series that it touched.
    pub series: Vec<BroughtTo>,
}

/// What a batch brought to a series.
#[derive(Clone, Debug)]
pub struct BroughtTo {
    /// The series as it is by now.
    pub series: Arc<RunSeries>,
    /// The points that it brought; without those that others have replaced or removed since.
    pub points: Curve,
    /// The first of the steps whose points it removed.
    pub removed_from: Option<Count>,
}

impl BroughtToSeries {
    fn batches(self) -> Numbered<Run, RunBatch> {
        let column = |column| Depth::OUTER.column(column);
        let kinds = [BatchKind::Log, BatchKind::Rewind].map(BatchKind::as_str);
        let own = column(Column::RunId).eq(self.run.uuid()).and(column(Column::Kind).is_in(kinds));
        Numbered { parent: self.run, own, number: Column::Number }
    }
}

impl Feed for BroughtToSeries {
    type Item = Arc<Brought>;

    fn signals(&self) -> Vec<Signal> {
        written_by(self.run)
    }

    async fn head(&self, reader: &Reader) -> Result<Option<i64>> {
        self.batches().last(reader).await
    }

    async fn after(&self, reader: &Reader, position: i64) -> Result<Option<Read<Self::Item>>> {
        let Some(mut read) = self.batches().after(reader, position, |batch| batch.id.number().get()).await? else {
            return Ok(None);
        };
        let together = together(&read.items);
        read.more |= together < read.items.len();
        read.items.truncate(together);
        let series = series(reader, self.run, &read.items).await?;
        let mut points = points(reader, self.run, &read.items).await?;
        Ok(Some(read.map(|batch| Arc::new(brought(batch, &series, &mut points)))))
    }
}

type Batches = [(i64, RunBatch)];

/// How many of the batches are read together.
fn together(batches: &Batches) -> usize {
    let mut sum: i64 = 0;
    let fitting = batches.iter().take_while(|(_, batch)| {
        let steps = logged(batch).map(|(_, first, last)| (last - first).saturating_add(1));
        sum = steps.fold(sum, i64::saturating_add);
        sum <= POINTS
    });
    fitting.count().max(1).min(batches.len())
}

/// The series to which a batch brought points, with the first and the last step.
fn logged(batch: &RunBatch) -> impl Iterator<Item = (i64, i64, i64)> {
    let touched = batch.touched.0.iter().filter(|_| batch.kind == BatchKind::Log);
    touched.filter_map(|series| Some((series.number, series.first_step?, series.last_step?)))
}

/// The series that the batches touched, by their numbers.
async fn series(reader: &Reader, run: Id<Run>, batches: &Batches) -> Result<HashMap<i64, Arc<RunSeries>>> {
    const SERIES: &str =
        "SELECT s.* FROM run_series AS s WHERE s.run_id = $1 AND s.number IN (SELECT number FROM {rows})";
    let touched = batches.iter().flat_map(|(_, batch)| &batch.touched.0).map(|series| series.number);
    let mut numbers: Vec<i64> = touched.collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let found =
        reader.query(&Bulk::new(SERIES, vec![run.uuid().into()], vec![("number", Cells::Whole(numbers))])).await?;
    let series = found.iter().map(decode::<RunSeries>);
    series.map(|series| series.map(|series| (series.number.get(), Arc::new(series)))).collect()
}

/// The points that the batches brought and that are still theirs, by batch and series.
async fn points(reader: &Reader, run: Id<Run>, batches: &Batches) -> Result<HashMap<(i64, i64), Curve>> {
    const POINTS: &str = "SELECT p.batch_number, p.series_number, p.step, p.value, p.special, p.t, p.ts FROM {rows}
        JOIN series_points AS p ON p.run_id = $1 AND p.series_number = r.number
            AND p.step BETWEEN r.first_step AND r.last_step AND p.batch_number = r.batch";
    let (mut of, mut numbers, mut firsts, mut lasts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (position, batch) in batches {
        for (number, first, last) in logged(batch) {
            of.push(*position);
            numbers.push(number);
            firsts.push(first);
            lasts.push(last);
        }
    }
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = vec![
        ("batch", Cells::Whole(of)),
        ("number", Cells::Whole(numbers)),
        ("first_step", Cells::Whole(firsts)),
        ("last_step", Cells::Whole(lasts)),
    ];
    Curve::by(reader, &Bulk::new(POINTS, vec![run.uuid().into()], rows), |row| {
        Ok((row.try_get("", "batch_number")?, row.try_get("", "series_number")?))
    })
    .await
}

fn brought(batch: RunBatch, series: &HashMap<i64, Arc<RunSeries>>, points: &mut HashMap<(i64, i64), Curve>) -> Brought {
    let number = batch.id.number().get();
    let removed = |touched: &TouchedSeries| {
        let first = touched.first_step.filter(|_| batch.kind == BatchKind::Rewind)?;
        Count::try_new(first).ok()
    };
    let of = batch.touched.0.iter().filter_map(|touched| {
        Some(BroughtTo {
            series: Arc::clone(series.get(&touched.number)?),
            points: points.remove(&(number, touched.number)).unwrap_or_default(),
            removed_from: removed(touched),
        })
    });
    Brought { series: of.collect(), batch }
}
