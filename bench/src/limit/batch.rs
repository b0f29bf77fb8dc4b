//! What is written by one request, as a plain JSON endpoint reads it.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::json::hex;

/// Points of a run.
#[derive(Debug, Deserialize)]
pub(super) struct Points<'a> {
    pub(super) run: &'a str,
    pub(super) batch: &'a str,
    #[serde(borrow)]
    pub(super) series: Vec<Series<'a>>,
}

/// Points of a series, as columns.
#[derive(Debug, Deserialize)]
pub(super) struct Series<'a> {
    pub(super) metric: &'a str,
    pub(super) split: Option<&'a str>,
    pub(super) steps: Vec<i64>,
    pub(super) values: Vec<f64>,
}

/// Events of a run.
#[derive(Debug, Deserialize)]
pub(super) struct Events<'a> {
    pub(super) run: &'a str,
    pub(super) batch: &'a str,
    #[serde(borrow, rename = "events")]
    pub(super) said: Vec<Event<'a>>,
}

/// An event.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "eventType")]
    pub(super) kind: &'a str,
    #[serde(borrow)]
    pub(super) payload: &'a RawValue,
}

/// What a series comes to, as far as a batch after its last step changes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    pub(super) count: i64,
    pub(super) first_step: i64,
    pub(super) last_step: i64,
    pub(super) first: f64,
    pub(super) last: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Totals {
    /// With the points of a batch; none where they are not all after the last.
    pub(super) fn with(before: Option<Self>, series: &Series<'_>) -> Option<Self> {
        let (first_step, last_step) = (*series.steps.first()?, *series.steps.last()?);
        let (begins, ends) = (*series.values.first()?, *series.values.last()?);
        let is_after = before.is_none_or(|before| before.last_step < first_step)
            && series.steps.is_sorted_by(|a, b| a < b)
            && series.steps.len() == series.values.len();
        let least = series.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = series.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let new = Self {
            count: i64::try_from(series.steps.len()).ok()?,
            first_step,
            last_step,
            first: begins,
            last: ends,
            min: least,
            max: most,
        };
        let all = before.map_or(new, |before| Self {
            count: before.count + new.count,
            first_step: before.first_step,
            first: before.first,
            min: before.min.min(new.min),
            max: before.max.max(new.max),
            ..new
        });
        is_after.then_some(all)
    }
}

/// The digest of what a batch holds.
pub(super) fn digest(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

/// What a batch touched.
pub(super) fn touched(series: &[Series<'_>], numbers: &[i64]) -> String {
    let of = |(series, number): (&Series<'_>, &i64)| {
        serde_json::json!({
            "metric": series.metric, "split": series.split, "number": number,
            "firstStep": series.steps.first(), "lastStep": series.steps.last(),
        })
    };
    series.iter().zip(numbers).map(of).collect::<serde_json::Value>().to_string()
}
