//! Conservation: a quantity that must stay what it was at first, and where a series passes the limit of that.
//!
//! A value is judged when it is logged, beside the one that then stands before it in the series: only where that one was
//! within the limit is it a crossing. A value that replaces one that had passed the limit is none again. A terminal value
//! stands after all points, and replaces the one before it. NaN and the infinities pass every limit; a series that begins with one has nothing to be judged
//! by. Where another value becomes the first, what was said stays, and of the older values the last alone is judged by it.

use std::collections::HashMap;

use super::{Mark, Reading, SeriesChange};
use crate::number::Positive;
use crate::{Count, Real};

/// The least number that a drift is divided by.
const LEAST: f64 = 1e-9;

/// By what the values of a series are judged: the first, and by which part of it others may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conservation {
    first: Real,
    limit: Positive,
}

/// A value with which a series passed its limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The step; none of a terminal value.
    pub step: Option<Count>,
    /// The value.
    pub value: Reading,
    /// The value by which it was judged.
    pub first: Real,
    /// By which part of that it is off.
    pub drift: Reading,
}

impl Conservation {
    /// The rule of a series that begins so; none where that is no number.
    pub fn new(first: Option<Reading>, limit: Positive) -> Option<Self> {
        Some(Self { first: first?.finite()?, limit })
    }

    /// By which part of the first value this one is off.
    pub fn drift(self, value: Reading) -> Reading {
        let first = self.first.get();
        let drift = value.finite().map_or(f64::INFINITY, |value| (value.get() - first).abs() / first.abs().max(LEAST));
        Reading::new(drift)
    }

    /// Whether this value is off by more than may be.
    pub fn is_passed_by(self, value: Reading) -> bool {
        self.drift(value).get() > self.limit.get()
    }

    fn crossing(self, step: Option<Count>, value: Reading) -> Crossing {
        Crossing { step, value, first: self.first, drift: self.drift(value) }
    }
}

/// The older points that stand right before points that came late, by the steps of the latter.
pub type Older = HashMap<i64, Mark>;

impl SeriesChange {
    /// Where the series passed the limit with this batch, in the order of the steps.
    pub fn crossings(&self, limit: Positive, older: &Older) -> Vec<Crossing> {
        let Some(now) = Conservation::new(self.after.first, limit) else { return Vec::new() };
        let then = self.before.as_ref().and_then(|before| Conservation::new(before.first, limit));
        let had_passed = |value: Reading| then.is_some_and(|then| then.is_passed_by(value));
        let gone: HashMap<i64, Reading> = self.replaced.iter().map(|(step, value)| (step.get(), *value)).collect();
        let ended = self.before.as_ref().and_then(|before| before.terminal_value);
        let (mut found, mut over, mut previous) = (Vec::new(), false, None);
        for (step, value) in self.judged(then != Some(now)) {
            // What stands before it came with the batch as well, unless something older stands between.
            if let Some((at, value)) = self.older(step, older)
                && previous.is_none_or(|previous| previous < at)
            {
                over = had_passed(value);
            }
            let replaced = step.map_or(ended, |step| gone.get(&step.get()).copied());
            let passed = now.is_passed_by(value);
            if passed && !over && !replaced.is_some_and(had_passed) {
                found.push(now.crossing(step, value));
            }
            (over, previous) = (passed, step);
        }
        found
    }

    /// The values to be judged: the points that came, the last that was there where the first is another now, and the
    /// terminal value.
    fn judged(&self, anew: bool) -> Vec<(Option<Count>, Reading)> {
        let mut judged: Vec<_> = self.new.iter().map(|(step, value)| (Some(*step), *value)).collect();
        let last = self.last().filter(|(last, _)| anew && self.new.iter().all(|(step, _)| step != last));
        if let Some((last, value)) = last {
            let at = judged.partition_point(|(step, _)| step.is_some_and(|step| step < last));
            judged.insert(at, (Some(last), value));
        }
        judged.extend(self.terminal.map(|value| (None, value)));
        judged
    }

    /// The older value that stands right before this step, or before the end; the last itself where it is judged anew.
    fn older(&self, step: Option<Count>, older: &Older) -> Option<Mark> {
        let last = self.last();
        match step {
            Some(step) if last.is_some_and(|(last, _)| step <= last) => {
                older.get(&step.get()).copied().or(last.filter(|(last, _)| *last == step))
            }
            _ => last,
        }
    }

