//! A batch: one call by which running work wrote. Its id makes a retry harmless, however late it comes.

use serde::{Deserialize, Serialize};

use crate::project::Project;
use crate::text::{Label, one_line, text};
use crate::{Count, Id, Invalid, Leaf, Sha256, choice, entity};

choice! {
    /// What a batch did.
    BatchKind {
        /// It appended events.
        Append = "APPEND",
        /// It logged points.
        Log = "LOG",
        /// It took the run back to a step.
        Rewind = "REWIND",
    }
}

text! {
    /// What a client calls a batch, unique within the run.
    BatchId(1..=200, one_line);
}

entity! {
    /// A call by which running work wrote, numbered from 1 within its run.
    RunBatch "run batch" as "runbatch" in "run_batches", numbered {
        /// The project of the run.
        project_id: Id<Project>,
        /// What the client calls it.
        batch_id: BatchId,
        /// What it did.
        kind: BatchKind,
        /// The digest of what it held.
        digest: Sha256,
        /// The number of the first event that it appended.
        first_seq: Option<Count>,
        /// How many events the run has with it.
        last_seq: Count,
        /// How many series the run has with it.
        series_count: Count,
        /// The series that it touched.
        touched: Touched,
    }
}

/// The series that a batch touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched(pub Vec<TouchedSeries>);

/// A series that a batch touched, and from which step to which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TouchedSeries {
    /// The metric.
    pub metric: Label,
    /// The split.
    pub split: Option<Label>,
    /// The number of the series within the run.
    pub number: i64,
    /// The first step; none where only the terminal value was given.
    pub first_step: Option<i64>,
    /// The last step.
    pub last_step: Option<i64>,
}

impl Leaf for Touched {
    type Raw = serde_json::Value;

    fn parse(raw: serde_json::Value) -> Result<Self, Invalid> {
        serde_json::from_value(raw).map(Self).map_err(|why| Invalid::new("touched", why.to_string()))
    }

    fn raw(&self) -> serde_json::Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}
