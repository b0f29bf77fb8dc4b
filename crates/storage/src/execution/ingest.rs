//! What running work writes, by numbered batches: events, points, and a step back. A batch is whole or not at all, and its
//! id makes a retry harmless however late it comes. Whoever writes holds the run's row, so numbers have no gaps, and what
//! a series comes to follows from the batch alone.

use domain::execution::{BatchId, BatchKind, LeaseToken, NewEvent, Run, RunBatch, RunEventType, SeriesLog, Touched};
use domain::{Action, Count, Entity, Hasher, Id, JsonObject, Leaf, Nth, Sha256};
use serde_json::json;

use super::points::{self, Logged};
use super::transition::executor;
use crate::bulk::{Bulk, Cells};
use crate::error::{Conflict, Error, Result};
use crate::reader::decode;
use crate::write::{Edited, Topic, Work};

/// Who sends a batch, for which run.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The run.
    pub run: Id<Run>,
    /// What proves its lease; a run that was imported has none.
    pub token: Option<LeaseToken>,
    /// What the sender calls the batch.
    pub batch: BatchId,
}

/// A batch that was taken in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The batch.
    pub batch: RunBatch,
    /// Whether it had been taken in before, so that nothing was written now.
    pub replayed: bool,
}

/// How a batch begins.
enum Begun {
    /// It was taken in before.
    Before(RunBatch),
    /// It is new; the newest batch before it says how far the run is.
    New(Box<Run>, Option<RunBatch>),
}

/// Appends events, which get the next numbers of the run.
pub async fn append(work: &mut Work, sender: &Sender, events: &[NewEvent]) -> Result<Taken> {
    let payloads = events.iter().map(|event| event.payload.text()).collect::<std::result::Result<Vec<_>, _>>()?;
    let mut hasher = Hasher::default();
    for (event, payload) in events.iter().zip(&payloads) {
        let ts = event.ts.map(|ts| ts.to_string()).unwrap_or_default();
        for part in [event.event_type.as_str(), " ", &ts, " ", payload, "\n"] {
            hasher.update(part.as_bytes());
        }
    }
    let digest = digest(BatchKind::Append, hasher);
    let (run, newest) = match begin(work, sender, &digest).await? {
        Begun::Before(batch) => return Ok(Taken { batch, replayed: true }),
        Begun::New(run, newest) => (run, newest),
    };
    let mut batch = next(work, sender, &run, newest.as_ref(), (BatchKind::Append, digest))?;
    insert_events(work, &mut batch, events, payloads).await?;
    finish(work, batch).await
}

/// Logs points; one at a step that has one replaces it.
pub async fn log(work: &mut Work, sender: &Sender, series: &[SeriesLog]) -> Result<Taken> {
    let mut hasher = Hasher::default();
    for log in series {
        log.digest(&mut hasher);
    }
    let digest = digest(BatchKind::Log, hasher);
    let (run, newest) = match begin(work, sender, &digest).await? {
        Begun::Before(batch) => return Ok(Taken { batch, replayed: true }),
        Begun::New(run, newest) => (run, newest),
    };
    let mut batch = next(work, sender, &run, newest.as_ref(), (BatchKind::Log, digest))?;
    let Logged { touched, series_count } = points::log(work, &run, &batch, series).await?;
    (batch.touched, batch.series_count) = (Touched(touched), series_count);
    finish(work, batch).await
}

/// Takes a run back to a step: points after it are removed, and an event says so.
pub async fn rewind(work: &mut Work, sender: &Sender, step: Count) -> Result<Taken> {
    let mut hasher = Hasher::default();
    hasher.update(&step.get().to_le_bytes());
    let digest = digest(BatchKind::Rewind, hasher);
    let (run, newest) = match begin(work, sender, &digest).await? {
        Begun::Before(batch) => return Ok(Taken { batch, replayed: true }),
        Begun::New(run, newest) => (run, newest),
    };
    let mut batch = next(work, sender, &run, newest.as_ref(), (BatchKind::Rewind, digest))?;
    let (touched, removed) = points::rewind(work, &run, step).await?;
    batch.touched = Touched(touched);
    let payload = JsonObject::parse(json!({ "stage": "REWOUND", "step": step.get(), "removedPoints": removed }))?;
    let text = payload.text()?;
    let event = NewEvent { ts: None, event_type: RunEventType::StageUpdate, payload };
    insert_events(work, &mut batch, &[event], vec![text]).await?;
    finish(work, batch).await
}

