//! The table `event_logs`.

use domain::execution::Run;
use domain::ledger::{EventLog, EventType};
use domain::project::Project;
use domain::text::ActorName;
use domain::{ActorType, Id, JsonObject};

use crate::prelude::*;

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
