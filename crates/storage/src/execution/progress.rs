//! How far the server is with a run: where an executor that starts again goes on.

use std::collections::HashMap;

use domain::execution::Run;
use domain::{Count, Id};

use crate::bulk::{Bulk, Cells};
use crate::error::Result;
use crate::read::{Load, in_order};
use crate::reader::Reader;

/// The progress of a run that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgressOf {
    /// The run.
    pub run: Id<Run>,
}

/// How far the server is with a run.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The number of its last event; 0 where it has none.
    pub last_seq: Count,
    /// The number of its last batch; 0 where it has none.
    pub last_batch: Count,
    /// The greatest step of its series.
    pub last_step: Option<Count>,
}

impl Load for ProgressOf {
    type Value = Progress;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Progress>>> {
        const PROGRESS: &str =
            "SELECT r.run_id, coalesce(b.number, 0) AS last_batch, coalesce(b.last_seq, 0) AS last_seq,
                (SELECT max(s.last_step) FROM run_series AS s WHERE s.run_id = r.run_id) AS last_step
            FROM {rows}
            LEFT JOIN run_batches AS b ON b.run_id = r.run_id AND b.number = (
                SELECT max(n.number) FROM run_batches AS n WHERE n.run_id = r.run_id
            )";
        let rows = vec![("run_id", Cells::Uuid(keys.iter().map(|key| key.run.uuid()).collect()))];
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&Bulk::new(PROGRESS, Vec::new(), rows)).await? {
            let last_step = row.try_get::<Option<i64>>("", "last_step")?.map(Count::try_new).transpose()?;
            let progress = Progress {
                last_seq: Count::try_new(row.try_get("", "last_seq")?)?,
                last_batch: Count::try_new(row.try_get("", "last_batch")?)?,
                last_step,
            };
            found.insert(Self { run: Id::try_new(row.try_get("", "run_id")?)? }, progress);
        }
        Ok(in_order(&keys, &found))
    }
}
