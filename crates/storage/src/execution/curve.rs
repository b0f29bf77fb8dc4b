//! The points of series that were read, as columns: a page of them, or a sample that keeps the curve's shape. Points of
//! many series, of many runs, are one statement.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

use domain::execution::{Reading, Run, RunSeries};
use domain::{Count, Id, Real, Timestamp};
use sea_orm::QueryResult;
use time::OffsetDateTime;
use uuid::Uuid;

use super::points::{reading, real};
use crate::bulk::{Bulk, Cells};
use crate::column::Col;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::read::{Load, in_order};
use crate::reader::Reader;

/// A series that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfSeries {
    run: Id<Run>,
    number: Count,
}

impl OfSeries {
    /// The points of this series.
    pub fn new(series: &RunSeries) -> Self {
        Self::nth(series.run_id, series.number)
    }

    /// The points of the series of this number of a run.
    pub fn nth(run: Id<Run>, number: Count) -> Self {
        Self { run, number }
    }

    fn key(self) -> (Uuid, i64) {
        (self.run.uuid(), self.number.get())
    }
}

impl Hash for OfSeries {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// From which step to which, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Steps {
    from: i64,
    to: i64,
}

impl Steps {
    /// All steps, or those from and to these.
    pub fn new(from: Option<Count>, to: Option<Count>) -> Self {
        Self { from: from.map_or(0, Count::get), to: to.map_or(domain::number::SAFE_MAX, Count::get) }
    }
}

/// Points as columns, in the order of their steps.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The steps.
    pub steps: Vec<Count>,
    /// The value at each.
    pub values: Vec<Reading>,
    /// The simulation's time at each, where there is one.
    pub times: Vec<Option<Real>>,
    /// When each was measured.
    pub timestamps: Vec<Timestamp>,
    /// Whether there are more after these.
    pub more: bool,
}

/// A page of a series' points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Points {
    /// The series.
    pub of: OfSeries,
    /// Its steps.
    pub steps: Steps,
    /// How many at most.
    pub size: u32,
}

impl Load for Points {
    type Value = Arc<Curve>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Arc<Curve>>>> {
        let mut pages: HashMap<(Steps, u32), Vec<Self>> = HashMap::new();
        for key in &keys {
            pages.entry((key.steps, key.size)).or_default().push(*key);
        }
        let mut found = HashMap::new();
        for ((steps, size), keys) in pages {
            let values = vec![steps.from.into(), steps.to.into(), i64::from(size).into()];
            let rows = columns(keys.iter().map(|key| key.of));
            let mut curves = match reader.dialect() {
                Dialect::Postgres => whole_curves(reader, &Bulk::new(PAGE_ON_POSTGRES, values, rows)).await?,
                Dialect::Sqlite => curves(reader, Bulk::new(PAGE_ON_SQLITE, values, rows)).await?,
            };
            for key in keys {
                let mut curve = curves.remove(&key.of.key()).unwrap_or_default();
                curve.more = curve.cut(usize::try_from(size).unwrap_or(usize::MAX));
                found.insert(key, Arc::new(curve));
            }
        }
        Ok(in_order(&keys, &found))
    }
}

/// A page of the points of each series, and one more, to see whether there are more: the series as rows, the points as
/// columns. A value that is not finite is what it is called, and no time is NaN.
const PAGE_ON_POSTGRES: &str = "SELECT r.run_id, r.series_number, p.* FROM {rows} CROSS JOIN LATERAL (
        SELECT array_agg(p.step) AS steps, array_agg(coalesce(p.value, p.special::double precision)) AS values,
            array_agg(coalesce(p.t, 'NaN')) AS times, array_agg(p.ts) AS timestamps
        FROM (
            SELECT p.step, p.value, p.special, p.t, p.ts FROM series_points AS p
            WHERE p.run_id = r.run_id AND p.series_number = r.series_number AND p.step BETWEEN $1 AND $2
            ORDER BY p.step LIMIT $3 + 1
        ) AS p
    ) AS p
    WHERE p.steps IS NOT NULL";

/// The same, the points as rows.
const PAGE_ON_SQLITE: &str = "SELECT r.run_id, r.series_number, p.step, p.value, p.special, p.t, p.ts
    FROM {rows} CROSS JOIN series_points AS p
    WHERE p.run_id = r.run_id AND p.series_number = r.series_number AND p.step >= $1 AND p.step <= coalesce((
        SELECT q.step FROM series_points AS q
        WHERE q.run_id = r.run_id AND q.series_number = r.series_number AND q.step BETWEEN $1 AND $2
        ORDER BY q.step LIMIT 1 OFFSET $3
    ), $2)";

/// A sample of a series' points: the first and the last, and of each of many equal stretches the least and the greatest,
/// and the first that is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sample {
    /// The series.
    pub of: OfSeries,
    /// Its steps, of which it has some.
    pub steps: Steps,
    /// How wide a stretch is.
    pub width: i64,
    /// Whether it has values that are not finite.
    pub odd: bool,
}

