//! Dice that fall alike for the same seed.

use proptest::prelude::Rng;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Dice of a seed.
#[derive(Debug)]
pub struct Dice(TestRng);

impl Dice {
    /// The dice of this seed.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self(TestRunner::new_with_rng(Config::default(), rng).new_rng())
    }

    /// A number below this one.
    pub fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(sides).unwrap()).unwrap()
    }

    /// Whether something happens that happens once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { items.get(self.roll(items.len())) }
    }

    /// Any double at all, by its bits.
    pub fn double(&mut self) -> f64 {
        f64::from_bits(self.0.next_u64())
    }
}
