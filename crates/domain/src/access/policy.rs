//! The policy: who sees what, who may do what, and what must be shown to ask for a field at all. It stands in this file
//! and nowhere else: the server asks it at every field and for every row, and what PostgreSQL lets its own readers see
//! is made from it.

use crate::account::{ApiKey, KeyScope, Session, User, UserProvider, UserToken};
use crate::execution::{
    EquationModule, Eval, MetricDefinition, Note, Plan, Run, RunBatch, RunEquation, RunEvent, RunLease, RunSeries,
    SeriesPoint, Snapshot, UnitMode,
};
use crate::files::Upload;
use crate::ledger::{AuditEntry, ErrorLog, EventLog, LedgerHead};
use crate::literature::{Asset, Claim, Paper, Storyboard};
use crate::policy;
use crate::project::{MemberRole, Project, ProjectGuideline, ProjectMember, Repository};
use crate::{Entity, Id};

policy! {
    //                  seen                    written by whoever may
    User:               Seen::Sharing,          Action::Keep;
    UserProvider:       Seen::Own("user_id"),   Action::Keep;
    Session:            Seen::Own("user_id"),   Action::Keep;
    UserToken:          Seen::Never,            Action::Keep;
    ApiKey:             Seen::Key,              Action::Keep;
    Project:            Seen::Project,          Action::Keep;
    ProjectMember:      Seen::InProject,        Action::Keep;
    Repository:         Seen::InProject,        Action::Write;
    ProjectGuideline:   Seen::InProject,        Action::Write;
    Paper:              Seen::InProject,        Action::Write;
    Claim:              Seen::InProject,        Action::Write;
    Storyboard:         Seen::InProject,        Action::Write;
    Asset:              Seen::InProject,        Action::Write;
    Run:                Seen::InProject,        Action::Write;
    RunLease:           Seen::InProject,        Action::Execute;
    Snapshot:           Seen::InProject,        Action::Write;
    Note:               Seen::InProject,        Action::Write;
    RunEquation:        Seen::InProject,        Action::Write;
    Plan:               Seen::InProject,        Action::Write;
    UnitMode:           Seen::InProjectOrGlobal,        Action::Write;
    EquationModule:     Seen::InProjectOrGlobal,        Action::Write;
    MetricDefinition:   Seen::InProjectOrGlobal,        Action::Write;
    Eval:               Seen::InProject,        Action::Write;
    RunBatch:           Seen::InProject,        Action::Ingest;
    RunEvent:           Seen::Through("run_id"),    Action::Ingest;
    RunSeries:          Seen::InProject,        Action::Ingest;
    SeriesPoint:        Seen::Through("run_id"),    Action::Ingest;
    Upload:             Seen::Sender,           Action::Write;
    LedgerHead:         Seen::Never,                    Action::Keep;
    AuditEntry:         Seen::Ledger(Action::Keep),     Action::Keep;
    EventLog:           Seen::Ledger(Action::Read),     Action::Keep;
    ErrorLog:           Seen::Ledger(Action::Read),     Action::Keep;
}

