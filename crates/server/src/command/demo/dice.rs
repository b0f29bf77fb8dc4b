//! Dice that fall alike each time: the demo's noise.

/// Dice of a seed, by `SplitMix64`.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of this text: each run has its own.
    pub(super) fn of(text: &str) -> Self {
        Self(text.bytes().fold(SEED, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
    }

    /// A number from 0 to 1.
    pub(super) fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }

    /// A number from -1 to 1, more often a small one.
    pub(super) fn noise(&mut self) -> f64 {
        (self.roll() + self.roll() + self.roll()) / 1.5 - 1.0
    }
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_fall_alike_for_the_same_text_and_stay_in_their_range() {
        let (mut once, mut again, mut other) = (Dice::of("a"), Dice::of("a"), Dice::of("b"));
        for _ in 0..1000 {
            let noise = once.noise();
            assert!((-1.0..=1.0).contains(&noise), "{noise}");
            assert!((noise - again.noise()).abs() < f64::EPSILON);
        }
        assert!((once.roll() - other.roll()).abs() > f64::EPSILON);
    }
}
