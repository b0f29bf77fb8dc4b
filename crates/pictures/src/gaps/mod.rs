//! The gaps of a paper: each of its claims beside the best that was observed of it. Claims of one metric in one unit share a
//! scale. A ring is what is claimed, a mark what was observed; its shape and its colour are the verdict.

mod draw;
mod read;
mod row;
#[cfg(test)]
mod tests;

use domain::Real;
use domain::execution::{Comparison, Direction};

pub(crate) use draw::draw;
pub(crate) use read::read;

/// What is drawn of a paper.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gaps {
    /// The paper's title.
    title: String,
    /// Its claims, by what they measure.
    panels: Vec<Panel>,
    /// Whether it has more than these.
    more: bool,
}

/// The claims of a metric in a unit.
#[derive(Clone, Debug, PartialEq)]
struct Panel {
    /// What people call the metric.
    metric: String,
    /// The unit of the numbers.
    unit: Option<String>,
    /// Which numbers are better.
    direction: Option<Direction>,
    /// The claims, in the order in which they were added.
    claims: Vec<Claimed>,
}

/// A claim.
#[derive(Clone, Debug, PartialEq)]
struct Claimed {
    /// What it is of: the dataset and the split, else where it stands in the paper.
    of: String,
    /// The number.
    number: Real,
    /// What was observed, as it compares with that.
    observed: Option<Comparison>,
    /// The run that showed it.
    run: Option<String>,
}

impl Panel {
    /// The metric with its unit.
    fn name(&self) -> String {
        crate::with_unit(&self.metric, self.unit.as_deref())
    }
}