/// What must be shown to ask for each field of the roots. A field that stands nowhere here is refused to all.
pub const DEMANDS: Demands = &[
    (Demand::Nothing, &["viewer", "signIn"]),
    (Demand::Nothing, &["register", "acceptInvitation", "verifyEmail", "requestPasswordReset", "resetPassword"]),
    (Demand::SignIn, &["signOut", "signOutEverywhere", "changePassword"]),
    (Demand::Administrator, &["inviteUser", "createUserLink", "setUserRole", "requirePasswordReset"]),
    (Demand::Administrator, &["disableUser", "enableUser"]),
    (Demand::Account, &["updateUser", "changeEmail", "requestEmailVerification", "createProject"]),
    (
        Demand::Scope(KeyScope::Read),
        &["node", "nodes", "user", "users", "project", "projects", "repository", "repositories"],
    ),
    (Demand::Scope(KeyScope::Read), &["server"]),
    (
        Demand::Scope(KeyScope::Admin),
        &["updateProject", "deleteProject", "restoreProject", "purgeProject", "transferProject"],
    ),
    (Demand::Scope(KeyScope::Admin), &["addProjectMember", "updateProjectMember", "removeProjectMember"]),
    (Demand::Scope(KeyScope::Admin), &["createApiKey", "updateApiKey", "revokeApiKey"]),
    (Demand::Scope(KeyScope::Write), &["addRepository", "updateRepository", "removeRepository"]),
    (Demand::Scope(KeyScope::Write), &["setProjectGuideline", "updateProjectGuideline", "removeProjectGuideline"]),
    (
        Demand::Scope(KeyScope::Read),
        &["paper", "papers", "claim", "claims", "storyboard", "storyboards", "asset", "assets"],
    ),
    (Demand::Scope(KeyScope::Write), &["createPaper", "createPapers", "updatePaper", "deletePaper", "restorePaper"]),
    (Demand::Scope(KeyScope::Write), &["attachPaperPdf", "removePaperPdf"]),
    (Demand::Scope(KeyScope::Admin), &["purgePaper"]),
    (Demand::Scope(KeyScope::Write), &["createClaim", "createClaims", "updateClaim", "deleteClaim"]),
    (Demand::Scope(KeyScope::Write), &["createStoryboard", "updateStoryboard", "deleteStoryboard"]),
    (Demand::Scope(KeyScope::Write), &["createAsset", "updateAsset", "deleteAsset"]),
    (
        Demand::Scope(KeyScope::Read),
        &["run", "runs", "compareRuns", "runEvents", "seriesPoints", "runChanged", "runQueue", "projectActivity"],
    ),
    (
        Demand::Scope(KeyScope::Write),
        &["createRun", "createRuns", "importRun", "updateRun", "updateRuns", "deleteRun", "restoreRun"],
    ),
    (Demand::Scope(KeyScope::Admin), &["purgeRun"]),
    (
        Demand::Doing(Action::Execute),
        &["startRun", "claimRun", "renewRun", "pauseRun", "resumeRun", "finishRun", "cancelRun"],
    ),
    (Demand::Scope(KeyScope::Read), &["snapshot", "note", "notes"]),
    (Demand::Doing(Action::Ingest), &["saveSnapshot"]),
    (Demand::Scope(KeyScope::Write), &["deleteSnapshot", "createNote", "createNotes", "updateNote", "deleteNote"]),
    (Demand::Scope(KeyScope::Write), &["addRunEquation", "removeRunEquation"]),
    (Demand::Scope(KeyScope::Read), &["plan", "plans", "unitMode", "unitModes"]),
    (Demand::Scope(KeyScope::Read), &["equationModule", "equationModules", "metricDefinition", "metricDefinitions"]),
    (Demand::Scope(KeyScope::Write), &["createPlan", "createPlans", "updatePlan", "deletePlan", "restorePlan"]),
    (Demand::Scope(KeyScope::Write), &["materializePlan", "failPlan"]),
    (Demand::Scope(KeyScope::Admin), &["purgePlan"]),
    (Demand::Scope(KeyScope::Write), &["createUnitMode", "updateUnitMode", "deleteUnitMode"]),
    (Demand::Scope(KeyScope::Write), &["createEquationModule", "updateEquationModule", "deleteEquationModule"]),
    (Demand::Scope(KeyScope::Write), &["createMetricDefinition", "updateMetricDefinition", "deleteMetricDefinition"]),
    (Demand::Scope(KeyScope::Read), &["eval", "evals"]),
    (Demand::Scope(KeyScope::Write), &["evaluateRun", "recordEval", "deleteEval"]),
    (Demand::Doing(Action::Ingest), &["appendRunEvents", "logSeries", "rewindRun"]),
    (Demand::Scope(KeyScope::Read), &["auditEntry", "auditEntries", "eventLog", "eventLogs", "errorLog", "errorLogs"]),
    (Demand::Administrator, &["eraseAuditData"]),
];

