//! Evaluating a run: which claims of its paper it can be compared with, and what that comes to.

use std::collections::BTreeMap;

use super::{Comparison, MetricDefinition, PlanDocument, RunSeries, Scale};
use crate::literature::Claim;
use crate::text::Label;
use crate::{Invalid, choice};

choice! {
    /// Why a claim was not compared with a run.
    Incomparable {
        /// The run has no series of this metric on this split.
        NoSeries = "NO_SERIES",
        /// The claim is about another dataset than the run's plan.
        OtherDataset = "OTHER_DATASET",
        /// The claim's unit is not that of the series.
        OtherUnit = "OTHER_UNIT",
        /// What the series came to is not a finite number.
        NotFinite = "NOT_FINITE",
        /// The gap is too large for a number.
        TooFar = "TOO_FAR",
        /// Another claim of this metric is surer, or as sure and newer.
        Outweighed = "OUTWEIGHED",
        /// The eval of this metric was recorded by hand, and stays.
        Recorded = "RECORDED",
    }
}

/// What a run is compared by.
#[derive(Clone, Debug)]
pub struct Evaluation<'a> {
    /// What its plan says, where it has one.
    pub plan: Option<&'a PlanDocument>,
    /// Its series, each with the definition of its metric.
    pub series: Vec<(&'a RunSeries, Option<&'a MetricDefinition>)>,
}

/// What comes of comparing the claims of a paper with a run.
#[derive(Clone, Debug, Default)]
pub struct Compared<'a> {
    /// The claim that counts for each metric, with what it comes to.
    pub evals: BTreeMap<&'a str, (&'a Claim, Comparison)>,
    /// The claims that were not compared.
    pub skipped: Vec<(&'a Claim, Incomparable)>,
}

impl Evaluation<'_> {
    /// Compares these claims. Of several of one metric the surest counts, and the newest of those.
    pub fn compare<'c>(&self, claims: &'c [Claim]) -> Compared<'c> {
        let mut compared = Compared::default();
        let mut claims: Vec<_> = claims.iter().collect();
        claims.sort_by(|a, b| {
            let weight = |claim: &Claim| (claim.created_at, claim.id.uuid());
            b.confidence.get().total_cmp(&a.confidence.get()).then_with(|| weight(b).cmp(&weight(a)))
        });
        for claim in claims {
            if compared.evals.contains_key(claim.metric_name.as_str()) {
                compared.skipped.push((claim, Incomparable::Outweighed));
                continue;
            }
            match self.observe(claim) {
                Ok(comparison) => drop(compared.evals.insert(claim.metric_name.as_str(), (claim, comparison))),
                Err(why) => compared.skipped.push((claim, why)),
            }
        }
        compared
    }

    /// Compares a claim with what the run showed.
    fn observe(&self, claim: &Claim) -> Result<Comparison, Incomparable> {
        if let Some(dataset) = &claim.dataset_name
            && self.plan.is_none_or(|plan| plan.dataset.name != *dataset)
        {
            return Err(Incomparable::OtherDataset);
        }
        let same = |series: &RunSeries| series.metric == claim.metric_name && series.split == claim.split;
        let found = self.series.iter().find(|(series, _)| same(series));
        let (series, definition) = found.ok_or(Incomparable::NoSeries)?;
        let unit = definition.and_then(|definition| definition.unit.as_ref());
        if claim.units.as_ref().zip(unit).is_some_and(|(claimed, observed)| claimed != observed) {
            return Err(Incomparable::OtherUnit);
        }
        let last = series.last.ok_or(Incomparable::NoSeries)?;
        let observed = last.finite().ok_or(Incomparable::NotFinite)?;
        let scale = self.scale(claim, *definition);
        Comparison::try_new(claim.metric_value, observed, scale).map_err(|_: Invalid| Incomparable::TooFar)
    }

    /// How a claim is judged: as the plan says, and where it says nothing, as the metric's definition does.
    fn scale(&self, claim: &Claim, definition: Option<&MetricDefinition>) -> Scale {
        let split = claim.split.as_ref().map(Label::as_str);
        let planned = self.plan.and_then(|plan| plan.metric(claim.metric_name.as_str(), split));
        Scale {
            tolerance: planned
                .and_then(|metric| metric.tolerance)
                .or(definition.and_then(|definition| definition.tolerance)),
            direction: planned
                .and_then(|metric| metric.direction)
                .or(definition.and_then(|definition| definition.direction)),
        }
    }
}
