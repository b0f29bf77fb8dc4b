//! The curves of runs: a panel for each metric, all over the same steps. Of one run each split has a colour; of several
//! each run has one, and each split its dashes. A line breaks where a value is not finite.

mod draw;
mod plot;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use draw::draw;
pub(crate) use read::read;

/// The most runs of a picture: so many lines can be told apart.
pub const MOST_RUNS: usize = crate::kit::theme::LINES;

/// The most metrics of a picture.
pub const MOST_METRICS: usize = 6;

/// What is drawn of runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Curves {
    /// The names of the runs.
    runs: Vec<String>,
    /// The splits that occur: the one without a name is none.
    splits: Vec<Option<String>>,
    /// The metrics.
    panels: Vec<Panel>,
    /// Whether there are more metrics, or more splits of them.
    more: bool,
    /// How many values are not finite.
    odd: i64,
}

/// The lines of a metric.
#[derive(Clone, Debug, PartialEq)]
struct Panel {
    /// What people call the metric.
    metric: String,
    /// The unit of its values.
    unit: Option<String>,
    /// Its lines.
    lines: Vec<Line>,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    /// Which of the runs.
    run: usize,
    /// Which of the splits.
    split: usize,
    /// The steps and the values, finite or not.
    points: Vec<(f64, f64)>,
}

impl Panel {
    /// The metric with its unit.
    fn name(&self) -> String {
        crate::with_unit(&self.metric, self.unit.as_deref())
    }
}