impl Sample {
    /// The sample of a series that has at most this many points; none where all of them are no more than that.
    pub fn try_new(series: &RunSeries, steps: Steps, most: u32) -> Option<Self> {
        let (first, last) = series.first_step.zip(series.last_step)?;
        let most = i64::from(most);
        if series.count.get() <= most {
            return None;
        }
        let steps = Steps { from: steps.from.max(first.get()), to: steps.to.min(last.get()) };
        let odd = series.non_finite_count != Count::ZERO;
        let each = if odd { 3 } else { 2 };
        let stretches = ((most - 2) / each).max(1);
        let width = (steps.to - steps.from).max(0) / stretches + 1;
        Some(Self { of: OfSeries::new(series), steps, width, odd })
    }
}

impl Load for Sample {
    type Value = Arc<Curve>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Arc<Curve>>>> {
        let mut found = HashMap::new();
        // One series may be asked for in several ways; each round has it once.
        let mut left = keys.clone();
        while !left.is_empty() {
            let (mut round, mut later): (HashMap<(Uuid, i64), Self>, Vec<Self>) = (HashMap::new(), Vec::new());
            for key in left {
                match round.entry(key.of.key()) {
                    Entry::Vacant(place) => {
                        place.insert(key);
                    }
                    Entry::Occupied(_) => later.push(key),
                }
            }
            let keys: Vec<Self> = round.into_values().collect();
            let mut rows = columns(keys.iter().map(|key| key.of));
            let whole = |of: fn(&Self) -> i64| Cells::Whole(keys.iter().map(of).collect());
            rows.push(("from_step", whole(|key| key.steps.from)));
            rows.push(("to_step", whole(|key| key.steps.to)));
            rows.push(("width", whole(|key| key.width)));
            rows.push(("odd", whole(|key| i64::from(key.odd))));
            let mut curves = curves(reader, Bulk::new(sample(reader.dialect()), Vec::new(), rows)).await?;
            for key in keys {
                let curve = curves.remove(&key.of.key()).unwrap_or_default();
                found.insert(key, Arc::new(curve));
            }
            left = later;
        }
        Ok(in_order(&keys, &found))
    }
}

/// The points that a sample keeps, found stretch by stretch: grouping all points would sort them.
fn sample(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => SAMPLE_ON_POSTGRES,
        Dialect::Sqlite => SAMPLE_ON_SQLITE,
    }
}

/// A stretch is looked through for its extremes, and again until they are met.
const SAMPLE_ON_POSTGRES: &str = "WITH stretches AS MATERIALIZED (
        SELECT r.run_id, r.series_number, s.low, s.high, within.*
        FROM {rows}
        CROSS JOIN LATERAL (
            SELECT low, least(low + r.width - 1, r.to_step) AS high
            FROM generate_series(r.from_step, r.to_step, r.width) AS low
        ) AS s
        CROSS JOIN LATERAL (
            SELECT min(p.step) AS first_step, max(p.step) AS last_step, min(p.value) AS least,
                max(p.value) AS greatest, min(p.step) FILTER (WHERE p.special IS NOT NULL) AS odd
            FROM series_points AS p
            WHERE p.run_id = r.run_id AND p.series_number = r.series_number AND p.step BETWEEN s.low AND s.high
        ) AS within
    ), kept AS (
        SELECT s.run_id, s.series_number, (
            SELECT p.step FROM series_points AS p
            WHERE p.run_id = s.run_id AND p.series_number = s.series_number
                AND p.step BETWEEN s.low AND s.high AND p.value = s.least
            ORDER BY p.step LIMIT 1
        ) AS step FROM stretches AS s
        UNION SELECT s.run_id, s.series_number, (
            SELECT p.step FROM series_points AS p
            WHERE p.run_id = s.run_id AND p.series_number = s.series_number
                AND p.step BETWEEN s.low AND s.high AND p.value = s.greatest
            ORDER BY p.step LIMIT 1
        ) FROM stretches AS s
        UNION SELECT run_id, series_number, odd FROM stretches
        UNION SELECT run_id, series_number, min(first_step) FROM stretches GROUP BY run_id, series_number
        UNION SELECT run_id, series_number, max(last_step) FROM stretches GROUP BY run_id, series_number
    )
    SELECT p.run_id, p.series_number, p.step, p.value, p.special, p.t, p.ts FROM kept AS k
    JOIN series_points AS p
        ON p.run_id = k.run_id AND p.series_number = k.series_number AND p.step = k.step";

