//! The table `run_series`.

use domain::execution::{Reading, Run, RunSeries, Special};
use domain::project::Project;
use domain::text::Label;
use domain::{Count, Id, Real, Timestamp};

use crate::prelude::*;

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
