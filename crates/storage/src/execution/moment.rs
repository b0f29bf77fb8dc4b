//! What the series of runs that were read were at a step: one statement for any number of runs and steps.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use domain::execution::{Reading, Run, RunSeries};
use domain::{Count, Id, Real, Timestamp};

use super::points::{reading, real};
use crate::bulk::{Bulk, Cells};
use crate::column::Col;
use crate::error::Result;
use crate::read::{Load, shared};
use crate::reader::{Reader, decode};

/// What the series of a run were at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The run, which was read.
    pub run: Id<Run>,
    /// The step.
    pub step: Count,
}

impl Hash for At {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.run, self.step.get()).hash(state);
    }
}

/// What a series was at a step.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The series.
    pub series: Arc<RunSeries>,
    /// The value.
    pub value: Reading,
    /// The simulation's time.
    pub t: Option<Real>,
    /// When it was measured.
    pub ts: Timestamp,
}

impl Load for At {
    type Value = Arc<Vec<Moment>>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        const AT: &str = "SELECT s.*, p.step AS at_step, p.value AS at_value, p.special AS at_special, p.t AS at_t,
                p.ts AS at_ts
            FROM {rows}
            JOIN run_series AS s ON s.run_id = r.of_run
            JOIN series_points AS p ON p.run_id = s.run_id AND p.series_number = s.number AND p.step = r.of_step
            ORDER BY s.run_id, s.number";
        let rows = vec![
            ("of_run", Cells::Uuid(keys.iter().map(|key| key.run.uuid()).collect())),
            ("of_step", Cells::Whole(keys.iter().map(|key| key.step.get()).collect())),
        ];
        let mut found: HashMap<Self, Vec<Moment>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for row in reader.query(&Bulk::new(AT, Vec::new(), rows)).await? {
            let series = Arc::new(decode::<RunSeries>(&row)?);
            let key = Self { run: series.run_id, step: Count::try_new(row.try_get("", "at_step")?)? };
            if let Some(value) = reading(&row, "at_value", "at_special")? {
                let (t, ts) = (real(&row, "at_t")?, row.try_get::<Col<Timestamp>>("", "at_ts")?.0);
                found.entry(key).or_default().push(Moment { series, value, t, ts });
            }
        }
        Ok(shared(&keys, found))
    }
}
