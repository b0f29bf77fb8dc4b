//! The table `run_events`.

use std::sync::Arc;

use domain::execution::{Run, RunEvent, RunEventType};
use domain::{Id, JsonObject, Timestamp};
use sea_orm::sea_query::ExprTrait;

use super::run_batch::written_by;
use crate::live::rows::Numbered;
use crate::live::{Feed, Read, Signal};
use crate::prelude::*;
use crate::reader::Reader;
use crate::scope::Depth;

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

/// What a run says, as a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SaidByRun {
    /// The run.
    pub run: Id<Run>,
}

impl SaidByRun {
    fn events(self) -> Numbered<Run, RunEvent> {
        let own = Depth::OUTER.column(Column::RunId).eq(self.run.uuid());
        Numbered { parent: self.run, own, number: Column::Seq }
    }
}

impl Feed for SaidByRun {
    type Item = Arc<RunEvent>;

    fn signals(&self) -> Vec<Signal> {
        written_by(self.run)
    }

    async fn head(&self, reader: &Reader) -> Result<Option<i64>> {
        self.events().last(reader).await
    }

    async fn after(&self, reader: &Reader, position: i64) -> Result<Option<Read<Self::Item>>> {
        let read = self.events().after(reader, position, |event| event.id.number().get()).await?;
        Ok(read.map(|read| read.map(Arc::new)))
    }
}
