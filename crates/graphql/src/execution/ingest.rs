//! What running work writes: events, points, and a step back.

use std::sync::Arc;

use async_graphql::SimpleObject;
use domain::execution::{
    BatchId, Columns, LeaseToken, Misfit, NewEvent, Reading, Run as RunEntity, RunEventType, SeriesLog, SeriesName,
};
use domain::text::Label;
use domain::{Count, Id, Invalid, JsonObject, Timestamp};
use storage::Violation;
use storage::execution::ingest::{self, Sender, Taken};

use super::RunBatch;
use crate::input::Items;
use crate::long::Long;
use crate::prelude::*;
use crate::scalar::Real;
use crate::{budget, from_text};

/// The most events that one call appends.
const MOST_EVENTS: usize = 10_000;
/// The most series that one call logs.
const MOST_SERIES: usize = 1_000;
/// The most points that one call logs, in all of its series.
const MOST_POINTS: usize = 250_000;

input! {
    /// An event of a run.
    RunEventInput {
        /// What sort of thing it is.
        event_type: Chosen<RunEventType>,
        /// What else there is to say; nothing by default.
        payload: Given<Parsed<JsonObject>>,
        /// When it happened; by default when it comes.
        ts: Given<Parsed<Timestamp>>,
    }
}

from_text!(RunEventInput { event_type, payload, ts });

input! {
    /// Events of a run, all or none.
    AppendRunEventsInput {
        /// Which run.
        run_id: GlobalId<RunEntity>,
        /// What proves the lease; a run that was imported has none.
        token: Given<Parsed<LeaseToken>>,
        /// What you call the batch, unique within the run. Sent again with the same content it changes nothing, however
        /// late; with other content it is a CONFLICT.
        batch_id: Parsed<BatchId>,
        /// The events, in their order: 1 to 10000.
        events: Long<RunEventInput>,
    }
}

input! {
    /// Points of a series, as columns of equal length.
    SeriesLogInput {
        /// What is measured.
        metric: Parsed<Label>,
        /// On which part of the data.
        split: Given<Parsed<Label>>,
        /// The steps, each once. One that has a value already gets the new one.
        steps: Items<Count>,
        /// The value at each step.
        values: Items<Reading>,
        /// The simulation's time at each step.
        times: Given<Items<domain::Real>>,
        /// When each was measured; by default when it comes.
        timestamps: Given<Items<Timestamp>>,
        /// What the series comes to in the end, beside its points: then that is its last value.
        terminal_value: Given<Real>,
    }
}

from_text!(SeriesLogInput { metric, split, steps, values, times, timestamps, terminal_value });

input! {
    /// Points of a run's series, all or none.
    LogSeriesInput {
        /// Which run.
        run_id: GlobalId<RunEntity>,
        /// What proves the lease; a run that was imported has none.
        token: Given<Parsed<LeaseToken>>,
        /// What you call the batch, unique within the run. Sent again with the same content it changes nothing, however
        /// late; with other content it is a CONFLICT.
        batch_id: Parsed<BatchId>,
        /// The series: 1 to 1000, with 250000 points in all.
        series: Long<SeriesLogInput>,
    }
}

input! {
    /// A step to which a run goes back.
    RewindRunInput {
        /// Which run.
        run_id: GlobalId<RunEntity>,
        /// What proves the lease; a run that was imported has none.
        token: Given<Parsed<LeaseToken>>,
        /// What you call the batch, unique within the run. Sent again with the same content it changes nothing, however
        /// late; with other content it is a CONFLICT.
        batch_id: Parsed<BatchId>,
        /// The step: points after it are removed, and so is what was said to be the end.
        step: Parsed<Count>,
    }
}

macro_rules! payloads {
    ($($name:ident),+) => { $(
        /// What was taken in.
        #[derive(SimpleObject)]
        pub struct $name {
            /// The batch.
            batch: RunBatch,
            /// Whether it had been taken in before, so that nothing was written now.
            replayed: bool,
        }

        impl From<Taken> for $name {
            fn from(taken: Taken) -> Self {
                Self { batch: RunBatch::new(taken.batch.into()), replayed: taken.replayed }
            }
        }
    )+ };
}

payloads!(AppendRunEventsPayload, LogSeriesPayload, RewindRunPayload);

mutations! {
    /// What running work writes.
    IngestMutations {
        /// Appends events to a run, which numbers them.
        append_run_events(AppendRunEventsInput) -> AppendRunEventsPayload = append;
        /// Logs points of a run's series.
        log_series(LogSeriesInput) -> LogSeriesPayload = log;
        /// Takes a run back to a step, to go on from there. An event says so.
        rewind_run(RewindRunInput) -> RewindRunPayload = rewind;
    }
}

