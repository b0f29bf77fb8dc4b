//! The table `run_series`.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{Reading, Run, RunSeries, SeriesName, Special};
use domain::project::Project;
use domain::text::Label;
use domain::{Count, Id, Real, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::error::Result;
use crate::prelude::*;
use crate::read::{Load, shared};
use crate::reader::Reader;
use crate::scope::Depth;

row! {
    "run_series" RunSeries, logged {
        project_id: Id<Project>,
        run_id: Id<Run>,
        number: Count,
        metric: Label,
        count: Count,
        non_finite_count: Count,
        updated_at: Timestamp,
    }
    optional {
        split: Label,
        first_step: Count,
        last_step: Count,
        min: Real,
        max: Real,
        first_non_finite_step: Count,
    }
    spread first over {
        first: Real,
        first_special: Special,
    } from Reading::from_columns, into Reading::columns;
    spread last over {
        last: Real,
        last_special: Special,
    } from Reading::from_columns, into Reading::columns;
    spread terminal_value over {
        terminal_value: Real,
        terminal_special: Special,
    } from Reading::from_columns, into Reading::columns;
    under Run, by RunId;
}

edge! {
    /// The series of a run.
    SeriesOfRun: Run => RunSeries, RunId, "run_id";
}

sorts! { RunSeries {
    Number: "NUMBER_ASC" Ascending, "NUMBER_DESC" Descending, "its number within the run";
    Metric: "METRIC_ASC" Ascending, "METRIC_DESC" Descending, "the metric";
    Last: "LAST_DESC" Descending, "LAST_ASC" Ascending, "the last value";
} }

/// The condition that a series has this name.
pub(super) fn is_named(column: impl Fn(Column) -> Expr, name: &SeriesName) -> Expr {
    let split = match &name.split {
        Some(split) => column(Column::Split).eq(split.as_str()),
        None => column(Column::Split).is_null(),
    };
    column(Column::Metric).eq(name.metric.as_str()).and(split)
}

/// All series of a run that was read, without their points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllOfRun {
    /// The run.
    pub run: Id<Run>,
}

impl Load for AllOfRun {
    type Value = Arc<Vec<RunSeries>>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let runs: Vec<_> = keys.iter().map(|key| key.run.uuid()).collect();
        let of_runs = reader.dialect().among(Depth::OUTER.column(Column::RunId), &runs);
        let mut found: HashMap<Self, Vec<RunSeries>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for series in reader.find::<RunSeries>(Condition::all().add(of_runs)).await? {
            found.entry(Self { run: series.run_id }).or_default().push(series);
        }
        Ok(shared(&keys, found))
    }
}
