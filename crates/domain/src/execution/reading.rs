//! A reading: the value of a series at a step. It is finite, or one of NaN and the infinities, which stand in no minimum,
//! maximum or eval and are never a reason to refuse their neighbours.

use crate::{Invalid, Real, choice};

choice! {
    /// What a value is that is not finite.
    Special {
        /// Not a number.
        NaN = "NaN",
        /// More than any number.
        Infinity = "Infinity",
        /// Less than any number.
        NegativeInfinity = "-Infinity",
    }
}

/// The value of a series at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// A number.
    Finite(Real),
    /// No number.
    Special(Special),
}

impl Reading {
    /// The reading of a double.
    pub fn new(double: f64) -> Self {
        match Real::try_new(double) {
            Ok(real) => Self::Finite(real),
            Err(_) if double.is_nan() => Self::Special(Special::NaN),
            Err(_) if double > 0.0 => Self::Special(Special::Infinity),
            Err(_) => Self::Special(Special::NegativeInfinity),
        }
    }

    /// The double.
    pub fn get(self) -> f64 {
        match self {
            Self::Finite(real) => real.get(),
            Self::Special(Special::NaN) => f64::NAN,
            Self::Special(Special::Infinity) => f64::INFINITY,
            Self::Special(Special::NegativeInfinity) => f64::NEG_INFINITY,
        }
    }

    /// The number, where it is one.
    pub fn finite(self) -> Option<Real> {
        match self {
            Self::Finite(real) => Some(real),
            Self::Special(_) => None,
        }
    }

    /// Whether it is a number.
    pub fn is_finite(self) -> bool {
        self.finite().is_some()
    }

    /// Reads the columns of a row: a number, or null with what it is instead; both are null where there is none.
    pub fn from_columns(value: Option<Real>, special: Option<Special>) -> Result<Option<Self>, Invalid> {
        match (value, special) {
            (Some(_), Some(_)) => Err(Invalid::new("reading", "a value is a number, or it is not")),
            (Some(real), None) => Ok(Some(Self::Finite(real))),
            (None, special) => Ok(special.map(Self::Special)),
        }
    }

    /// The columns of a row.
    pub fn columns(reading: Option<Self>) -> (Option<Real>, Option<Special>) {
        match reading {
            Some(Self::Finite(real)) => (Some(real), None),
            Some(Self::Special(special)) => (None, Some(special)),
            None => (None, None),
        }
    }
}

/// A number, or the name of what it is instead.
impl From<Reading> for serde_json::Value {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Finite(real) => real.get().into(),
            Reading::Special(special) => special.as_str().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_double_is_a_reading_and_zero_is_one() {
        for double in [0.0, -1.5, f64::MAX, f64::MIN, 5e-324, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Reading::new(double).get().to_bits(), double.to_bits());
        }
        assert!(Reading::new(f64::NAN).get().is_nan());
        assert_eq!(Reading::new(-0.0).get().to_bits(), 0.0_f64.to_bits());
    }
}
