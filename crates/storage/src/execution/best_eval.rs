//! What was observed of each claim of a paper: of all its evals the best, in one statement for any number of papers. The
//! papers were read before, and what is under them is in the same project.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Id;
use domain::execution::Eval;
use domain::literature::Paper;

use crate::bulk::{Bulk, Cells};
use crate::error::Result;
use crate::read::{Load, shared};
use crate::reader::{Reader, decode};

/// The best evals of a paper's claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BestOf {
    /// The paper.
    pub paper: Id<Paper>,
}

/// A claim counts as reproduced when one run reproduced it, so the verdict decides; then the gap, as the verdict looks at
/// it; then what is newer.
const BEST: &str = "SELECT b.* FROM (
        SELECT e.*, row_number() OVER (
            PARTITION BY e.claim_id
            ORDER BY CASE e.verdict
                    WHEN 'EXCEEDED' THEN 0 WHEN 'REPRODUCED' THEN 1 WHEN 'WITHIN_TOLERANCE' THEN 2 ELSE 3
                END,
                CASE e.direction WHEN 'MAXIMIZE' THEN -e.gap_abs WHEN 'MINIMIZE' THEN e.gap_abs ELSE e.gap_abs_size END,
                e.created_at DESC, e.id DESC
        ) AS place
        FROM {rows}
        JOIN evals AS e ON e.paper_id = r.of_paper AND e.claim_id IS NOT NULL
        JOIN runs AS n ON n.id = e.run_id AND n.deleted_at IS NULL
        LEFT JOIN plans AS l ON l.id = n.plan_id
        WHERE l.deleted_at IS NULL
    ) AS b WHERE b.place = 1";

impl Load for BestOf {
    type Value = Arc<Vec<Eval>>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let rows = vec![("of_paper", Cells::Uuid(keys.iter().map(|key| key.paper.uuid()).collect()))];
        let mut found: HashMap<Self, Vec<Eval>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for row in reader.query(&Bulk::new(BEST, Vec::new(), rows)).await? {
            let eval: Eval = decode(&row)?;
            found.entry(Self { paper: eval.paper_id }).or_default().push(eval);
        }
        Ok(shared(&keys, found))
    }
}
