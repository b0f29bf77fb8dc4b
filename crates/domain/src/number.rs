//! Number newtypes: doubles are finite, whole numbers stay where JSON is exact.

use crate::leaf::in_documents;
use crate::{Invalid, Leaf};

/// The largest whole number that JSON and JavaScript hold exactly: 2⁵³−1.
pub const SAFE_MAX: i64 = 9_007_199_254_740_991;

/// Declares newtypes over `i64` or `f64`: a sentence, a name, the raw type, the least and the greatest value.
macro_rules! number {
    ($($(#[$doc:meta])* $name:ident($raw:ident, $min:expr, $max:expr);)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name($raw);

        impl $name {
            /// Checks the number's range.
            pub fn try_new(number: $raw) -> Result<Self, Invalid> {
                if ($min..=$max).contains(&number) {
                    // There is one zero: SQLite keeps no negative one.
                    Ok(Self(number + $raw::default()))
                } else {
                    Err(Invalid::new("range", format!("must be from {} to {}", $min, $max)))
                }
            }

            /// The number itself.
            pub fn get(self) -> $raw {
                self.0
            }
        }

        impl Leaf for $name {
            type Raw = $raw;

            fn parse(raw: $raw) -> Result<Self, Invalid> {
                Self::try_new(raw)
            }

            fn raw(&self) -> $raw {
                self.0
            }
        }
    )+ };
}

number! {
    /// A size, position or count.
    Count(i64, 0, SAFE_MAX);
    /// How often a row was written: 1 when it is new.
    Revision(i64, 1, SAFE_MAX);
    /// How sure somebody is, from 0 to 1.
    Confidence(f64, 0.0, 1.0);
    /// A measured or claimed value.
    Real(f64, f64::MIN, f64::MAX);
    /// How many minutes a run may take.
    BudgetMinutes(i64, 1, 120);
    /// For how many seconds a signed link works: 30 days at most.
    LinkSeconds(i64, 1, 2_592_000);
}

in_documents!(Tolerance, Positive);

impl Eq for BudgetMinutes {}
impl Eq for Count {}
impl Eq for Revision {}

impl Default for BudgetMinutes {
    fn default() -> Self {
        Self(20)
    }
}

impl Revision {
    /// The revision of a row that was never changed.
    pub const FIRST: Self = Self(1);

    /// The revision after one more write.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Real {
    /// How large it is, up or down.
    #[must_use]
    pub fn size(self) -> Self {
        Self(self.0.abs())
    }
}

impl Count {
    /// None at all.
    pub const ZERO: Self = Self(0);

    /// How many items a list in memory has.
    pub fn of(length: usize) -> Self {
        Self(i64::try_from(length).unwrap_or(SAFE_MAX).min(SAFE_MAX))
    }

    /// This many less, or none.
    #[must_use]
    pub fn less(self, gone: Self) -> Self {
        Self((self.0 - gone.0).max(0))
    }

    /// Which part this is of a whole, from 0 to 1; none of nothing.
    pub fn part_of(self, whole: Self) -> Option<f64> {
        (whole.0 > 0).then(|| self.double() / whole.double())
    }

    /// The number as a double, which holds every count.
    pub fn double(self) -> f64 {
        let half = |bits: i64| u32::try_from(bits).map_or(0.0, f64::from);
        half(self.0 >> 32) * 4_294_967_296.0 + half(self.0 & 0xFFFF_FFFF)
    }

    /// The lesser of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// This many more, or the most that there can be.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self((self.0 + more.0).min(SAFE_MAX))
    }
}

/// Declares newtypes over finite doubles: a sentence, a name, a test, and what it asks for.
macro_rules! real {
    ($($(#[$doc:meta])* $name:ident($sound:expr, $asks:literal);)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Checks the number.
            pub fn try_new(number: f64) -> Result<Self, Invalid> {
                let sound: fn(f64) -> bool = $sound;
                if number.is_finite() && sound(number) { Ok(Self(number + 0.0)) } else { Err(Invalid::new("range", $asks)) }
            }

            /// The number itself.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl Leaf for $name {
            type Raw = f64;

            fn parse(raw: f64) -> Result<Self, Invalid> {
                Self::try_new(raw)
            }

            fn raw(&self) -> f64 {
                self.0
            }
        }
    )+ };
}

real! {
    /// How far an observed value may be from a claimed one.
    Tolerance(|number| number >= 0.0, "must be 0 or more");
    /// A number greater than 0.
    Positive(|number| number > 0.0, "must be greater than 0");
}