/// A stretch is looked through for its least and once more for its greatest: a bare column beside `min` or `max` is that of
/// their row.
const SAMPLE_ON_SQLITE: &str = "WITH RECURSIVE stretches (run_id, series_number, low, high, to_step, width, odd) AS (
        SELECT run_id, series_number, from_step, from_step + width - 1, to_step, width, odd FROM {rows}
        UNION ALL
        SELECT run_id, series_number, low + width, high + width, to_step, width, odd FROM stretches
        WHERE low + width <= to_step
    ), kept AS (
        SELECT s.run_id, s.series_number, (SELECT step FROM (
            SELECT p.step AS step, min(p.value) FROM series_points AS p WHERE p.run_id = s.run_id
            AND p.series_number = s.series_number AND p.step BETWEEN s.low AND min(s.high, s.to_step)
        )) AS step FROM stretches AS s
        UNION SELECT s.run_id, s.series_number, (SELECT step FROM (
            SELECT p.step AS step, max(p.value) FROM series_points AS p WHERE p.run_id = s.run_id
            AND p.series_number = s.series_number AND p.step BETWEEN s.low AND min(s.high, s.to_step)
        )) FROM stretches AS s
        UNION SELECT s.run_id, s.series_number, (
            SELECT p.step FROM series_points AS p WHERE p.run_id = s.run_id
            AND p.series_number = s.series_number AND p.step BETWEEN s.low AND min(s.high, s.to_step)
            AND p.special IS NOT NULL ORDER BY p.step LIMIT 1
        ) FROM stretches AS s WHERE s.odd
        UNION SELECT r.run_id, r.series_number, (
            SELECT min(p.step) FROM series_points AS p WHERE p.run_id = r.run_id
            AND p.series_number = r.series_number AND p.step BETWEEN r.from_step AND r.to_step
        ) FROM {rows}
        UNION SELECT r.run_id, r.series_number, (
            SELECT max(p.step) FROM series_points AS p WHERE p.run_id = r.run_id
            AND p.series_number = r.series_number AND p.step BETWEEN r.from_step AND r.to_step
        ) FROM {rows}
    )
    SELECT p.run_id, p.series_number, p.step, p.value, p.special, p.t, p.ts FROM kept AS k
    CROSS JOIN series_points AS p
        ON p.run_id = k.run_id AND p.series_number = k.series_number AND p.step = k.step";

/// The series as rows.
fn columns(series: impl Iterator<Item = OfSeries> + Clone) -> Vec<(&'static str, Cells)> {
    vec![
        ("run_id", Cells::Uuid(series.clone().map(|of| of.run.uuid()).collect())),
        ("series_number", Cells::Whole(series.map(|of| of.number.get()).collect())),
    ]
}

/// The points that a statement finds as columns, by their series.
async fn whole_curves(reader: &Reader, statement: &Bulk) -> Result<HashMap<(Uuid, i64), Curve>> {
    let rows = reader.query(statement).await?;
    rows.iter().map(|row| Ok(((row.try_get_by(0)?, row.try_get_by(1)?), Curve::of_columns(row)?))).collect()
}

/// The points that a statement finds, by their series.
async fn curves(reader: &Reader, statement: Bulk) -> Result<HashMap<(Uuid, i64), Curve>> {
    Curve::by(reader, &statement, |row| Ok((row.try_get("", "run_id")?, row.try_get("", "series_number")?))).await
}

impl Curve {
    /// The points that a statement finds, by a key.
    pub(super) async fn by<K: Eq + Hash>(
        reader: &Reader,
        statement: &Bulk,
        key: impl Fn(&QueryResult) -> Result<K>,
    ) -> Result<HashMap<K, Self>> {
        let mut curves: HashMap<K, Self> = HashMap::new();
        for row in reader.query(statement).await? {
            curves.entry(key(&row)?).or_default().push(&row)?;
        }
        curves.values_mut().for_each(Self::sort);
        Ok(curves)
    }

    fn of_columns(row: &QueryResult) -> Result<Self> {
        let (steps, values): (Vec<i64>, Vec<f64>) = (row.try_get_by(2)?, row.try_get_by(3)?);
        let (times, timestamps): (Vec<f64>, Vec<OffsetDateTime>) = (row.try_get_by(4)?, row.try_get_by(5)?);
        Ok(Self {
            steps: steps.into_iter().map(Count::try_new).collect::<std::result::Result<_, _>>()?,
            values: values.into_iter().map(Reading::new).collect(),
            times: times.into_iter().map(|t| Real::try_new(t).ok()).collect(),
            timestamps: timestamps.into_iter().map(Timestamp::try_new).collect::<std::result::Result<_, _>>()?,
            more: false,
        })
    }

    fn push(&mut self, row: &QueryResult) -> Result<()> {
        if let Some(value) = reading(row, "value", "special")? {
            self.steps.push(Count::try_new(row.try_get("", "step")?)?);
            self.values.push(value);
            self.times.push(real(row, "t")?);
            self.timestamps.push(row.try_get::<Col<Timestamp>>("", "ts")?.0);
        }
        Ok(())
    }

    /// Brings the points into the order of their steps, in which they mostly are.
    fn sort(&mut self) {
        if self.steps.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.steps.len()).collect();
        order.sort_by_key(|at| self.steps[*at].get());
        self.steps = order.iter().map(|at| self.steps[*at]).collect();
        self.values = order.iter().map(|at| self.values[*at]).collect();
        self.times = order.iter().map(|at| self.times[*at]).collect();
        self.timestamps = order.iter().map(|at| self.timestamps[*at]).collect();
    }

    /// Leaves this many points, and says whether there were more.
    fn cut(&mut self, size: usize) -> bool {
        let more = self.steps.len() > size;
        self.steps.truncate(size);
        self.values.truncate(size);
        self.times.truncate(size);
        self.timestamps.truncate(size);
        more
    }
}
