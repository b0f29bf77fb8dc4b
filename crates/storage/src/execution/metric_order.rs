//! Runs in the order of a metric.

use domain::execution::{MetricOrder, Run, RunSeries, SeriesFigure, SortDirection};
use domain::text::Label;
use sea_orm::sea_query::{Expr, ExprTrait};
use serde_json::json;

use super::run_series::{Column, is_named};
use crate::order::{Direction, Figure, Order};
use crate::row::id_column;
use crate::scope::Depth;

/// The order of runs by a metric; runs that have no finite value of it come last both ways.
pub fn by_metric(order: MetricOrder) -> Order<Run> {
    let MetricOrder { series, figure, direction } = &order;
    let split = series.split.as_ref().map(Label::as_str);
    let name = json!([figure.as_str(), series.metric.as_str(), split, direction.as_str()]).to_string();
    let direction = match direction {
        SortDirection::Ascending => Direction::Ascending,
        SortDirection::Descending => Direction::Descending,
    };
    Order::by_figure(name, order, direction)
}

impl Figure for MetricOrder {
    fn of(&self, run: Depth) -> Expr {
        let inner = run.inner();
        let column = match self.figure {
            SeriesFigure::Last => Column::Last,
            SeriesFigure::Min => Column::Min,
            SeriesFigure::Max => Column::Max,
        };
        let mut found = inner.select_from::<RunSeries>();
        found
            .column((inner.alias(), column))
            .and_where(inner.column(Column::RunId).eq(run.column(id_column::<Run>())))
            .and_where(is_named(|column| inner.column(column), &self.series));
        Expr::SubQuery(None, Box::new(found.into()))
    }
}
