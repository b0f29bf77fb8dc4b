//! What rows look like as JSON: the columns of a statement, in the order of the answer's fields.

use super::json::Out;

/// The form of a cell.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// An id of this prefix.
    Id(&'static str),
    /// A text.
    Text,
    /// A moment.
    Time,
    /// A whole number.
    Whole,
    /// A whole number of 64 bits, as a text.
    Big,
    /// A real number.
    Real,
    /// A real number, or the text that stands so many columns behind it where it is not finite.
    Reading(usize),
    /// JSON.
    Json,
}

/// The fields of an object, from the first column on.
pub type Shape = &'static [(&'static str, Cell)];

/// A row whose cells can be written.
pub trait Cells {
    /// Writes the cell of a column that is in this form, or null.
    fn write(&self, column: usize, cell: Cell, out: &mut Out);

    /// Writes the fields of a row, without the bracket that closes it.
    fn open(&self, shape: Shape, out: &mut Out) {
        self.open_from(0, shape, out);
    }

    /// Writes a row.
    fn object(&self, shape: Shape, out: &mut Out) {
        self.open(shape, out);
        out.raw(b"}");
    }

    /// The same as `open`, from a column on.
    fn open_from(&self, first: usize, shape: Shape, out: &mut Out) {
        for (at, (name, cell)) in shape.iter().enumerate() {
            out.name(at, name);
            self.write(first + at, *cell, out);
        }
    }
}

/// A paper.
pub const PAPER: Shape = &[
    ("id", Cell::Id("paper")),
    ("title", Cell::Text),
    ("abstract", Cell::Text),
    ("authors", Cell::Json),
    ("doi", Cell::Text),
    ("sourceUrl", Cell::Text),
    ("status", Cell::Text),
    ("revision", Cell::Whole),
    ("createdAt", Cell::Time),
    ("updatedAt", Cell::Time),
];

/// A paper of a page.
pub const PAPER_OF_PAGE: Shape =
    &[("id", Cell::Id("paper")), ("title", Cell::Text), ("status", Cell::Text), ("createdAt", Cell::Time)];

/// A claim.
pub const CLAIM: Shape = &[
    ("id", Cell::Id("claim")),
    ("metricName", Cell::Text),
    ("metricValue", Cell::Real),
    ("sourceCitation", Cell::Text),
    ("confidence", Cell::Real),
];

/// A plan.
pub const PLAN: Shape =
    &[("id", Cell::Id("plan")), ("version", Cell::Text), ("status", Cell::Text), ("budgetMinutes", Cell::Whole)];

/// A run of a plan.
pub const RUN_OF_PLAN: Shape = &[
    ("id", Cell::Id("run")),
    ("name", Cell::Text),
    ("status", Cell::Text),
    ("seed", Cell::Big),
    ("queuedAt", Cell::Time),
    ("endedAt", Cell::Time),
    ("durationMs", Cell::Whole),
];

/// An eval.
pub const EVAL: Shape = &[
    ("id", Cell::Id("eval")),
    ("metricName", Cell::Text),
    ("claimed", Cell::Real),
    ("observed", Cell::Real),
    ("gapPercent", Cell::Real),
    ("verdict", Cell::Text),
];

/// A paper of the dashboard.
pub const PAPER_OF_DASHBOARD: Shape = &[("id", Cell::Id("paper")), ("title", Cell::Text)];

/// The latest run of a paper.
pub const LATEST: Shape =
    &[("id", Cell::Id("run")), ("name", Cell::Text), ("endedAt", Cell::Time), ("durationMs", Cell::Whole)];

/// The summary of a paper.
pub const SUMMARY: Shape = &[
    ("planCount", Cell::Whole),
    ("runCount", Cell::Whole),
    ("succeededRunCount", Cell::Whole),
    ("latestRunAt", Cell::Time),
];

/// A run.
pub const RUN: Shape = &[
    ("id", Cell::Id("run")),
    ("name", Cell::Text),
    ("kind", Cell::Text),
    ("status", Cell::Text),
    ("seed", Cell::Big),
    ("config", Cell::Json),
    ("tags", Cell::Json),
    ("queuedAt", Cell::Time),
    ("startedAt", Cell::Time),
    ("endedAt", Cell::Time),
    ("durationMs", Cell::Whole),
];

/// Behind it stands what `last` is where it is not finite.
pub const SERIES: Shape = &[
    ("id", Cell::Id("runseries")),
    ("metric", Cell::Text),
    ("split", Cell::Text),
    ("count", Cell::Whole),
    ("last", Cell::Reading(3)),
    ("min", Cell::Real),
    ("max", Cell::Real),
];

/// Of an event its number and its run stand before.
pub const EVENT: Shape =
    &[("seq", Cell::Whole), ("ts", Cell::Time), ("eventType", Cell::Text), ("payload", Cell::Json)];

/// A run of a list.
pub const RUN_OF_LIST: Shape = &[
    ("id", Cell::Id("run")),
    ("name", Cell::Text),
    ("status", Cell::Text),
    ("config", Cell::Json),
    ("tags", Cell::Json),
    ("endedAt", Cell::Time),
    ("durationMs", Cell::Whole),
];
