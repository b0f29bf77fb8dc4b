//! A logistic regression in two dimensions, and points to train it on. All of it is computed here, and nothing made up.

/// A point, and whether it is one of those to be found.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    at: [f64; 2],
    label: f64,
}

/// What randomness comes from: the same seed gives the same numbers on every machine.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that start at a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to 1, by `SplitMix64`.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX);
        f64::from(high) / f64::from(u32::MAX)
    }

    /// Points of two clouds that touch each other.
    pub fn points(&mut self, count: usize) -> Vec<Point> {
        let mut around = |middle: f64| middle + (0..6).map(|_| self.roll() - 0.5).sum::<f64>();
        let mut point = |label: f64| Point { at: [around(label), around(1.5 * label)], label };
        (0..count).map(|at| point(if at % 2 == 0 { 0.0 } else { 1.0 })).collect()
    }
}

/// The classifier: a weight for each coordinate, and a bias.
#[derive(Clone, Copy, Debug, Default)]
pub struct Classifier {
    weights: [f64; 2],
    bias: f64,
}

impl Classifier {
    /// How probable it is that a point is one of those to be found.
    fn probability(self, point: Point) -> f64 {
        let [x, y] = point.at;
        1.0 / (1.0 + (-(self.weights[0] * x + self.weights[1] * y + self.bias)).exp())
    }

    /// The mean cross entropy.
    pub fn loss(self, points: &[Point]) -> f64 {
        mean(points, |point| {
            let probability = self.probability(point);
            -(point.label * probability.ln() + (1.0 - point.label) * (1.0 - probability).ln())
        })
    }

    /// The share of points that it tells right, in percent.
    pub fn accuracy(self, points: &[Point]) -> f64 {
        mean(points, |point| if (self.probability(point) > 0.5) == (point.label > 0.5) { 100.0 } else { 0.0 })
    }

    /// The classifier after a step of gradient descent.
    #[must_use]
    pub fn step(self, points: &[Point], rate: f64) -> Self {
        let slope = |of: fn(Point) -> f64| mean(points, |point| (self.probability(point) - point.label) * of(point));
        let [x, y] = self.weights;
        Self {
            weights: [x - rate * slope(|point| point.at[0]), y - rate * slope(|point| point.at[1])],
            bias: self.bias - rate * slope(|_| 1.0),
        }
    }
}

fn mean(points: &[Point], of: impl Fn(Point) -> f64) -> f64 {
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
    points.iter().map(|point| of(*point)).sum::<f64>() / f64::from(count)
}
