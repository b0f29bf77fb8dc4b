//! The queue of runs, as a feed: how it stands after each change.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::execution::{Run, RunKind, RunStatus};
use domain::project::Project;
use domain::{Count, Entity as _, Id, Leaf, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};

use super::run::Column;
use crate::column::Col;
use crate::error::Result;
use crate::live::{Feed, Read, Signal};
use crate::reader::Reader;
use crate::scope::{Depth, Known, visible};

/// How the queue of runs stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunQueue;

/// The queued runs of a kind in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The project.
    pub project: Id<Project>,
    /// The kind.
    pub kind: RunKind,
    /// How many there are.
    pub count: Count,
    /// Since when the oldest waits.
    pub since: Timestamp,
}

/// The number of the last reading. Nobody goes on from one: how the queue stood matters to nobody.
static READINGS: AtomicI64 = AtomicI64::new(1);

impl Feed for RunQueue {
    type Item = Arc<Vec<Queued>>;

    fn signals(&self) -> Vec<Signal> {
        vec![Signal::Rows(Run::TABLE), Signal::Rows(Project::TABLE)]
    }

    async fn head(&self, _: &Reader) -> Result<Option<i64>> {
        Ok(Some(READINGS.load(Ordering::Relaxed)))
    }

    async fn after(&self, reader: &Reader, _: i64) -> Result<Option<Read<Self::Item>>> {
        // The number is taken before the queue is read: a later one has seen no less.
        let reading = READINGS.fetch_add(1, Ordering::Relaxed) + 1;
        let rows = reader.query(&select(reader)).await?;
        let queued = rows.iter().map(|row| {
            Ok(Queued {
                project: Id::try_new(row.try_get("", "project_id")?)?,
                kind: RunKind::parse(row.try_get("", "kind")?)?,
                count: Count::try_new(row.try_get("", "queued")?)?,
                since: row.try_get::<Col<Timestamp>>("", "since")?.0,
            })
        });
        let queued = Arc::new(queued.collect::<Result<Vec<_>>>()?);
        Ok(Some(Read { items: vec![(reading, queued)], more: false }))
    }
}

fn select(reader: &Reader) -> SelectStatement {
    let depth = Depth::OUTER;
    let column = |column| depth.column(column);
    let mut select = depth.select_from::<Run>();
    select
        .expr_as(column(Column::ProjectId), Alias::new("project_id"))
        .expr_as(column(Column::Kind), Alias::new("kind"))
        .expr_as(Expr::cust("count(*)"), Alias::new("queued"))
        .expr_as(column(Column::QueuedAt).min(), Alias::new("since"))
        .and_where(column(Column::Status).eq(RunStatus::Queued.as_str()))
        .cond_where(visible::<Run>(&Viewer::system("live"), reader.dialect(), depth, Known::Nothing))
        .add_group_by([column(Column::ProjectId), column(Column::Kind)]);
    select
}
