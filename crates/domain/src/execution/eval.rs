//! An eval: what was observed beside what was claimed, how far apart they are, and what that comes to.

use super::{Direction, Run};
use crate::literature::{Claim, Paper};
use crate::project::Project;
use crate::text::Label;
use crate::{Id, Invalid, Real, Tolerance, choice, entity};

choice! {
    /// What an eval comes to.
    Verdict {
        /// It is better than was claimed, by more than the tolerance.
        Exceeded = "EXCEEDED",
        /// It is as was claimed, or better within the tolerance.
        Reproduced = "REPRODUCED",
        /// It is worse than was claimed, but within the tolerance.
        WithinTolerance = "WITHIN_TOLERANCE",
        /// It is worse than was claimed, by more than the tolerance.
        NotReproduced = "NOT_REPRODUCED",
    }
}

choice! {
    /// How an eval came to be.
    EvalOrigin {
        /// From a claim and what a run logged; evaluating again replaces it.
        Derived = "DERIVED",
        /// By somebody who said both values.
        Recorded = "RECORDED",
    }
}

entity! {
    /// What a run showed of a metric, beside what was claimed.
    Eval "eval" as "eval" in "evals", edited {
        /// The project of the run.
        project_id: Id<Project>,
        /// The paper whose claim it is.
        paper_id: Id<Paper>,
        /// The run.
        run_id: Id<Run>,
        /// The claim, while it is there.
        claim_id: Option<Id<Claim>>,
        /// What was measured; unique in the run.
        metric_name: Label,
        /// How it came to be.
        origin: EvalOrigin,
        /// The values, how far apart they are, and what that comes to.
        comparison: Comparison,
    }
}

/// Two values, how far apart they are, and what that comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    claimed: Real,
    observed: Real,
    tolerance: Option<Tolerance>,
    direction: Option<Direction>,
    gap_abs: Real,
    gap_percent: Real,
    verdict: Verdict,
}

/// How an observed value is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scale {
    /// How far it may be from the claimed one, in the claim's unit; none is 0.
    pub tolerance: Option<Tolerance>,
    /// Which values are better; without it none is.
    pub direction: Option<Direction>,
}

/// The least number that a gap is divided by.
const LEAST: f64 = 1e-9;

impl Comparison {
    /// Compares what was observed with what was claimed. A gap that no double holds is refused.
    pub fn try_new(claimed: Real, observed: Real, scale: Scale) -> Result<Self, Invalid> {
        let overflow = |_| Invalid::new("overflow", "the gap between the two values is too large");
        let gap_abs = Real::try_new(observed.get() - claimed.get()).map_err(overflow)?;
        let gap_percent = gap_abs.get() / claimed.get().abs().max(LEAST) * 100.0;
        let gap_percent = Real::try_new(gap_percent).map_err(overflow)?;
        let verdict = scale.verdict(gap_abs.get());
        let Scale { tolerance, direction } = scale;
        Ok(Self { claimed, observed, tolerance, direction, gap_abs, gap_percent, verdict })
    }

    /// The value that was claimed.
    pub fn claimed(&self) -> Real {
        self.claimed
    }

    /// The value that was observed.
    pub fn observed(&self) -> Real {
        self.observed
    }

    /// How it is judged.
    pub fn scale(&self) -> Scale {
        Scale { tolerance: self.tolerance, direction: self.direction }
    }

    /// The observed value less the claimed one.
    pub fn gap_abs(&self) -> Real {
        self.gap_abs
    }

