//! What is noticed in what a batch changed: the first value of a series that is not finite.
//!
//! Whatever else is to be noticed as points come in, like a quantity that must be conserved and is not, is looked for here:
//! a series as it was before, as it is now, and the new points between.

use domain::execution::{Mark, Reading, RunSeries, Special};
use domain::ledger::{ErrorLog, ErrorType};
use domain::text::Prose;
use domain::{JsonObject, Leaf};
use serde_json::json;

use crate::error::Result;
use crate::write::Work;

/// What a batch did to a series.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    /// The series before; none where the batch began it.
    pub(super) before: Option<RunSeries>,
    /// The series after; its `first` is what it began with.
    pub(super) after: RunSeries,
    /// The new points, in the order of their steps.
    pub(super) new: Vec<Mark>,
}

/// Looks at all that a batch changed.
pub(super) async fn notice(work: &Work, changed: &[Changed]) -> Result<()> {
    let errors = changed.iter().filter_map(|changed| first_non_finite(work, changed).transpose());
    let errors = errors.collect::<Result<Vec<_>>>()?;
    if errors.is_empty() { Ok(()) } else { work.insert_untraced(&errors).await }
}

/// The error that the first value which is not finite is.
fn first_non_finite(work: &Work, changed: &Changed) -> Result<Option<ErrorLog>> {
    let known = changed.before.as_ref().is_some_and(|before| before.non_finite_count.get() > 0);
    let special = |(step, value): &Mark| match value {
        Reading::Special(special) => Some((*step, *special)),
        Reading::Finite(_) => None,
    };
    let Some((step, special)) = changed.new.iter().find_map(special).filter(|_| !known) else { return Ok(None) };
    let series = &changed.after;
    let split = series.split.as_ref().map(domain::text::Label::as_str);
    Ok(Some(ErrorLog {
        id: work.reader().ids().next_for()?,
        project_id: Some(series.project_id),
        run_id: Some(series.run_id),
        error_type: ErrorType::Simulation,
        message: Prose::try_new(message(series, step.get(), special))?,
        stack: None,
        detail: JsonObject::parse(json!({
            "metric": series.metric.as_str(), "split": split, "step": step.get(), "value": special.as_str(),
        }))?,
        created_at: work.now(),
    }))
}

fn message(series: &RunSeries, step: i64, special: Special) -> String {
    let split = series.split.as_ref().map(|split| format!(" on {split}")).unwrap_or_default();
    format!("{}{split} is {special} at step {step}", series.metric)
}
