//! An order of runs by a metric.

use crate::choice;
use crate::execution::SeriesName;

choice! {
    /// What a series comes to.
    SeriesFigure {
        /// The terminal value, or else the value at the greatest step.
        Last = "LAST",
        /// The least finite value.
        Min = "MIN",
        /// The greatest finite value.
        Max = "MAX",
    }
}

choice! {
    /// A way up or down.
    SortDirection {
        /// The least first.
        Ascending = "ASC",
        /// The greatest first.
        Descending = "DESC",
    }
}

/// An order of runs by a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricOrder {
    /// By which series of theirs.
    pub series: SeriesName,
    /// By what it comes to.
    pub figure: SeriesFigure,
    /// Up or down.
    pub direction: SortDirection,
}