    /// The gap in hundredths of the claimed value.
    pub fn gap_percent(&self) -> Real {
        self.gap_percent
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Reads the columns of a row.
    pub fn from_columns(values: [Real; 4], verdict: Verdict, scale: Scale) -> Result<Self, Invalid> {
        let [claimed, observed, gap_abs, gap_percent] = values;
        let comparison = Self::try_new(claimed, observed, scale)?;
        if (comparison.gap_abs, comparison.gap_percent, comparison.verdict) == (gap_abs, gap_percent, verdict) {
            Ok(comparison)
        } else {
            Err(Invalid::new("comparison", "the gaps and the verdict do not follow from the values"))
        }
    }
}

impl Scale {
    /// What a gap comes to.
    fn verdict(self, gap: f64) -> Verdict {
        let tolerance = self.tolerance.map_or(0.0, Tolerance::get);
        let better = match self.direction {
            None if gap.abs() <= tolerance => return Verdict::Reproduced,
            None => return Verdict::NotReproduced,
            Some(Direction::Maximize) => gap,
            Some(Direction::Minimize) => -gap,
        };
        if better > tolerance {
            Verdict::Exceeded
        } else if better >= 0.0 {
            Verdict::Reproduced
        } else if better >= -tolerance {
            Verdict::WithinTolerance
        } else {
            Verdict::NotReproduced
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(number: f64) -> Real {
        Real::try_new(number).unwrap()
    }

    fn compare(claimed: f64, observed: f64) -> Comparison {
        Comparison::try_new(real(claimed), real(observed), Scale::default()).unwrap()
    }

    #[test]
    fn the_gaps_are_those_of_the_formula_bit_by_bit() {
        for (claimed, observed, gap_abs, gap_percent) in [
            (91.3_f64, 89.7_f64, 89.7_f64 - 91.3, (89.7_f64 - 91.3) / 91.3 * 100.0),
            (0.0, 0.5, 0.5, 0.5 / 1e-9 * 100.0),
            (-0.0, 0.0, 0.0, 0.0),
            (-2.0, 1.0, 3.0, 3.0 / 2.0 * 100.0),
            (1e-300, 2e-300, 2e-300 - 1e-300, (2e-300 - 1e-300) / 1e-9 * 100.0),
            (5e-324, 0.0, -5e-324, -5e-324 / 1e-9 * 100.0),
            (1e300, -1e300, -2e300, -2e300 / 1e300 * 100.0),
            (0.1, 0.3, 0.3 - 0.1, (0.3 - 0.1) / 0.1 * 100.0),
        ] {
            let comparison = compare(claimed, observed);
            assert_eq!(comparison.gap_abs().get().to_bits(), gap_abs.to_bits(), "{claimed} {observed}");
            assert_eq!(comparison.gap_percent().get().to_bits(), gap_percent.to_bits(), "{claimed} {observed}");
        }
    }

    #[test]
    fn a_gap_that_no_double_holds_is_refused() {
        assert!(Comparison::try_new(real(-1e308), real(1e308), Scale::default()).is_err());
        assert!(Comparison::try_new(real(0.0), real(1e300), Scale::default()).is_err());
    }

    #[test]
    fn the_edges_of_the_verdicts() {
        use Verdict::{Exceeded, NotReproduced, Reproduced, WithinTolerance};
        let (up, down) = (Some(Direction::Maximize), Some(Direction::Minimize));
        for (gap, tolerance, direction, verdict) in [
            (0.5, 0.25, up, Exceeded),
            (0.25, 0.25, up, Reproduced),
            (0.0, 0.25, up, Reproduced),
            (-0.0, 0.25, up, Reproduced),
            (-0.125, 0.25, up, WithinTolerance),
            (-0.25, 0.25, up, WithinTolerance),
            (-0.5, 0.25, up, NotReproduced),
            (0.0, 0.0, up, Reproduced),
            (5e-324, 0.0, up, Exceeded),
            (-5e-324, 0.0, up, NotReproduced),
            (-0.5, 0.25, down, Exceeded),
            (-0.25, 0.25, down, Reproduced),
            (0.0, 0.25, down, Reproduced),
            (0.25, 0.25, down, WithinTolerance),
            (0.5, 0.25, down, NotReproduced),
            (0.25, 0.25, None, Reproduced),
            (-0.25, 0.25, None, Reproduced),
            (0.5, 0.25, None, NotReproduced),
            (5e-324, 0.0, None, NotReproduced),
        ] {
            let scale = Scale { tolerance: Some(Tolerance::try_new(tolerance).unwrap()), direction };
            assert_eq!(scale.verdict(gap), verdict, "{gap} {tolerance} {direction:?}");
        }
        assert_eq!(compare(1.0, 1.0).verdict(), Reproduced, "without a tolerance it is 0");
    }
}
