//! The points of a run's series as batches write them, one statement for all; and what the series come to by that.

use std::collections::{BTreeMap, HashMap};

use domain::execution::{
    Known, Mark, Reading, Run, RunBatch, RunSeries, SeriesChange, SeriesLog, SeriesName, Special, Totals, TouchedSeries,
};
use domain::{Count, Leaf, Real};
use sea_orm::QueryResult;
use sea_orm::sea_query::OnConflict;

use super::notice::notice;
use super::run_series::Column;
use crate::bulk::{Bulk, Cells};
use crate::error::Result;
use crate::reader::decode;
use crate::row::Row;
use crate::write::Work;

/// What a batch of points did.
pub(super) struct Logged {
    /// The series that it touched.
    pub(super) touched: Vec<TouchedSeries>,
    /// How many series the run has with it.
    pub(super) series_count: Count,
}

/// Logs points; what the series come to follows from them and from those that they replace, unless an extreme went.
pub(super) async fn log(work: &mut Work, run: &Run, batch: &RunBatch, logs: &[SeriesLog]) -> Result<Logged> {
    let (mut changed, series_count) = named(work, run, batch, logs).await?;
    let mut replaced = replaced(work, run, &changed).await?;
    let (mut sure, mut unsure) = (Vec::new(), Vec::new());
    for changed in &mut changed {
        changed.replaced = replaced.remove(&changed.after.number.get()).unwrap_or_default();
        let known = changed.after.log(&changed.new, &changed.replaced);
        changed.after.updated_at = work.now();
        if let Some(terminal) = changed.terminal {
            changed.after.end(terminal);
        }
        if known == Known::Surely { &mut sure } else { &mut unsure }.push(changed.after.clone());
    }
    keep(work, &sure).await?;
    insert(work, run, batch, changed.iter().zip(logs)).await?;
    recount(work, run, unsure).await?;
    notice(work, run, &changed).await?;
    Ok(Logged { touched: changed.iter().map(touched).collect(), series_count })
}

/// Removes the points after a step; the series that had some, and how many points went.
pub(super) async fn rewind(work: &mut Work, run: &Run, step: Count) -> Result<(Vec<TouchedSeries>, u64)> {
    const BEYOND: &str = "SELECT s.* FROM run_series AS s WHERE s.run_id = $1
        AND (s.last_step > $2 OR s.terminal_value IS NOT NULL OR s.terminal_special IS NOT NULL) ORDER BY s.number";
    const REMOVE: &str = "DELETE FROM series_points WHERE run_id = $1 AND step > $2
        AND series_number IN (SELECT number FROM run_series WHERE run_id = $1 AND last_step > $2)";
    let values = || vec![run.id.uuid().into(), step.get().into()];
    let beyond = work.query(&Bulk::new(BEYOND, values(), Vec::new())).await?;
    let mut beyond = beyond.iter().map(decode::<RunSeries>).collect::<Result<Vec<_>>>()?;
    if beyond.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let removed = work.execute(&Bulk::new(REMOVE, values(), Vec::new())).await?;
    let touched = beyond.iter().map(|series| TouchedSeries {
        metric: series.metric.clone(),
        split: series.split.clone(),
        number: series.number.get(),
        first_step: series.last_step.filter(|last| last.get() > step.get()).map(|_| step.get() + 1),
        last_step: series.last_step.map(Count::get).filter(|last| *last > step.get()),
    });
    let touched = touched.collect();
    for series in &mut beyond {
        series.terminal_value = None;
        series.updated_at = work.now();
    }
    recount(work, run, beyond).await?;
    Ok((touched, removed))
}

fn touched(changed: &SeriesChange) -> TouchedSeries {
    TouchedSeries {
        metric: changed.after.metric.clone(),
        split: changed.after.split.clone(),
        number: changed.after.number.get(),
        first_step: changed.new.first().map(|(step, _)| step.get()),
        last_step: changed.new.last().map(|(step, _)| step.get()),
    }
}