/// By what a row is seen. Administrators see all but what is somebody's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is a project: its members see it.
    Project,
    /// It belongs to a project: whoever sees that sees it.
    InProject,
    /// It belongs to a project, and whoever sees that sees it; or to none, and whoever was admitted sees it.
    InProjectOrGlobal,
    /// It belongs to the row that this column names, which is one of a project: whoever sees that sees it.
    Through(&'static str),
    /// It is a user: they themself see it, and whoever shares a project with them.
    Sharing,
    /// It is the own of the user in this column: they alone see it, and not by a key that is for one project.
    Own(&'static str),
    /// It is a file that was sent: whoever sent it sees it, alone.
    Sender,
    /// It is a key: it sees itself, the user for whom it acts sees it unless they ask by a key that is for one project,
    /// and whoever keeps a project sees the project's own.
    Key,
    /// It belongs to a project's ledger, or to that of the instance, which administrators alone see: members who may do
    /// this in the project see it.
    Ledger(Action),
    /// Nobody sees it: the server alone looks at it.
    Never,
}

/// What can be done in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See its rows.
    Read,
    /// Send the events and points of running work.
    Ingest,
    /// Claim, start, renew and end its runs.
    Execute,
    /// Create, change, delete and restore its rows.
    Write,
    /// Keep its members and keys, purge, change or delete the project itself.
    Keep,
}

impl MemberRole {
    /// Whether the role allows the action: a viewer reads; an editor does all but keep the project; an owner does all.
    pub fn allows(self, action: Action) -> bool {
        match self {
            Self::Viewer => action == Action::Read,
            Self::Editor => action != Action::Keep,
            Self::Owner => true,
        }
    }
}

impl Action {
    /// The scopes of which a key must have one to do it.
    pub fn scopes(self) -> &'static [KeyScope] {
        match self {
            Self::Read => &[KeyScope::Read],
            Self::Ingest => &[KeyScope::Ingest, KeyScope::Write],
            Self::Execute => &[KeyScope::Execute, KeyScope::Write],
            Self::Write => &[KeyScope::Write],
            Self::Keep => &[KeyScope::Admin],
        }
    }
}

/// What must be shown to ask for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing.
    Nothing,
    /// A sign-in of a person, who may even have to choose a new password first.
    SignIn,
    /// A sign-in, or a key with this scope.
    Scope(KeyScope),
    /// A sign-in, or a key with one of the scopes for this.
    Doing(Action),
    /// A sign-in, or a key with the scope ADMIN that is not for one project alone.
    Account,
    /// A sign-in as an administrator, or an administrator's key with the scope ADMIN.
    Administrator,
}

/// What must be shown for which fields.
pub type Demands = &'static [(Demand, &'static [&'static str])];

/// What a row belongs to: that decides who may write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// A project: its members write it, as far as their roles go.
    Project(Id<Project>),
    /// A user: they themself write it, though not by a key that is for one project, and administrators.
    User(Id<User>),
    /// The instance: administrators write it.
    Instance,
}

impl From<Id<Project>> for Belonging {
    fn from(project: Id<Project>) -> Self {
        Self::Project(project)
    }
}

impl From<Option<Id<Project>>> for Belonging {
    fn from(project: Option<Id<Project>>) -> Self {
        project.map_or(Self::Instance, Self::Project)
    }
}

impl Belonging {
    /// The project, where it is one.
    pub fn project(self) -> Option<Id<Project>> {
        match self {
            Self::Project(project) => Some(project),
            Self::User(_) | Self::Instance => None,
        }
    }
}

/// An entity of which the policy says who sees it and who writes it.
pub trait Policed: Entity {
    /// By what its rows are seen.
    const SEEN: Seen;
    /// What somebody must be allowed to do to write them; purging always takes `Keep`.
    const WRITTEN: Action;
}

/// Says for entities by what they are seen, and what somebody must be allowed to do to write them.
#[macro_export]
macro_rules! policy {
    ($($entity:ident: $seen:expr, $action:expr;)+) => { $(
        impl $crate::access::Policed for $entity {
            const SEEN: $crate::access::Seen = $seen;
            const WRITTEN: $crate::access::Action = $action;
        }
    )+ };
}
