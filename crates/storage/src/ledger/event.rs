//! The table `event_logs`.

use domain::execution::Run;
use domain::ledger::{EventLog, EventType};
use domain::project::Project;
use domain::text::ActorName;
use domain::{ActorType, Id, JsonObject};

use std::sync::Arc;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};

use crate::live::rows::Numbered;
use crate::live::{Feed, Read, Signal};
use crate::prelude::*;
use crate::reader::Reader;
use crate::scope::Depth;

row! {
    "event_logs" EventLog, numbered by head_id, position {
        event_type: EventType,
        actor_type: ActorType,
        payload: JsonObject,
    }
    optional {
        project_id: Id<Project>,
        actor_id: ActorName,
        run_id: Id<Run>,
    }
}

edge! {
    /// What happened in a project.
    EventLogsOfProject: Project => EventLog, ProjectId, "project_id";
    /// What happened to a run.
    EventLogsOfRun: Run => EventLog, RunId, "run_id";
}

sorts! { EventLog {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was written";
    Position: "POSITION_ASC" Ascending, "POSITION_DESC" Descending, "its place in its log";
} }

/// What happens in a project, as a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DoneInProject {
    /// The project.
    pub project: Id<Project>,
}

impl DoneInProject {
    fn events(self) -> Numbered<Project, EventLog> {
        let head = |column| Expr::col(Alias::new(column));
        let heads = Query::select()
            .expr(head("id"))
            .from(Alias::new("ledger_heads"))
            .and_where(head("project_id").eq(self.project.uuid()))
            .take();
        let own = Depth::OUTER.column(Column::HeadId).in_subquery(heads);
        Numbered { parent: self.project, own, number: Column::Position }
    }
}

impl Feed for DoneInProject {
    type Item = Arc<EventLog>;

    fn signals(&self) -> Vec<Signal> {
        vec![Signal::Project(self.project.uuid())]
    }

    async fn head(&self, reader: &Reader) -> Result<Option<i64>> {
        self.events().last(reader).await
    }

    async fn after(&self, reader: &Reader, position: i64) -> Result<Option<Read<Self::Item>>> {
        let read = self.events().after(reader, position, |event| event.id.number().get()).await?;
        Ok(read.map(|read| read.map(Arc::new)))
    }
}
