//! The event log.

use domain::ledger::{EventLog as Entity, EventType};
use domain::{ActorType, Count};
use storage::ledger::event::{Column, EventLogsOfProject, EventLogsOfRun};

use crate::execution::Run;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// Something that happened, as people who follow a project are told. Its members see it; what belongs to no project,
    /// administrators alone.
    EventLog: Entity, EventLogFilter by Column, numbered {
        /// What happened.
        event_type: Chosen<EventType> = choice, filter EventType: Chosen<EventType>;
        /// The kind of who did it.
        actor_type: Chosen<ActorType> = choice, filter ActorType: Chosen<ActorType>;
        /// The name of who did it, within their kind: an id, or the name of a task.
        actor_id: Option<String> = maybe(text), filter ActorId: Parsed<String>;
        /// What else there is to say, like the `id` of what it happened to.
        payload: Json = json;
        hidden project_id, run_id;
    }
    parents {
        /// The project, where it is still there.
        project: Project, EventLogsOfProject, |event| event.project_id;
        /// The run to which it happened, where it is still there.
        run: Run, EventLogsOfRun, |event| event.run_id;
    }
    derived {
        /// Its place in the log of its project or of the instance, from 1, without gaps.
        position: SafeInt = |event| whole(&event.id.number()), cell Count = whole;
    }
    filter {
        /// Its place in the log of its project or of the instance.
        position: Parsed<Count>, Position;
    }
}

queries! {
    /// The event log.
    EventQueries {
        one event_log: EventLog, "The event with this id.";
        many event_logs: EventLog, "The events that the viewer sees: those of their projects.";
    }
}