/// The series that are logged, as they are or as they begin, with their new points; and how many the run has with them.
async fn named(work: &Work, run: &Run, batch: &RunBatch, logs: &[SeriesLog]) -> Result<(Vec<SeriesChange>, Count)> {
    const NAMED: &str = "SELECT s.* FROM run_series AS s
        WHERE s.run_id = $1 AND s.metric IN (SELECT metric FROM {rows})";
    let metrics = logs.iter().map(|log| log.name.metric.to_string()).collect();
    let rows = vec![("metric", Cells::Text(metrics))];
    let found = work.query(&Bulk::new(NAMED, vec![run.id.uuid().into()], rows)).await?;
    let mut known: HashMap<SeriesName, RunSeries> = HashMap::new();
    for series in found.iter().map(decode::<RunSeries>) {
        let series = series?;
        known.insert(series.name(), series);
    }
    let mut count = batch.series_count;
    let mut changed = Vec::with_capacity(logs.len());
    for log in logs {
        let before = known.remove(&log.name);
        let after = if let Some(before) = &before {
            before.clone()
        } else {
            count = count.plus(Count::of(1));
            RunSeries::begun(
                work.reader().ids().next_for()?,
                (run.project_id, run.id),
                count,
                log.name.clone(),
                work.now(),
            )
        };
        let (new, replaced, terminal) = (log.marks(), Vec::new(), log.terminal_value);
        changed.push(SeriesChange { before, after, new, replaced, terminal });
    }
    Ok((changed, count))
}

/// The points that are there already at steps that are logged, by the number of their series.
async fn replaced(work: &Work, run: &Run, changed: &[SeriesChange]) -> Result<BTreeMap<i64, Vec<Mark>>> {
    const REPLACED: &str = "SELECT p.series_number, p.step, p.value, p.special FROM {rows}
        JOIN series_points AS p ON p.run_id = $1 AND p.series_number = r.series_number AND p.step = r.step
        ORDER BY p.series_number, p.step";
    let (mut numbers, mut steps) = (Vec::new(), Vec::new());
    for changed in changed {
        for (step, _) in changed.late() {
            numbers.push(changed.after.number.get());
            steps.push(step.get());
        }
    }
    let mut replaced: BTreeMap<i64, Vec<Mark>> = BTreeMap::new();
    if steps.is_empty() {
        return Ok(replaced);
    }
    let rows = vec![("series_number", Cells::Whole(numbers)), ("step", Cells::Whole(steps))];
    for row in work.query(&Bulk::new(REPLACED, vec![run.id.uuid().into()], rows)).await? {
        if let Some(value) = reading(&row, "value", "special")? {
            let mark = (Count::try_new(row.try_get("", "step")?)?, value);
            replaced.entry(row.try_get("", "series_number")?).or_default().push(mark);
        }
    }
    Ok(replaced)
}

/// Writes all points in one statement.
async fn insert<'a>(
    work: &Work,
    run: &Run,
    batch: &RunBatch,
    logged: impl Iterator<Item = (&'a SeriesChange, &'a SeriesLog)>,
) -> Result<()> {
    const INSERT: &str = "INSERT INTO series_points
            (run_id, series_number, step, value, special, t, ts, batch_number)
        SELECT $1, series_number, step, value, value_special, t, ts, $2 FROM {rows} WHERE true
        ON CONFLICT (run_id, series_number, step) DO UPDATE SET
            value = excluded.value, special = excluded.special, t = excluded.t, ts = excluded.ts,
            batch_number = excluded.batch_number";
    let (mut numbers, mut steps, mut values, mut times, mut stamps) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (changed, log) in logged {
        let columns = log.columns();
        numbers.resize(numbers.len() + log.len(), changed.after.number.get());
        steps.extend(columns.steps.iter().map(|step| step.get()));
        values.extend(columns.values.iter().map(|value| value.get()));
        // What is absent goes as NaN, which no time is.
        times.extend(columns.times.iter().flatten().map(|t| t.get()));
        times.resize(steps.len(), f64::NAN);
        stamps.extend(columns.timestamps.iter().flatten());
        stamps.resize(steps.len(), work.now());
    }
    if steps.is_empty() {
        return Ok(());
    }
    let rows = vec![
        ("series_number", Cells::Whole(numbers)),
        ("step", Cells::Whole(steps)),
        ("value", Cells::Real(values)),
        ("t", Cells::Real(times)),
        ("ts", Cells::Time(stamps)),
    ];
    let values = vec![run.id.uuid().into(), batch.id.number().get().into()];
    work.execute(&Bulk::new(INSERT, values, rows)).await.map(drop)
}