/// The digest of a batch of this kind.
fn digest(kind: BatchKind, mut hasher: Hasher) -> Sha256 {
    hasher.update(kind.as_str().as_bytes());
    hasher.finish()
}

/// Locks the run for whoever may write to it, and sees whether the batch was taken in before. That it was is also told to
/// somebody whose lease is over meanwhile: nothing is written for them.
async fn begin(work: &mut Work, sender: &Sender, digest: &Sha256) -> Result<Begun> {
    let (run, refused) = match executor(work, sender.run, sender.token.as_ref()).await {
        Ok(run) => (run, None),
        Err(refused @ Error::Precondition(_)) => {
            let run = work.own(sender.run).await?;
            work.allow::<Run>(Action::Ingest, run.belongs())?;
            (run, Some(refused))
        }
        Err(other) => return Err(other),
    };
    let mut batches = batches(work, sender).await?;
    if let Some(at) = batches.iter().position(|batch| batch.batch_id == sender.batch) {
        let before = batches.swap_remove(at);
        return if before.digest == *digest { Ok(Begun::Before(before)) } else { Err(other_content()) };
    }
    refused.map_or_else(|| Ok(Begun::New(Box::new(run), batches.pop())), Err)
}

/// The batch of the sender's id, where it was taken in before, and the newest.
async fn batches(work: &Work, sender: &Sender) -> Result<Vec<RunBatch>> {
    const BATCHES: &str = "SELECT b.* FROM run_batches AS b WHERE b.run_id = $1 AND b.batch_id = $2
        UNION ALL
        SELECT newest.* FROM (
            SELECT b.* FROM run_batches AS b WHERE b.run_id = $1 ORDER BY b.number DESC LIMIT 1
        ) AS newest";
    let values = vec![sender.run.uuid().into(), sender.batch.as_str().into()];
    work.query(&Bulk::new(BATCHES, values, Vec::new())).await?.iter().map(decode::<RunBatch>).collect()
}

fn other_content() -> Error {
    Error::Conflict(Conflict {
        message: "the run has a batch of this id with other content".into(),
        rule: "unique_batch_id".into(),
        ..Conflict::default()
    })
}

/// The batch after the newest; it has written nothing yet.
fn next(
    work: &Work,
    sender: &Sender,
    run: &Run,
    newest: Option<&RunBatch>,
    (kind, digest): (BatchKind, Sha256),
) -> Result<RunBatch> {
    let number = newest.map_or(Count::ZERO, |newest| newest.id.number()).plus(Count::of(1));
    Ok(RunBatch {
        id: Nth::try_new(run.id.uuid(), number)?,
        project_id: run.project_id,
        batch_id: sender.batch.clone(),
        kind,
        digest,
        first_seq: None,
        last_seq: newest.map_or(Count::ZERO, |newest| newest.last_seq),
        series_count: newest.map_or(Count::ZERO, |newest| newest.series_count),
        touched: Touched::default(),
        created_at: work.now(),
    })
}

/// Inserts events, whose payloads are given as texts, after the last of the run.
async fn insert_events(work: &Work, batch: &mut RunBatch, events: &[NewEvent], payloads: Vec<String>) -> Result<()> {
    const EVENTS: &str = "INSERT INTO run_events (run_id, seq, ts, event_type, payload)
        SELECT $1, seq, ts, event_type, payload FROM {rows}";
    let first = batch.last_seq.plus(Count::of(1));
    batch.first_seq = Some(first);
    batch.last_seq = batch.last_seq.plus(Count::of(events.len()));
    let rows = vec![
        ("seq", Cells::Whole((first.get()..=batch.last_seq.get()).collect())),
        ("ts", Cells::Time(events.iter().map(|event| event.ts.unwrap_or(work.now())).collect())),
        ("event_type", Cells::Text(events.iter().map(|event| event.event_type.to_string()).collect())),
        ("payload", Cells::Json(payloads)),
    ];
    let run = batch.id.parent();
    work.execute(&Bulk::new(EVENTS, vec![run.into()], rows)).await.map(drop)
}

/// Keeps the batch, and has those told who watch the run.
async fn finish(work: &mut Work, batch: RunBatch) -> Result<Taken> {
    work.insert_untraced(std::slice::from_ref(&batch)).await?;
    work.tell(Topic { project_id: Some(batch.project_id), table: RunBatch::TABLE, row: batch.id.parent() });
    Ok(Taken { batch, replayed: false })
}
