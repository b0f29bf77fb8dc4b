//! Who asks, what they see, and what they may do. The policy stands here and nowhere else.

use crate::account::{Role, User};
use crate::project::{MemberRole, Project};
use crate::{Id, choice};

/// Who acts: what the audit names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person who is signed in.
    User(Id<User>),
    /// The command line, on the machine itself.
    CommandLine,
    /// The system, with the name of its task.
    System(&'static str),
}

choice! {
    /// The kind of an actor, as the event log keeps it.
    ActorType {
        /// A person who is signed in.
        User = "USER",
        /// A program with a key.
        ApiKey = "API_KEY",
        /// The system itself, or the command line.
        System = "SYSTEM",
        /// A simulation that reports on itself.
        Simulation = "SIMULATION",
    }
}

impl Actor {
    /// The kind of the actor.
    pub fn kind(&self) -> ActorType {
        match self {
            Self::User(_) => ActorType::User,
            Self::CommandLine | Self::System(_) => ActorType::System,
        }
    }

    /// The actor's name within its kind: an id, or the name of a task.
    pub fn name(&self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::CommandLine => "command line".to_owned(),
            Self::System(task) => (*task).to_owned(),
        }
    }
}

/// The projects that somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All live projects.
    All,
    /// These, which are live.
    These(Vec<Id<Project>>),
}

/// Somebody who asks, with what they may see and do.
#[derive(Clone, Debug)]
pub struct Viewer {
    actor: Actor,
    role: Role,
    memberships: Vec<Membership>,
}

/// Somebody's part in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The project.
    pub project: Id<Project>,
    /// What they may do in it.
    pub role: MemberRole,
    /// Whether the project is live; one that is not can only be restored or purged.
    pub live: bool,
}

/// What can be done in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See its rows.
    Read,
    /// Create, change, delete and restore its rows.
    Write,
    /// Keep its members, purge, change or delete the project itself.
    Keep,
}

/// Why somebody may not do what they asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// They do not see the project, so it is not there for them.
    Hidden,
    /// They see it, but their role does not allow the action.
    Forbidden,
}

impl Viewer {
    /// A person with their role and their memberships.
    pub fn person(user: Id<User>, role: Role, memberships: Vec<Membership>) -> Self {
        Self { actor: Actor::User(user), role, memberships }
    }

    /// Somebody on the machine itself, who may do all.
    pub fn command_line() -> Self {
        Self { actor: Actor::CommandLine, role: Role::Admin, memberships: Vec::new() }
    }

    /// A task of the system, which may do all.
    pub fn system(task: &'static str) -> Self {
        Self { actor: Actor::System(task), role: Role::Admin, memberships: Vec::new() }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person who acts, where it is one.
    pub fn user(&self) -> Option<Id<User>> {
        match self.actor {
            Actor::User(id) => Some(id),
            Actor::CommandLine | Actor::System(_) => None,
        }
    }

    /// The projects that the viewer sees.
    pub fn sees(&self) -> Sees {
        match self.role {
            Role::Admin => Sees::All,
            Role::Pending => Sees::These(Vec::new()),
            Role::User | Role::Manager => Sees::These(self.live().map(|membership| membership.project).collect()),
        }
    }

    /// Whether the viewer sees every account, not only those that they share a project with.
    pub fn sees_all_accounts(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the viewer may do this in that project.
    pub fn may(&self, action: Action, project: Id<Project>) -> Result<(), Denied> {
        if self.role == Role::Admin {
            return Ok(());
        }
        let own = self.memberships.iter().find(|membership| membership.project == project);
        match own.filter(|_| self.role != Role::Pending) {
            Some(membership) if allows(membership.role, action) => Ok(()),
            Some(membership) if membership.live => Err(Denied::Forbidden),
            Some(_) | None => Err(Denied::Hidden),
        }
    }

    /// Whether the viewer may create projects.
    pub fn may_create_projects(&self) -> Result<(), Denied> {
        if self.role == Role::Pending { Err(Denied::Forbidden) } else { Ok(()) }
    }

    fn live(&self) -> impl Iterator<Item = &Membership> {
        self.memberships.iter().filter(|membership| membership.live)
    }
}

/// The policy: a viewer reads; an editor also creates, changes, deletes and restores rows; an owner does all.
fn allows(role: MemberRole, action: Action) -> bool {
    match role {
        MemberRole::Viewer => action == Action::Read,
        MemberRole::Editor => action != Action::Keep,
        MemberRole::Owner => true,
    }
}
