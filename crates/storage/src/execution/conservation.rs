//! Looks whether quantities that must be conserved are: for all series of a batch, by their metrics' definitions.

use std::collections::HashMap;

use domain::execution::{Crossing, MetricDefinition, Older, Reading, Run, SeriesChange};
use domain::ledger::{ErrorLog, ErrorType, Event, EventType};
use domain::{Count, JsonObject, Leaf, Positive};
use serde_json::{Value, json};

use super::metric_definition::{asked, defined, resolve};
use super::notice::{error, named, split};
use super::points::reading;
use crate::bulk::{Bulk, Cells};
use crate::error::Result;
use crate::write::Work;

/// The most crossings of a batch that are told one by one. Each series that has some tells as many as any other, and with
/// the last how many more there are.
const MOST: usize = 1000;

/// Tells in the event log where series passed the limits of their metrics, and answers the errors that this is.
pub(super) async fn violations(work: &mut Work, run: &Run, changed: &[SeriesChange]) -> Result<Vec<ErrorLog>> {
    let limited = limited(work, run, changed).await?;
    let older = older(work, run, &limited).await?;
    let none = Older::new();
    let crossed = limited.into_iter().filter_map(|(changed, limit)| {
        let crossings = changed.crossings(limit, older.get(&changed.after.number.get()).unwrap_or(&none));
        (!crossings.is_empty()).then_some((changed, limit, crossings))
    });
    let crossed: Vec<_> = crossed.collect();
    let each = MOST / crossed.len().max(1);
    let mut errors = Vec::new();
    for (changed, limit, crossings) in crossed {
        for (at, crossing) in crossings.iter().take(each).enumerate() {
            let more = if at + 1 == each { crossings.len() - each } else { 0 };
            let detail = detail(changed, limit, crossing, more);
            let payload = JsonObject::parse(detail.clone())?;
            let (project_id, run_id) = (Some(run.project_id), Some(run.id));
            work.happened(Event { event_type: EventType::InvariantFailed, project_id, run_id, payload });
            let message = message(changed, limit, crossing);
            errors.push(error(work, &changed.after, (ErrorType::Invariant, message, detail))?);
        }
    }
    Ok(errors)
}

/// The series whose metrics' definitions have a limit.
async fn limited<'a>(work: &Work, run: &Run, changed: &'a [SeriesChange]) -> Result<Vec<(&'a SeriesChange, Positive)>> {
    let metrics: Vec<_> = changed.iter().map(|changed| changed.after.metric.as_str()).collect();
    let asked = asked(work.dialect(), &[run.project_id.uuid()], &metrics);
    let defined = defined(work.find::<MetricDefinition>(asked).await?);
    let limit = |changed: &SeriesChange| resolve(&defined, run.project_id, &changed.after.metric)?.conservation_limit;
    Ok(changed.iter().filter_map(|changed| Some((changed, limit(changed)?))).collect())
}

/// The older points that stand right before those that came late, by the numbers of their series.
async fn older(work: &Work, run: &Run, limited: &[(&SeriesChange, Positive)]) -> Result<HashMap<i64, Older>> {
    const OLDER: &str = "SELECT b.series_number, b.step, p.step AS older_step, p.value, p.special
        FROM (
            SELECT r.series_number, r.step, (
                SELECT max(q.step) FROM series_points AS q
                WHERE q.run_id = $1 AND q.series_number = r.series_number AND q.step < r.step
            ) AS older_step FROM {rows}
        ) AS b
        JOIN series_points AS p ON p.run_id = $1 AND p.series_number = b.series_number AND p.step = b.older_step";
    let (mut numbers, mut steps) = (Vec::new(), Vec::new());
    for (changed, _) in limited {
        for (step, _) in changed.late() {
            numbers.push(changed.after.number.get());
            steps.push(step.get());
        }
    }
    let mut older: HashMap<i64, Older> = HashMap::new();
    if steps.is_empty() {
        return Ok(older);
    }
    let rows = vec![("series_number", Cells::Whole(numbers)), ("step", Cells::Whole(steps))];
    for row in work.query(&Bulk::new(OLDER, vec![run.id.uuid().into()], rows)).await? {
        if let Some(value) = reading(&row, "value", "special")? {
            let mark = (Count::try_new(row.try_get("", "older_step")?)?, value);
            older.entry(row.try_get("", "series_number")?).or_default().insert(row.try_get("", "step")?, mark);
        }
    }
    Ok(older)
}

/// What else there is to say of a crossing, and how many more of its series were left out.
fn detail(changed: &SeriesChange, limit: Positive, crossing: &Crossing, more: usize) -> Value {
    let series = &changed.after;
    let mut detail = json!({
        "metric": series.metric.as_str(), "split": split(series), "step": crossing.step.map(Count::get),
        "value": Value::from(crossing.value), "first": crossing.first.get(), "drift": Value::from(crossing.drift),
        "limit": limit.get(),
    });
    if more > 0 {
        detail["more"] = more.into();
    }
    detail
}

fn message(changed: &SeriesChange, limit: Positive, crossing: &Crossing) -> String {
    let number = |number: f64| Value::from(Reading::new(number)).to_string().replace('"', "");
    let place = crossing.step.map_or("in the end".to_owned(), |step| format!("at step {}", step.get()));
    format!(
        "{} is {} {place}: off by {} of its first value, {}, where {} is the most",
        named(&changed.after),
        number(crossing.value.get()),
        number(crossing.drift.get()),
        number(crossing.first.get()),
        number(limit.get()),
    )
}
