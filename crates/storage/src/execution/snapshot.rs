//! The table `snapshots`, whose rows are only ever added, or removed for good.

use domain::execution::{Run, Snapshot, SnapshotState};
use domain::ledger::{EventType, Operation};
use domain::project::Project;
use domain::{Action, Belonging, Count, Id, Json, JsonObject, Real, Revision, Sha256, Timestamp};

use crate::prelude::*;
use crate::read::Within;
use crate::write::Edited;
use crate::{Direction, End, Order, Page, Predicate, Test, Window};

row! {
    "snapshots" Snapshot, logged {
        project_id: Id<Project>,
        run_id: Id<Run>,
        t: Real,
        step: Count,
        is_checkpoint: bool,
        metadata: JsonObject,
    }
    split state over {
        hash: Sha256,
        verified: bool,
    } optional {
        state: Json,
    } from SnapshotState::from_columns, into SnapshotState::columns;
    under Run, by RunId;
    bulky "state";
}

edge! {
    /// The snapshots of a run.
    SnapshotsOfRun: Run => Snapshot, RunId, "run_id";
}

sorts! { Snapshot {
    T: "T_ASC" Ascending, "T_DESC" Descending, "the run's own time";
    Step: "STEP_ASC" Ascending, "STEP_DESC" Descending, "step";
} }

impl Edited for Snapshot {
    fn belongs(&self) -> Belonging {
        Belonging::Project(self.project_id)
    }

    fn revision(&self) -> Revision {
        Revision::FIRST
    }

    fn touched(self, _now: Timestamp) -> Self {
        self
    }

    fn events(_before: Option<&Self>, _after: Option<&Self>, operation: Operation) -> Vec<EventType> {
        if operation == Operation::Create { vec![EventType::SnapshotSaved] } else { Vec::new() }
    }

    fn run(&self) -> Option<Id<Run>> {
        Some(self.run_id)
    }

    async fn admit(&self, work: &mut Work) -> Result<()> {
        work.project(self.project_id, Action::Ingest).await.map(drop)
    }
}

/// The key of the last snapshot of a run at this time or before it; the newest where several have the same time.
pub fn last_until(run: Id<Run>, t: Real) -> Result<Within<SnapshotsOfRun>> {
    let order = Order::by_column("T_DESC", Column::T, Direction::Descending);
    let until = Predicate::Column(Column::T, Test::Lte(Col(t).into()));
    let page = Page { end: End::First, size: 1, after: None, before: None };
    Ok(Within { parent: run, window: Window::try_new(Some(until), order, page)? })
}