fn sender(run: Id<RunEntity>, token: Given<Parsed<LeaseToken>>, batch: BatchId) -> Sender {
    Sender { run, token: token.0.map(|token| token.0), batch }
}

async fn append(ctx: &Context<'_>, input: AppendRunEventsInput) -> Result<AppendRunEventsPayload> {
    check_count("events", input.events.0.len(), MOST_EVENTS)?;
    budget::ingest(ctx, input.events.0.len())?;
    let sender = sender(input.run_id.0, input.token, input.batch_id.0);
    let event = |event: RunEventInput| NewEvent {
        ts: event.ts.0.map(|ts| ts.0),
        event_type: event.event_type.0,
        payload: event.payload.0.map(|payload| payload.0).unwrap_or_default(),
    };
    let events: Arc<[NewEvent]> = input.events.0.into_iter().map(event).collect();
    let taken = mutate::unit(ctx, |work| {
        let (sender, events) = (sender.clone(), Arc::clone(&events));
        Box::pin(async move { ingest::append(work, &sender, &events).await })
    });
    taken.await.map(Into::into)
}

async fn log(ctx: &Context<'_>, input: LogSeriesInput) -> Result<LogSeriesPayload> {
    check_count("series", input.series.0.len(), MOST_SERIES)?;
    let sender = sender(input.run_id.0, input.token, input.batch_id.0);
    budget::ingest(ctx, points(&input.series.0))?;
    let series: Arc<[SeriesLog]> = logs(input.series.0)?.into();
    let taken = mutate::unit(ctx, |work| {
        let (sender, series) = (sender.clone(), Arc::clone(&series));
        Box::pin(async move { ingest::log(work, &sender, &series).await })
    });
    taken.await.map(Into::into)
}

async fn rewind(ctx: &Context<'_>, input: RewindRunInput) -> Result<RewindRunPayload> {
    budget::ingest(ctx, 1)?;
    let sender = sender(input.run_id.0, input.token, input.batch_id.0);
    let taken = mutate::unit(ctx, |work| {
        let (sender, step) = (sender.clone(), input.step.0);
        Box::pin(async move { ingest::rewind(work, &sender, step).await })
    });
    taken.await.map(Into::into)
}

fn check_count(field: &'static str, count: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let why = Invalid::new("length", format!("must have 1 to {most} items, not {count}"));
    Err(Failure::refused(&["input", field], &why))
}

/// How many points series have in all.
fn points(inputs: &[SeriesLogInput]) -> usize {
    inputs.iter().map(|input| input.steps.0.len()).sum()
}

/// The series of an input, each named once; or all that is wrong with them.
fn logs(inputs: Vec<SeriesLogInput>) -> Result<Vec<SeriesLog>> {
    let points = points(&inputs);
    if points > MOST_POINTS {
        let why = Invalid::new("length", format!("must have at most {MOST_POINTS} points in all, not {points}"));
        return Err(Failure::refused(&["input", "series"], &why));
    }
    let mut logs: Vec<SeriesLog> = Vec::with_capacity(inputs.len());
    let (mut violations, mut names) = (Vec::new(), std::collections::HashSet::new());
    for (place, input) in inputs.into_iter().enumerate() {
        let name = SeriesName { metric: input.metric.0, split: input.split.0.map(|split| split.0) };
        if !names.insert(name.clone()) {
            let why = Invalid::new("unique", "the series stands twice in the list");
            violations.push(violation(place, Misfit { column: "metric", item: None, why }));
        }
        let columns = Columns {
            steps: input.steps.0,
            values: input.values.0,
            times: input.times.0.map(|times| times.0),
            timestamps: input.timestamps.0.map(|timestamps| timestamps.0),
        };
        match SeriesLog::try_new(name, columns, input.terminal_value.0.map(|value| value.0)) {
            Ok(log) => logs.push(log),
            Err(misfits) => violations.extend(misfits.into_iter().map(|misfit| violation(place, misfit))),
        }
    }
    if violations.is_empty() { Ok(logs) } else { Err(storage::Error::Refused(violations).into()) }
}

fn violation(place: usize, misfit: Misfit) -> Violation {
    let mut path = vec!["input".to_owned(), "series".to_owned(), place.to_string(), misfit.column.to_owned()];
    path.extend(misfit.item.map(|item| item.to_string()));
    Violation { path, rule: misfit.why.rule.into(), message: misfit.why.message }
}
