//! Curves that look like those of a training: warm-up, decay, noise, a loss that rises again, and one that breaks.

use super::dice::Dice;

/// How many points a whole curve has.
pub(super) const POINTS: u32 = 240;

/// What becomes of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It learns until its end.
    Learns,
    /// It learns its training data by heart.
    Overfits,
    /// Its loss grows, and then is no number.
    Diverges,
}

/// Where a point lies on its curve: from 0 to 1.
pub(super) fn place(point: u32) -> f64 {
    f64::from(point) / f64::from(POINTS)
}

/// The learning rate: it rises to the peak on the first twentieth, and falls by a cosine.
pub(super) fn learning_rate(peak: f64) -> Vec<f64> {
    let at = |x: f64| {
        if x < WARM_UP {
            peak * x / WARM_UP
        } else {
            peak * 0.5 * (1.0 + (std::f64::consts::PI * (x - WARM_UP) / (1.0 - WARM_UP)).cos())
        }
    };
    (1..=POINTS).map(|point| rounded(at(place(point)), 7)).collect()
}

/// The loss on what it is trained with.
pub(super) fn training_loss(course: Course, dice: &mut Dice) -> Vec<f64> {
    let (start, floor) = (6.0 + dice.roll(), 0.4 + dice.roll());
    let at = |x: f64, noise: f64| match course {
        Course::Diverges if x > BREAKS => f64::NAN,
        Course::Diverges if x > GROWS => decay(start, floor, GROWS) + ((x - GROWS) * 40.0).exp() - 1.0 + noise * 0.3,
        _ => decay(start, floor, x) + noise * 0.12 * (1.2 - x) * (decay(start, floor, x)).sqrt(),
    };
    (1..=POINTS).map(|point| rounded(at(place(point), dice.noise()), 4)).collect()
}

/// The loss on what it does not train with.
pub(super) fn validation_loss(course: Course, dice: &mut Dice) -> Vec<f64> {
    let (start, floor) = (6.2 + dice.roll(), 0.9 + dice.roll());
    let at = |x: f64, noise: f64| match course {
        Course::Overfits if x > TURNS => decay(start, floor, x) + 4.5 * (x - TURNS).powi(2) + noise * 0.04,
        Course::Diverges if x > BREAKS => f64::NAN,
        Course::Diverges if x > GROWS => decay(start, floor, GROWS) + ((x - GROWS) * 45.0).exp() - 1.0,
        _ => decay(start, floor, x) + noise * 0.05,
    };
    (1..=POINTS).map(|point| rounded(at(place(point), dice.noise()), 4)).collect()
}

/// A metric that comes to its end from far away, and is exactly that at the last point, unless its loss breaks.
pub(super) fn metric(course: Course, (from, end): (f64, f64), dice: &mut Dice) -> Vec<f64> {
    let at = |x: f64, noise: f64| {
        let left = ((-6.0 * x).exp() - (-6.0_f64).exp()) / (1.0 - (-6.0_f64).exp());
        let broken = course == Course::Diverges && x > GROWS;
        end + (from - end) * (if broken { 1.0 } else { left } + 0.03 * noise * (1.0 - x))
    };
    (1..=POINTS).map(|point| rounded(at(place(point), dice.noise()), 4)).collect()
}

const WARM_UP: f64 = 0.05;
/// Where a loss begins to rise again.
const TURNS: f64 = 0.4;
/// Where a loss begins to grow, and where it is no number any more.
const GROWS: f64 = 0.3;
const BREAKS: f64 = 0.4;

fn decay(start: f64, floor: f64, x: f64) -> f64 {
    floor + (start - floor) * (0.7 * (-14.0 * x).exp() + 0.3 * (-2.5 * x).exp())
}

/// A number with so many digits behind its point.
pub(super) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_ends_where_it_should() {
        let values = metric(Course::Learns, (5.0, 76.3), &mut Dice::of("x"));
        assert!((values.last().unwrap() - 76.3).abs() < f64::EPSILON && values[0] < 30.0);
    }

    #[test]
    fn losses_fall_rise_again_or_break() {
        let dice = || Dice::of("x");
        let learns = training_loss(Course::Learns, &mut dice());
        assert!(learns[0] > 2.0 * learns[239] && learns.iter().all(|value| value.is_finite()));
        let overfits = validation_loss(Course::Overfits, &mut dice());
        assert!(overfits[239] > overfits[100] + 0.5);
        assert!(training_loss(Course::Diverges, &mut dice())[120].is_nan());
    }
}
