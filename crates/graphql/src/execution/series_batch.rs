//! What a batch brought to the series of a run.

use std::sync::Arc;

use async_graphql::Object;
use domain::execution::BatchKind;
use domain::text::Label;
use storage::execution::series_feed::{Brought, BroughtTo};

use super::RunSeries;
use super::series::SeriesPoints;
use crate::prelude::*;

/// What a batch brought to the series of a run.
pub struct SeriesBatch {
    brought: Arc<Brought>,
    /// Which of its series are shown.
    shown: Vec<usize>,
}

impl SeriesBatch {
    /// What it brought to the series of these metrics, or of all; none where that is nothing.
    pub(super) fn of(brought: Arc<Brought>, metrics: Option<&Vec<Label>>) -> Option<Self> {
        let is_shown = |of: &BroughtTo| metrics.is_none_or(|metrics| metrics.contains(&of.series.metric));
        let shown: Vec<_> = (0..brought.series.len()).filter(|at| is_shown(&brought.series[*at])).collect();
        (!shown.is_empty()).then_some(Self { brought, shown })
    }
}

/// What a batch brought to the series of a run.
#[Object]
impl SeriesBatch {
    /// The number of the batch within the run: the position from which whoever follows goes on.
    async fn number(&self) -> SafeInt {
        whole(&self.brought.batch.id.number())
    }

    /// What it did: LOG or REWIND.
    async fn kind(&self) -> Chosen<BatchKind> {
        Chosen(self.brought.batch.kind)
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.brought.batch.created_at)
    }

    /// The series that it touched.
    async fn series(&self) -> Vec<SeriesChange> {
        self.shown.iter().map(|at| SeriesChange { brought: Arc::clone(&self.brought), at: *at }).collect()
    }
}

/// What a batch brought to a series.
pub struct SeriesChange {
    brought: Arc<Brought>,
    at: usize,
}

impl SeriesChange {
    fn of(&self) -> &BroughtTo {
        &self.brought.series[self.at]
    }
}

/// What a batch brought to a series.
#[Object]
impl SeriesChange {
    /// The series, with what it comes to by now.
    async fn series(&self) -> RunSeries {
        RunSeries::new(Arc::clone(&self.of().series))
    }

    /// The points that it brought and that nothing has replaced or removed since.
    async fn points(&self) -> SeriesPoints {
        SeriesPoints(Arc::new(self.of().points.clone()))
    }

    /// The step from which on it removed all points; none unless it is a step back.
    async fn removed_from(&self) -> Option<SafeInt> {
        self.of().removed_from.as_ref().map(whole)
    }
}
