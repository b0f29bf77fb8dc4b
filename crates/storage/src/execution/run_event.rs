//! The table `run_events`.

use domain::execution::{Run, RunEvent, RunEventType};
use domain::{JsonObject, Timestamp};

use crate::prelude::*;

row! {
    "run_events" RunEvent, placed by run_id, seq {
        ts: Timestamp,
        event_type: RunEventType,
        payload: JsonObject,
    }
    under Run, by RunId;
}

edge! {
    /// What a run said.
    EventsOfRun: Run => RunEvent, RunId, "run_id";
}

sorts! { RunEvent {
    Seq: "SEQ_ASC" Ascending, "SEQ_DESC" Descending, "its number within the run";
} }
