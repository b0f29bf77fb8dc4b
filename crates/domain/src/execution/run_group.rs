//! A group of runs: it owns how the mean and the deviation of their values follow from what a database sums up.

use std::cmp::Ordering;

use crate::{Count, Real, choice};

choice! {
    /// Of which field of theirs runs have to have the same to be grouped.
    RunGroupField {
        /// A tag: a run with several is in the group of each.
        Tag = "TAG",
        /// The group to which they belong.
        Group = "GROUP",
        /// What their randomness starts from.
        Seed = "SEED",
    }
}

/// What some values come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many there are.
    pub count: Count,
    /// Their mean.
    pub mean: Real,
    /// The sample deviation: of at least two, and where it is not too large for a number.
    pub deviation: Option<Real>,
    /// The least.
    pub min: Real,
    /// The greatest.
    pub max: Real,
}

/// What a database sums up of some values. Each is first brought between 0 and 1, by how far it is from the least to the
/// greatest, so that nothing is too large, and nothing is lost beside something large.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// How many there are: at least one.
    pub count: Count,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// About the mean of what they were brought to.
    pub average: f64,
    /// How far they are from that, summed up.
    pub rest: f64,
    /// The squares of that, summed up.
    pub squares: f64,
}

impl Sums {
    /// Beyond this, or below its negative, all values are halved before they are compared.
    pub const HUGE: f64 = 1e307;

    /// What the values come to; none where that is no number.
    pub fn spread(self) -> Option<Spread> {
        let Self { min, max, average, rest, squares, .. } = self;
        if min.partial_cmp(&max).is_none_or(Ordering::is_gt) {
            return None;
        }
        let count = self.count.double();
        let (range, times) = self.range();
        let step = (average + rest / count) * range;
        let mean = (0..times).fold(min, |mean, _| mean + step).clamp(min, max);
        let variance = (squares - rest * (rest / count)).max(0.0) / (count - 1.0);
        let deviation = variance.sqrt() * range * f64::from(times);
        let real = |double| Real::try_new(double).ok();
        let deviation = if count > 1.0 { real(deviation) } else { None };
        Some(Spread { count: self.count, mean: real(mean)?, deviation, min: real(min)?, max: real(max)? })
    }

    /// How far it is from the least to the greatest, and how often that has to be taken.
    fn range(self) -> (f64, u8) {
        if self.max > Self::HUGE || self.min < -Self::HUGE {
            (half(self.max) - half(self.min), 2)
        } else {
            (self.max - self.min, 1)
        }
    }
}

/// The half of a number; beside a huge one, what is less than 1 is nothing.
fn half(double: f64) -> f64 {
    if double.abs() < 1.0 { 0.0 } else { double * 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a database would sum up.
    fn spread(values: &[f64]) -> Spread {
        let bounds = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick).unwrap();
        let count = Count::of(values.len());
        let mut sums =
            Sums { count, min: bounds(f64::min), max: bounds(f64::max), average: 0.0, rest: 0.0, squares: 0.0 };
        let (range, times) = sums.range();
        let of = |value: f64| if times == 2 { half(value) - half(sums.min) } else { value - sums.min };
        let units: Vec<_> = values.iter().map(|value| if range == 0.0 { 0.0 } else { of(*value) / range }).collect();
        sums.average = units.iter().sum::<f64>() / count.double();
        for unit in units {
            sums.rest += unit - sums.average;
            sums.squares += (unit - sums.average) * (unit - sums.average);
        }
        sums.spread().unwrap()
    }

    #[test]
    fn mean_and_deviation_are_those_of_the_values() {
        for (values, mean, deviation) in [
            (vec![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 5.0, Some((32.0_f64 / 7.0).sqrt())),
            (vec![0.1], 0.1, None),
            (vec![0.1, 0.1, 0.1], 0.1, Some(0.0)),
            (vec![1e16, 1e16 + 2.0, 1e16 + 4.0], 1e16 + 2.0, Some(2.0)),
            (vec![1e308, 1e308], 1e308, Some(0.0)),
            (vec![1e-300, 3e-300], 2e-300, Some(2.0_f64.sqrt() * 1e-300)),
        ] {
            let found = spread(&values);
            let near = |found: f64, right: f64| (found - right).abs() <= right.abs() * 1e-14;
            assert!(near(found.mean.get(), mean), "{values:?}: {found:?}");
            assert_eq!(found.deviation.is_some(), deviation.is_some(), "{values:?}");
            let (found, right) = (found.deviation.map_or(0.0, Real::get), deviation.unwrap_or(0.0));
            assert!(near(found, right), "{values:?}: {found} is not {right}");
        }
    }

    #[test]
    fn a_deviation_that_is_too_large_for_a_number_is_none() {
        let found = spread(&[-1.7e308, 1.7e308]);
        assert_eq!((found.mean.get(), found.deviation), (0.0, None));
        let found = spread(&[0.0, 1.5e308, 1.5e308]);
        assert!((found.mean.get() / 1e308 - 1.0).abs() < 1e-14 && found.deviation.is_some());
    }
}
