//! The event log: what people who follow a project are told.

use crate::execution::Run;
use crate::project::Project;
use crate::text::ActorName;
use crate::{ActorType, Id, JsonObject, choice, entity};

choice! {
    /// What happened.
    EventType {
        /// A project was made.
        ProjectCreated = "PROJECT_CREATED",
        /// A project was changed.
        ProjectUpdated = "PROJECT_UPDATED",
        /// A project was deleted.
        ProjectDeleted = "PROJECT_DELETED",
        /// A project was restored.
        ProjectRestored = "PROJECT_RESTORED",
        /// A project was purged.
        ProjectPurged = "PROJECT_PURGED",
        /// A member joined a project.
        MemberAdded = "MEMBER_ADDED",
        /// A member's role was changed.
        MemberChanged = "MEMBER_CHANGED",
        /// A member left a project.
        MemberRemoved = "MEMBER_REMOVED",
        /// A repository was added to a project.
        RepositoryAdded = "REPOSITORY_ADDED",
        /// A repository of a project was changed.
        RepositoryChanged = "REPOSITORY_CHANGED",
        /// A repository was taken from a project.
        RepositoryRemoved = "REPOSITORY_REMOVED",
        /// A project was given a guideline.
        GuidelineAdded = "GUIDELINE_ADDED",
        /// The guideline of a project was changed.
        GuidelineChanged = "GUIDELINE_CHANGED",
        /// The guideline of a project was removed.
        GuidelineRemoved = "GUIDELINE_REMOVED",
        /// A paper was added.
        PaperCreated = "PAPER_CREATED",
        /// A paper was changed.
        PaperUpdated = "PAPER_UPDATED",
        /// A paper was deleted.
        PaperDeleted = "PAPER_DELETED",
        /// A paper was restored.
        PaperRestored = "PAPER_RESTORED",
        /// A paper was purged.
        PaperPurged = "PAPER_PURGED",
        /// A claim was added.
        ClaimCreated = "CLAIM_CREATED",
        /// A claim was changed.
        ClaimUpdated = "CLAIM_UPDATED",
        /// A claim was deleted.
        ClaimDeleted = "CLAIM_DELETED",
        /// A storyboard was made.
        StoryboardCreated = "STORYBOARD_CREATED",
        /// A storyboard was changed.
        StoryboardUpdated = "STORYBOARD_UPDATED",
        /// A storyboard was deleted.
        StoryboardDeleted = "STORYBOARD_DELETED",
        /// A plan was made.
        PlanCreated = "PLAN_CREATED",
        /// A plan was changed.
        PlanUpdated = "PLAN_UPDATED",
        /// A plan was deleted.
        PlanDeleted = "PLAN_DELETED",
        /// A plan was restored.
        PlanRestored = "PLAN_RESTORED",
        /// A plan was purged.
        PlanPurged = "PLAN_PURGED",
        /// A file was added.
        AssetAdded = "ASSET_ADDED",
        /// A file was changed.
        AssetChanged = "ASSET_CHANGED",
        /// A file was removed.
        AssetRemoved = "ASSET_REMOVED",
        /// A run was made.
        RunCreated = "RUN_CREATED",
        /// A run was started.
        RunStarted = "RUN_STARTED",
        /// A run was paused.
        RunPaused = "RUN_PAUSED",
        /// A run was resumed.
        RunResumed = "RUN_RESUMED",
        /// A run succeeded.
        RunCompleted = "RUN_COMPLETED",
        /// A run failed.
        RunFailed = "RUN_FAILED",
        /// A run took longer than it was given.
        RunTimedOut = "RUN_TIMED_OUT",
        /// A run was cancelled.
        RunCancelled = "RUN_CANCELLED",
        /// A run lost its executor, and was queued again.
        RunRequeued = "RUN_REQUEUED",
        /// What people say of a run was changed.
        RunUpdated = "RUN_UPDATED",
        /// A run was deleted.
        RunDeleted = "RUN_DELETED",
        /// A run was restored.
        RunRestored = "RUN_RESTORED",
        /// A run was purged.
        RunPurged = "RUN_PURGED",
        /// A quantity that must be conserved was not.
        InvariantFailed = "INVARIANT_FAILED",
        /// A snapshot was saved.
        SnapshotSaved = "SNAPSHOT_SAVED",
        /// Something went wrong.
        ErrorOccurred = "ERROR_OCCURRED",
    }
}

/// Something that happened, before it has a place in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened.
    pub event_type: EventType,
    /// The project in which it happened; none for the instance as a whole.
    pub project_id: Option<Id<Project>>,
    /// The run to which it happened.
    pub run_id: Option<Id<Run>>,
    /// What else there is to say.
    pub payload: JsonObject,
}

entity! {
    /// Something that happened, at its place in the log of its project or of the instance.
    EventLog "event log" as "eventlog" in "event_logs", numbered {
        /// The project in which it happened; none for the instance as a whole.
        project_id: Option<Id<Project>>,
        /// What happened.
        event_type: EventType,
        /// The kind of who did it.
        actor_type: ActorType,
        /// The name of who did it, within their kind.
        actor_id: Option<ActorName>,
        /// The run to which it happened.
        run_id: Option<Id<Run>>,
        /// What else there is to say.
        payload: JsonObject,
    }
}
