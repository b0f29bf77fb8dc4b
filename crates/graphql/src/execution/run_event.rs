//! What runs said, and the calls by which they wrote.

use domain::execution::{BatchKind, RunBatch as BatchEntity, RunEvent as Entity, RunEventType, Touched};
use domain::{Count, Id, Leaf, Timestamp};
use storage::execution::run_batch::{BatchesOfRun, Column as BatchColumn};
use storage::execution::run_event::{Column, EventsOfRun};

use super::Run;
use crate::prelude::*;

object! {
    /// Something that running work said, at its place in the run.
    RunEvent: Entity, RunEventFilter by Column, placed {
        /// When it happened.
        ts: DateTime = time, filter Ts: Parsed<Timestamp>;
        /// What sort of thing it is.
        event_type: Chosen<RunEventType> = choice, filter EventType: Chosen<RunEventType>;
        /// What else there is to say.
        payload: Json = json;
    }
    parents {
        /// The run.
        run: Run, EventsOfRun, |event| Id::try_new(event.id.parent()).ok();
    }
    derived {
        /// Its number within the run, from 1, without gaps.
        seq: SafeInt = |event| whole(&event.id.number()), cell Count = whole;
    }
    filter {
        /// Its number within the run.
        seq: Parsed<Count>, Seq;
    }
}

object! {
    /// A call by which running work wrote: whole, and once, however often it was sent.
    RunBatch: BatchEntity, RunBatchFilter by BatchColumn, numbered {
        /// What the client calls it, unique within the run.
        batch_id: String = text, filter BatchId: Parsed<String>;
        /// What it did.
        kind: Chosen<BatchKind> = choice, filter Kind: Chosen<BatchKind>;
        /// The number of the first event that it appended.
        first_seq: Option<SafeInt> = maybe(whole);
        /// The number of the run's last event with it; 0 where the run had none yet.
        last_seq: SafeInt = whole;
        /// How many series the run had with it.
        series_count: SafeInt = whole;
        /// The series that it touched, each with `metric`, `split`, `number`, `firstStep` and `lastStep`.
        touched: Json = |touched: &Touched| Json(touched.raw());
        hidden project_id, digest;
    }
    parents {
        /// The run.
        run: Run, BatchesOfRun, |batch| Id::try_new(batch.id.parent()).ok();
    }
    derived {
        /// Its number within the run, from 1: the place from which whoever follows the run goes on.
        number: SafeInt = |batch| whole(&batch.id.number()), cell Count = whole;
    }
    filter {
        /// Its number within the run.
        number: Parsed<Count>, Number;
    }
}
