//! An event of a run: what the running work said, at its place in the run.

use crate::{JsonObject, Timestamp, choice, entity};

choice! {
    /// What sort of thing running work said.
    RunEventType {
        /// It came to another stage.
        StageUpdate = "STAGE_UPDATE",
        /// It wrote a line.
        LogLine = "LOG_LINE",
        /// It said how far it has come.
        Progress = "PROGRESS",
        /// It said what a metric is.
        MetricUpdate = "METRIC_UPDATE",
        /// It showed a prediction.
        SamplePred = "SAMPLE_PRED",
        /// Something went wrong.
        Error = "ERROR",
    }
}

entity! {
    /// What running work said, numbered from 1 within its run, without gaps.
    RunEvent "run event" as "runevent" in "run_events", placed {
        /// When it happened.
        ts: Timestamp,
        /// What sort of thing it is.
        event_type: RunEventType,
        /// What else there is to say.
        payload: JsonObject,
    }
}

/// An event that has no place yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// When it happened; when it comes, where that is not said.
    pub ts: Option<Timestamp>,
    /// What sort of thing it is.
    pub event_type: RunEventType,
    /// What else there is to say.
    pub payload: JsonObject,
}
