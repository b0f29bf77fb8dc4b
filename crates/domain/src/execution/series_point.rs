//! A point of a series: what it was at a step. Points are added by the million, so they are known by their place alone.

use std::fmt;
use std::str::FromStr;

use super::{Reading, Run};
use crate::{AnyId, Count, Entity, Id, Invalid, Key, Part, Real, Timestamp};

/// What a series was at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesPoint {
    /// Its place.
    pub id: PointKey,
    /// The value.
    pub value: Reading,
    /// The simulation's time.
    pub t: Option<Real>,
    /// When it was measured.
    pub ts: Timestamp,
    /// The batch that wrote it.
    pub batch_number: Count,
}

impl Entity for SeriesPoint {
    type Id = PointKey;
    const PREFIX: &'static str = "seriespoint";
    const TABLE: &'static str = "series_points";
    const NAME: &'static str = "series point";
}

/// The place of a point: its run, the number of its series there, and its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointKey {
    /// The run.
    pub run: Id<Run>,
    /// The number of the series within the run.
    pub series: Count,
    /// The step.
    pub step: Count,
}

impl std::hash::Hash for PointKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.run, self.series.get(), self.step.get()).hash(state);
    }
}

impl Key for PointKey {
    fn parts(self) -> Vec<Part> {
        vec![Part::Uuid(self.run.uuid()), Part::Number(self.series.get()), Part::Number(self.step.get())]
    }

    fn try_from_parts(parts: &[Part]) -> Result<Self, Invalid> {
        match parts {
            [Part::Uuid(run), Part::Number(series), Part::Number(step)] => {
                Ok(Self { run: Id::try_new(*run)?, series: Count::try_new(*series)?, step: Count::try_new(*step)? })
            }
            _ => Err(Invalid::new("id", "the id of a point ends in the number of its series and its step")),
        }
    }
}

impl FromStr for PointKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::try_from_parts(&AnyId::parts_of::<SeriesPoint>(text)?)
    }
}

impl fmt::Display for PointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&AnyId::of::<SeriesPoint>(*self), f)
    }
}
