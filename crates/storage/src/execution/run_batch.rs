//! The table `run_batches`.

use domain::execution::{BatchId, BatchKind, Run, RunBatch, Touched};
use domain::project::Project;
use domain::{Count, Entity as _, Id, Sha256};

use crate::live::Signal;
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

/// The signals that a run wrote, or is gone.
pub(super) fn written_by(run: Id<Run>) -> Vec<Signal> {
    vec![Signal::Row(RunBatch::TABLE, run.uuid()), Signal::Row(Run::TABLE, run.uuid())]
}
