//! A series of a run: a metric on a split, and what its points come to. How that changes with a batch is decided here,
//! from the batch and what it replaced alone: never from all points, unless an extreme went.

use super::{Reading, Run};
use crate::project::Project;
use crate::text::Label;
use crate::{Count, Id, Real, Timestamp, entity};

entity! {
    /// A metric of a run, on a split or on none, with what its points come to.
    RunSeries "run series" as "runseries" in "run_series", logged {
        /// The project of the run.
        project_id: Id<Project>,
        /// The run.
        run_id: Id<Run>,
        /// Its number within the run, from 1.
        number: Count,
        /// What is measured.
        metric: Label,
        /// On which part of the data.
        split: Option<Label>,
        /// How many points there are.
        count: Count,
        /// The least step.
        first_step: Option<Count>,
        /// The greatest step.
        last_step: Option<Count>,
        /// The value at the least step.
        first: Option<Reading>,
        /// The terminal value, or else the value at the greatest step.
        last: Option<Reading>,
        /// The least finite value.
        min: Option<Real>,
        /// The greatest finite value.
        max: Option<Real>,
        /// How many values are not finite.
        non_finite_count: Count,
        /// The least step whose value is not finite.
        first_non_finite_step: Option<Count>,
        /// What it came to in the end, where that was said beside its points.
        terminal_value: Option<Reading>,
        /// When it was last written.
        updated_at: Timestamp,
    }
}

/// What a series is called within its run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeriesName {
    /// What is measured.
    pub metric: Label,
    /// On which part of the data.
    pub split: Option<Label>,
}

/// A step and its value.
pub type Mark = (Count, Reading);

/// What the points of a series come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// How many there are.
    pub count: Count,
    /// The one at the least step.
    pub first: Option<Mark>,
    /// The one at the greatest step.
    pub last: Option<Mark>,
    /// The least finite value.
    pub min: Option<Real>,
    /// The greatest finite value.
    pub max: Option<Real>,
    /// How many values are not finite.
    pub non_finite_count: Count,
    /// The least step whose value is not finite.
    pub first_non_finite_step: Option<Count>,
}

/// Whether totals are known after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// They are.
    Surely,
    /// An extreme was replaced by something less extreme: its points must be counted again.
    Recount,
}

impl Totals {
    /// The totals of these points, which are in the order of their steps.
    pub fn of(points: &[Mark]) -> Self {
        let finite = || points.iter().filter_map(|(_, value)| value.finite());
        let non_finite = || points.iter().filter(|(_, value)| !value.is_finite());
        Self {
            count: Count::of(points.len()),
            first: points.first().copied(),
            last: points.last().copied(),
            min: finite().reduce(least),
            max: finite().reduce(greatest),
            non_finite_count: Count::of(non_finite().count()),
            first_non_finite_step: non_finite().map(|(step, _)| *step).next(),
        }
    }
}

