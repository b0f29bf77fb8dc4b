//! The table `run_batches`.

use domain::execution::{BatchId, BatchKind, Run, RunBatch, Touched};
use domain::project::Project;
use domain::{Count, Id, Sha256};

use crate::prelude::*;

row! {
    "run_batches" RunBatch, numbered by run_id, number {
        project_id: Id<Project>,
        batch_id: BatchId,
        kind: BatchKind,
        digest: Sha256,
        last_seq: Count,
        series_count: Count,
        touched: Touched,
    }
    optional {
        first_seq: Count,
    }
    under Run, by RunId;
}

edge! {
    /// The calls by which a run wrote.
    BatchesOfRun: Run => RunBatch, RunId, "run_id";
}

sorts! { RunBatch {
    Number: "NUMBER_ASC" Ascending, "NUMBER_DESC" Descending, "its number within the run";
} }
