//! A run as it becomes, as a feed: its revisions are the positions.

use std::sync::Arc;

use domain::execution::Run;
use domain::{Entity as _, Id};
use sea_orm::sea_query::{Condition, ExprTrait};

use super::run::Column;
use crate::error::Result;
use crate::live::{Feed, Read, Signal};
use crate::reader::Reader;
use crate::scope::Depth;

/// What a run becomes: of several changes at once the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangesOfRun {
    /// The run.
    pub run: Id<Run>,
}

impl ChangesOfRun {
    async fn now(self, reader: &Reader) -> Result<Option<Run>> {
        let same = Condition::all().add(Depth::OUTER.column(Column::Id).eq(self.run.uuid()));
        Ok(reader.find::<Run>(same).await?.pop())
    }
}

impl Feed for ChangesOfRun {
    type Item = Arc<Run>;

    fn signals(&self) -> Vec<Signal> {
        vec![Signal::Row(Run::TABLE, self.run.uuid())]
    }

    async fn head(&self, reader: &Reader) -> Result<Option<i64>> {
        Ok(self.now(reader).await?.map(|run| run.revision.get()))
    }

    async fn after(&self, reader: &Reader, position: i64) -> Result<Option<Read<Self::Item>>> {
        let Some(run) = self.now(reader).await? else { return Ok(None) };
        let items = Some((run.revision.get(), Arc::new(run))).filter(|(revision, _)| *revision > position);
        Ok(Some(Read { items: items.into_iter().collect(), more: false }))
    }
}
