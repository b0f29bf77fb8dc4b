//! Scales: from numbers to places, with round ticks. Calculated in halves, so that no span of doubles is too wide.

use super::number::{count, exponent, power, with_minus};

/// From numbers to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    numbers: (f64, f64),
    places: (f64, f64),
    /// The least step from tick to tick.
    finest: f64,
}

/// Round numbers of a scale.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// The number.
    pub(crate) at: f64,
    /// How it is written: all of a scale with as many decimals.
    pub(crate) label: String,
}

impl Scale {
    /// A scale that holds all of these numbers that are finite, and a bit more at its ends.
    pub(crate) fn around(numbers: impl Iterator<Item = f64>, places: (f64, f64)) -> Self {
        let (least, most) = bounds(numbers).unwrap_or((0.0, 1.0));
        let half = most / 2.0 - least / 2.0;
        let room = if half > 0.0 { half * 0.12 } else { (most.abs() * 0.05).max(power(-6)) };
        let (least, most) = ((least - room).max(f64::MIN), (most + room).min(f64::MAX));
        Self { numbers: (least, most), places, finest: 0.0 }
    }

    /// A scale from the least of these whole numbers to the greatest.
    pub(crate) fn whole(numbers: impl Iterator<Item = f64>, places: (f64, f64)) -> Self {
        let numbers = match bounds(numbers) {
            Some((least, most)) if least < most => (least, most),
            Some((only, _)) => (only - 0.5, only + 0.5),
            None => (0.0, 1.0),
        };
        Self { numbers, places, finest: 1.0 }
    }

    /// Where a number is.
    pub(crate) fn at(self, number: f64) -> f64 {
        let ((least, most), (from, to)) = (self.numbers, self.places);
        let part = (number / 2.0 - least / 2.0) / (most / 2.0 - least / 2.0);
        from + part * (to - from)
    }

    /// Where a number is, or the end of the scale beyond which it is.
    pub(crate) fn within(self, number: f64) -> f64 {
        self.at(number.clamp(self.numbers.0, self.numbers.1))
    }

    /// At most so many round numbers, of which there are two at least where the span allows it.
    pub(crate) fn ticks(self, most: u32) -> Vec<Tick> {
        let (least, greatest) = self.numbers;
        let rough = (greatest / 2.0 - least / 2.0) / f64::from(most.max(2)) * 2.0;
        let rough = rough.max(self.finest);
        let base = exponent(rough);
        let steps = [(1.0, base), (2.0, base), (5.0, base), (1.0, base + 1), (2.0, base + 1)];
        let Some((factor, power_of_step)) = steps.into_iter().find(|(factor, e)| factor * power(*e) >= rough) else {
            return Vec::new();
        };
        let step = factor * power(power_of_step);
        // What rounding takes away from the ends is given back.
        let first = (least / step - 1e-9).ceil();
        let end = greatest / step + 1e-9;
        let ticks = (0..=most).map(|at| first + f64::from(at)).take_while(|at| *at <= end).map(|at| at * step);
        ticks.filter(|at| at.is_finite()).map(|at| Tick { at, label: self.label(at, power_of_step) }).collect()
    }

    /// At most as many ticks as have room when each is written after the other.
    pub(crate) fn ticks_with_room(self, width: impl Fn(&str) -> f64) -> Vec<Tick> {
        let room = (self.places.1 - self.places.0).abs();
        let has_room = |ticks: &Vec<Tick>| {
            let widest = ticks.iter().map(|tick| width(&tick.label)).fold(0.0, f64::max);
            (widest + 10.0) * count(ticks.len()) <= room + widest
        };
        (2..=6)
            .rev()
            .map(|most| self.ticks(most))
            .find(has_room)
            .unwrap_or_else(|| self.ticks(2).into_iter().take(1).collect())
    }

    /// A tick's label, where ticks stand in steps of this power of ten: thousands and more by their letters.
    fn label(self, number: f64, step: i32) -> String {
        let places = |from: i32| usize::try_from(from).unwrap_or(0);
        let largest = exponent(self.numbers.0.abs().max(self.numbers.1.abs()));
        let text = match largest {
            _ if number == 0.0 => "0".to_owned(),
            -3..=3 => format!("{number:.*}", places(-step)),
            4..=14 => {
                let (letter, by) = match largest {
                    4..=5 => ("k", 3),
                    6..=8 => ("M", 6),
                    9..=11 => ("G", 9),
                    _ => ("T", 12),
                };
                format!("{:.*}{letter}", places(by - step), number / power(by))
            }
            _ => format!("{number:.*e}", places(exponent(number) - step)),
        };
        with_minus(&text)
    }
}

fn bounds(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    numbers.filter(|number| number.is_finite()).fold(None, |bounds, number| {
        let (least, most): (f64, f64) = bounds.unwrap_or((number, number));
        Some((least.min(number), most.max(number)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::number::place;
    use super::*;

    fn labels(least: f64, most: f64) -> Vec<String> {
        let scale = Scale { numbers: (least, most), places: (0.0, 100.0), finest: 0.0 };
        scale.ticks(5).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(0.0, 10.0), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(27.9, 28.6), ["28.0", "28.2", "28.4", "28.6"]);
        assert_eq!(labels(-0.3, 0.31), ["−0.2", "0", "0.2"]);
        assert_eq!(labels(0.0, 20_000.0), ["0", "5k", "10k", "15k", "20k"]);
        assert_eq!(labels(0.0, 2_500_000.0), ["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M"]);
        assert_eq!(labels(0.0, 3e-9), ["0", "1e−9", "2e−9", "3e−9"]);
        assert_eq!(labels(1e30, 3e30), ["1.0e30", "1.5e30", "2.0e30", "2.5e30", "3.0e30"]);
    }

    #[test]
    fn ticks_of_whole_numbers_are_whole() {
        let scale = Scale::whole([0.0, 2.0].into_iter(), (0.0, 100.0));
        assert_eq!(scale.ticks(5).into_iter().map(|tick| tick.label).collect::<Vec<_>>(), ["0", "1", "2"]);
    }

    #[test]
    fn the_widest_span_of_doubles_has_a_scale() {
        let scale = Scale::around([f64::MIN, f64::MAX, f64::NAN].into_iter(), (0.0, 100.0));
        assert_eq!([f64::MIN, 0.0, f64::MAX].map(|number| place(scale.at(number))), ["0", "50", "100"]);
        assert!(scale.ticks(5).iter().all(|tick| scale.at(tick.at).is_finite()));
        for only in [0.0, 5e-324, -7.25, f64::MAX] {
            let scale = Scale::around(std::iter::once(only), (0.0, 100.0));
            assert!(scale.at(only).is_finite() && !scale.ticks(4).is_empty(), "{only}");
        }
        let nothing = Scale::around(std::iter::empty(), (0.0, 100.0));
        assert!(nothing.at(0.5).is_finite());
    }
}