/// Counts the points of series anew and writes what they come to. It reads all of their points: only a series whose
/// extreme was replaced by something less extreme, and one that was rewound, comes here.
async fn recount(work: &Work, run: &Run, mut unsure: Vec<RunSeries>) -> Result<()> {
    const TOTALS: &str =
        "SELECT c.*, f.value AS first, f.special AS first_special, l.value AS last, l.special AS last_special
        FROM (
            SELECT p.series_number, count(*) AS count, min(p.step) AS first_step, max(p.step) AS last_step,
                min(p.value) AS min, max(p.value) AS max, count(p.special) AS non_finite_count,
                min(CASE WHEN p.special IS NOT NULL THEN p.step END) AS first_non_finite_step
            FROM series_points AS p
            WHERE p.run_id = $1 AND p.series_number IN (SELECT number FROM {rows})
            GROUP BY p.series_number
        ) AS c
        JOIN series_points AS f ON f.run_id = $1 AND f.series_number = c.series_number AND f.step = c.first_step
        JOIN series_points AS l ON l.run_id = $1 AND l.series_number = c.series_number AND l.step = c.last_step";
    if unsure.is_empty() {
        return Ok(());
    }
    let rows = vec![("number", Cells::Whole(unsure.iter().map(|series| series.number.get()).collect()))];
    let mut found: HashMap<i64, Totals> = HashMap::new();
    for row in work.query(&Bulk::new(TOTALS, vec![run.id.uuid().into()], rows)).await? {
        found.insert(row.try_get("", "series_number")?, totals(&row)?);
    }
    for series in &mut unsure {
        series.recounted(&found.remove(&series.number.get()).unwrap_or_else(|| Totals::of(&[])));
    }
    keep(work, &unsure).await
}

fn totals(row: &QueryResult) -> Result<Totals> {
    let count = |name: &str| -> Result<Count> { Ok(Count::try_new(row.try_get("", name)?)?) };
    let maybe = |name: &str| -> Result<Option<Count>> {
        Ok(row.try_get::<Option<i64>>("", name)?.map(Count::try_new).transpose()?)
    };
    let mark = |step: &str, value: &str, special: &str| -> Result<Option<Mark>> {
        Ok(maybe(step)?.zip(reading(row, value, special)?))
    };
    Ok(Totals {
        count: count("count")?,
        first: mark("first_step", "first", "first_special")?,
        last: mark("last_step", "last", "last_special")?,
        min: real(row, "min")?,
        max: real(row, "max")?,
        non_finite_count: count("non_finite_count")?,
        first_non_finite_step: maybe("first_non_finite_step")?,
    })
}

/// The value in two columns of a row.
pub(crate) fn reading(row: &QueryResult, value: &str, special: &str) -> Result<Option<Reading>> {
    let special = row.try_get::<Option<String>>("", special)?.map(Special::parse).transpose()?;
    Ok(Reading::from_columns(real(row, value)?, special)?)
}

/// The number in a column of a row that may be null.
pub(crate) fn real(row: &QueryResult, name: &str) -> Result<Option<Real>> {
    Ok(row.try_get::<Option<f64>>("", name)?.map(Real::try_new).transpose()?)
}

/// Writes what series come to, in one statement; new ones are added.
async fn keep(work: &Work, series: &[RunSeries]) -> Result<()> {
    if series.is_empty() {
        return Ok(());
    }
    let said = [
        Column::Count,
        Column::FirstStep,
        Column::LastStep,
        Column::First,
        Column::FirstSpecial,
        Column::Last,
        Column::LastSpecial,
        Column::Min,
        Column::Max,
        Column::NonFiniteCount,
        Column::FirstNonFiniteStep,
        Column::TerminalValue,
        Column::TerminalSpecial,
        Column::UpdatedAt,
    ];
    let mut insert = RunSeries::insertion(series);
    insert.on_conflict(OnConflict::column(Column::Id).update_columns(said).to_owned());
    work.execute(&insert).await.map(drop)
}
