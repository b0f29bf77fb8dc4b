//! The order of runs by a metric, as clients give it.

use domain::execution::{MetricOrder as Entity, Run, SeriesFigure, SeriesName, SortDirection};
use domain::text::Label;
use storage::Order;
use storage::execution::metric_order::by_metric;

use crate::choice::Chosen;
use crate::input::{Given, Parsed};
use crate::order::OtherOrder;

crate::input! {
    /// An order of runs by a metric; those that have no finite value of it come last both ways.
    MetricOrder {
        /// The metric.
        metric: Parsed<Label>,
        /// On which part of the data; without it, the series that has none.
        split: Option<Parsed<Label>>,
        /// What of the series; LAST by default.
        figure: Given<Chosen<SeriesFigure>>,
        /// Up or down.
        direction: Chosen<SortDirection>,
    }
}

impl OtherOrder for MetricOrder {
    type Entity = Run;

    fn order(self) -> Order<Run> {
        by_metric(Entity {
            series: SeriesName { metric: self.metric.0, split: self.split.map(|split| split.0) },
            figure: self.figure.0.map_or(SeriesFigure::Last, |figure| figure.0),
            direction: self.direction.0,
        })
    }
}
