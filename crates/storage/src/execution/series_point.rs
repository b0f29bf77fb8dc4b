//! The table `series_points`.

use domain::execution::{PointKey, Reading, Run, SeriesPoint, Special};
use domain::{Count, Id, Invalid, Real, Timestamp};

use crate::prelude::*;

row! {
    "series_points" SeriesPoint,
    known by { run_id: Id<Run>, series_number: Count, step: Count, }
    from |run, series, step| Ok::<_, Invalid>(PointKey { run, series, step }),
    into |place: PointKey| (place.run, place.series, place.step);
    {
        ts: Timestamp,
        batch_number: Count,
    }
    optional {
        t: Real,
    }
    spread value over {
        value: Real,
        special: Special,
    } from reading, into |reading| Reading::columns(Some(reading));
    under Run, by RunId;
}

fn reading(value: Option<Real>, special: Option<Special>) -> Result<Reading, Invalid> {
    Reading::from_columns(value, special)?.ok_or_else(|| Invalid::new("reading", "a point has a value"))
}