impl RunSeries {
    /// A series that has nothing yet.
    pub fn begun(
        id: Id<Self>,
        (project_id, run_id): (Id<Project>, Id<Run>),
        number: Count,
        name: SeriesName,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            project_id,
            run_id,
            number,
            metric: name.metric,
            split: name.split,
            count: Count::ZERO,
            first_step: None,
            last_step: None,
            first: None,
            last: None,
            min: None,
            max: None,
            non_finite_count: Count::ZERO,
            first_non_finite_step: None,
            terminal_value: None,
            updated_at: now,
            created_at: now,
        }
    }

    /// What it is called within its run.
    pub fn name(&self) -> SeriesName {
        SeriesName { metric: self.metric.clone(), split: self.split.clone() }
    }

    /// Takes in points, in the order of their steps, that replace these.
    pub fn log(&mut self, new: &[Mark], replaced: &[Mark]) -> Known {
        let (added, gone) = (Totals::of(new), Totals::of(replaced));
        self.count = self.count.plus(added.count).less(gone.count);
        self.non_finite_count = self.non_finite_count.plus(added.non_finite_count).less(gone.non_finite_count);
        if let Some((step, value)) = added.first
            && self.first_step.is_none_or(|first| step.get() <= first.get())
        {
            (self.first_step, self.first) = (Some(step), Some(value));
        }
        if let Some((step, value)) = added.last
            && self.last_step.is_none_or(|last| step.get() >= last.get())
        {
            (self.last_step, self.last) = (Some(step), self.terminal_value.or(Some(value)));
        }
        let lost = self.lost(&added, &gone);
        self.min = self.min.into_iter().chain(added.min).reduce(least);
        self.max = self.max.into_iter().chain(added.max).reduce(greatest);
        let steps = self.first_non_finite_step.into_iter().chain(added.first_non_finite_step);
        self.first_non_finite_step = steps.reduce(Count::min);
        lost
    }

    /// Whether points that went were the extremes, and what came is less.
    fn lost(&self, added: &Totals, gone: &Totals) -> Known {
        let min = gone.min.is_some() && gone.min == self.min && added.min.is_none_or(|min| Some(min) > self.min);
        let max = gone.max.is_some() && gone.max == self.max && added.max.is_none_or(|max| Some(max) < self.max);
        let marked = gone.first_non_finite_step.is_some() && gone.first_non_finite_step == self.first_non_finite_step;
        let later = |step: Count| self.first_non_finite_step.is_some_and(|first| step.get() > first.get());
        let marked = marked && added.first_non_finite_step.is_none_or(later);
        if min || max || marked { Known::Recount } else { Known::Surely }
    }

    /// Says what it came to in the end.
    pub fn end(&mut self, terminal: Reading) {
        (self.terminal_value, self.last) = (Some(terminal), Some(terminal));
    }

    /// Takes over what its points were found to come to.
    pub fn recounted(&mut self, totals: &Totals) {
        self.count = totals.count;
        (self.first_step, self.first) = totals.first.unzip();
        let (last_step, last) = totals.last.unzip();
        (self.last_step, self.last) = (last_step, self.terminal_value.or(last));
        (self.min, self.max) = (totals.min, totals.max);
        self.non_finite_count = totals.non_finite_count;
        self.first_non_finite_step = totals.first_non_finite_step;
    }
}

fn least(a: Real, b: Real) -> Real {
    if b < a { b } else { a }
}

fn greatest(a: Real, b: Real) -> Real {
    if b > a { b } else { a }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::execution) fn series() -> RunSeries {
        let id = "0190aaaa-bbbb-7000-8000-000000000000".parse().unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let of = (Id::try_new(id).unwrap(), Id::try_new(id).unwrap());
        let name = SeriesName { metric: Label::try_new("loss").unwrap(), split: None };
        RunSeries::begun(Id::try_new(id).unwrap(), of, Count::of(1), name, now)
    }

    pub(in crate::execution) fn marks(marks: &[(usize, f64)]) -> Vec<Mark> {
        marks.iter().map(|(step, value)| (Count::of(*step), Reading::new(*value))).collect()
    }

    #[test]
    fn only_an_extreme_that_went_is_looked_for_again() {
        let mut series = series();
        assert_eq!(series.log(&marks(&[(1, 5.0), (2, 1.0), (3, 9.0)]), &[]), Known::Surely);
        assert_eq!(series.log(&marks(&[(1, 4.0)]), &marks(&[(1, 5.0)])), Known::Surely);
        assert_eq!(series.log(&marks(&[(2, 0.5)]), &marks(&[(2, 1.0)])), Known::Surely);
        assert_eq!(series.log(&marks(&[(3, 2.0)]), &marks(&[(3, 9.0)])), Known::Recount);
        assert_eq!(
            (series.count, series.first, series.last),
            (Count::of(3), Some(Reading::new(4.0)), Some(Reading::new(2.0)))
        );
    }

    #[test]
    fn a_terminal_value_is_the_last() {
        let mut series = series();
        series.end(Reading::new(0.5));
        assert_eq!((series.last, series.count), (Some(Reading::new(0.5)), Count::ZERO));
        series.log(&marks(&[(7, 3.0)]), &[]);
        assert_eq!((series.last, series.last_step), (Some(Reading::new(0.5)), Some(Count::of(7))));
    }
}