    /// The last value that was there.
    fn last(&self) -> Option<Mark> {
        self.before.as_ref().and_then(|before| before.last_step.zip(before.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::RunSeries;
    use crate::execution::run_series::tests::{marks, series};

    /// A series to which batches come one after the other, with all of its points.
    struct Logged {
        series: Option<RunSeries>,
        points: std::collections::BTreeMap<usize, f64>,
    }

    fn limit(limit: f64) -> Positive {
        Positive::try_new(limit).unwrap()
    }

    impl Logged {
        fn new() -> Self {
            Self { series: None, points: std::collections::BTreeMap::new() }
        }

        /// Logs points, and answers at which steps they pass a limit of a tenth; a terminal value stands at 999.
        fn log(&mut self, points: &[(usize, f64)], terminal: Option<f64>) -> Vec<usize> {
            let before = self.series.clone();
            let mut after = before.clone().unwrap_or_else(series);
            let replaced: Vec<_> = points.iter().filter_map(|(at, _)| Some((*at, *self.points.get(at)?))).collect();
            let older = |at: &usize| self.points.range(..at).next_back().map(|(step, value)| (*step, *value));
            let older: Vec<_> = points.iter().filter_map(|(at, _)| Some((*at, older(at)?))).collect();
            let older = older.into_iter().map(|(at, mark)| (Count::of(at).get(), marks(&[mark])[0])).collect();
            let (new, replaced) = (marks(points), marks(&replaced));
            after.log(&new, &replaced);
            let terminal = terminal.map(Reading::new);
            if let Some(terminal) = terminal {
                after.end(terminal);
            }
            self.points.extend(points.iter().copied());
            self.series = Some(after.clone());
            let change = SeriesChange { before, after, new, replaced, terminal };
            let step = |crossing: Crossing| crossing.step.map_or(999, |step| usize::try_from(step.get()).unwrap());
            change.crossings(limit(0.1), &older).into_iter().map(step).collect()
        }
    }

    #[test]
    fn a_drift_is_a_part_of_the_first_value() {
        for (first, value, drift) in [
            (2.0, 2.5, 0.25),
            (-2.0, -1.5, 0.25),
            (0.0, 1e-9, 1.0),
            (1e-300, 3e-9, 3.0),
            (-1e-12, 1e-12, 2e-12 / 1e-9),
            (1e308, -1e308, f64::INFINITY),
            (1.0, f64::NAN, f64::INFINITY),
            (1.0, f64::NEG_INFINITY, f64::INFINITY),
        ] {
            let rule = Conservation::new(Some(Reading::new(first)), limit(1.0)).unwrap();
            assert_eq!(rule.drift(Reading::new(value)), Reading::new(drift), "{first} {value}");
        }
        assert!(Conservation::new(Some(Reading::new(f64::NAN)), limit(1.0)).is_none());
        assert!(Conservation::new(None, limit(1.0)).is_none());
    }

    #[test]
    fn the_limit_itself_is_not_passed() {
        let rule = Conservation::new(Some(Reading::new(8.0)), limit(0.25)).unwrap();
        assert!(!rule.is_passed_by(Reading::new(10.0)) && !rule.is_passed_by(Reading::new(6.0)));
        assert!(rule.is_passed_by(Reading::new(10.000_001)) && rule.is_passed_by(Reading::new(5.999_999)));
    }

    #[test]
    fn each_crossing_is_found_once_however_batches_split_it() {
        let points = [(0, 1.0), (1, 1.05), (2, 1.2), (3, 0.5), (4, f64::NAN), (5, 1.0), (6, 0.8), (7, 0.7), (8, 1.0)];
        for size in 1..=points.len() {
            let mut logged = Logged::new();
            let found: Vec<_> = points.chunks(size).flat_map(|chunk| logged.log(chunk, None)).collect();
            assert_eq!(found, [2, 6], "in batches of {size}");
        }
    }

    #[test]
    fn a_point_that_comes_late_is_judged_beside_the_one_before_it() {
        let mut logged = Logged::new();
        assert_eq!(logged.log(&[(0, 1.0), (10, 2.0), (20, 1.0)], None), [10]);
        assert!(logged.log(&[(11, 2.0)], None).is_empty(), "it goes on from 10");
        assert!(logged.log(&[(12, 2.0), (13, 2.0)], None).is_empty(), "and these from 11");
        assert_eq!(logged.log(&[(5, 2.0)], None), [5]);
        assert_eq!(logged.log(&[(15, 1.0), (21, 2.0)], None), [21], "before 21 stands 20");
        assert_eq!(logged.log(&[(3, 1.0), (6, 1.0), (7, 2.0)], None), [7]);
    }

    #[test]
    fn a_value_that_replaces_one_beyond_the_limit_is_no_crossing_again() {
        let mut logged = Logged::new();
        assert_eq!(logged.log(&[(0, 1.0), (1, 2.0), (2, 1.0)], None), [1]);
        assert!(logged.log(&[(1, 3.0)], None).is_empty());
        assert!(logged.log(&[(1, 1.0)], None).is_empty());
        assert_eq!(logged.log(&[(1, 2.0)], None), [1]);
        assert_eq!(logged.log(&[(2, 2.0), (3, 2.0)], None), Vec::<usize>::new(), "it goes on from 1");
    }

    #[test]
    fn where_the_first_value_is_another_the_last_is_judged_by_it() {
        let mut logged = Logged::new();
        assert!(logged.log(&[(1, 1.0), (2, 1.0), (3, 1.0)], None).is_empty());
        assert_eq!(logged.log(&[(1, 2.0)], None), [3]);
        assert!(logged.log(&[(4, 1.0)], None).is_empty(), "it is beyond the limit still");
        assert!(logged.log(&[(0, 1.0)], None).is_empty(), "all is well by this one");
        assert_eq!(logged.log(&[(5, 2.0)], None), [5]);
        let mut broken = Logged::new();
        assert!(broken.log(&[(1, f64::NAN), (2, 5.0)], None).is_empty(), "there is nothing to be judged by");
        assert_eq!(broken.log(&[(1, 1.0)], None), [2]);
    }

    #[test]
    fn a_terminal_value_stands_after_all_points() {
        let mut logged = Logged::new();
        assert_eq!(logged.log(&[(0, 1.0), (1, 1.0)], Some(2.0)), [999]);
        assert!(logged.log(&[], Some(3.0)).is_empty());
        assert!(logged.log(&[(1, 1.0)], Some(3.0)).is_empty());
        assert!(logged.log(&[(2, 1.0)], Some(1.0)).is_empty());
        assert_eq!(logged.log(&[(3, 1.0)], Some(3.0)), [999]);
        assert!(Logged::new().log(&[], Some(3.0)).is_empty(), "it has nothing to be judged by");
    }
}
