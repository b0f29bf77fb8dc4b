//! What is noticed in what a batch changed: the first value of a series that is not finite, and a quantity that must be
//! conserved and is not.

use domain::execution::{Mark, Reading, Run, RunSeries, SeriesChange};
use domain::ledger::{ErrorLog, ErrorType};
use domain::text::{Label, Prose};
use domain::{JsonObject, Leaf};
use serde_json::{Value, json};

use super::conservation::violations;
use crate::error::Result;
use crate::write::Work;

/// Looks at all that a batch changed.
pub(super) async fn notice(work: &mut Work, run: &Run, changed: &[SeriesChange]) -> Result<()> {
    let errors = changed.iter().filter_map(|changed| first_non_finite(work, changed).transpose());
    let mut errors = errors.collect::<Result<Vec<_>>>()?;
    errors.extend(violations(work, run, changed).await?);
    if errors.is_empty() { Ok(()) } else { work.insert_untraced(&errors).await }
}

/// The error that the first value which is not finite is.
fn first_non_finite(work: &Work, changed: &SeriesChange) -> Result<Option<ErrorLog>> {
    let known = changed.before.as_ref().is_some_and(|before| before.non_finite_count.get() > 0);
    let special = |(step, value): &Mark| match value {
        Reading::Special(special) => Some((*step, *special)),
        Reading::Finite(_) => None,
    };
    let Some((step, special)) = changed.new.iter().find_map(special).filter(|_| !known) else { return Ok(None) };
    let series = &changed.after;
    let message = format!("{} is {special} at step {}", named(series), step.get());
    let detail = json!({
        "metric": series.metric.as_str(), "split": split(series), "step": step.get(), "value": special.as_str(),
    });
    error(work, series, (ErrorType::Simulation, message, detail)).map(Some)
}

/// What went wrong in a series: which sort of thing, what, and what else there is to say.
pub(super) fn error(work: &Work, series: &RunSeries, what: (ErrorType, String, Value)) -> Result<ErrorLog> {
    let (error_type, message, detail) = what;
    Ok(ErrorLog {
        id: work.reader().ids().next_for()?,
        project_id: Some(series.project_id),
        run_id: Some(series.run_id),
        error_type,
        message: Prose::try_new(message)?,
        stack: None,
        detail: JsonObject::parse(detail)?,
        created_at: work.now(),
    })
}

/// What people call a series.
pub(super) fn named(series: &RunSeries) -> String {
    let split = series.split.as_ref().map(|split| format!(" on {split}")).unwrap_or_default();
    format!("{}{split}", series.metric)
}

/// The split of a series, as it stands in details.
pub(super) fn split(series: &RunSeries) -> Option<&str> {
    series.split.as_ref().map(Label::as_str)
}
