//! Somebody who asks: what they see, and what the policy lets them do.

use super::Actor;
use super::policy::{Action, Belonging, Demand};
use crate::account::{KeyScope, KeyScopes, Role, Session, User};
use crate::files::Sender;
use crate::project::{MemberRole, Project};
use crate::{Id, Timestamp};

/// The projects that somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All live projects.
    All,
    /// These, which are live.
    These(Vec<Id<Project>>),
}

/// Somebody who asks, with what they may see and do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    actor: Actor,
    role: Role,
    memberships: Vec<Membership>,
    session: Option<Id<Session>>,
    until: Option<Timestamp>,
    scopes: Option<KeyScopes>,
    only_in_project: bool,
    must_reset_password: bool,
}

/// All of a viewer on which depends what they are answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rights(Viewer);

impl Rights {
    /// The same of whoever has them: for what depends on nobody's name.
    #[must_use]
    pub fn of_anybody(self) -> Self {
        Self(Viewer { actor: Actor::Nobody, ..self.0 })
    }
}

/// Somebody's part in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Membership {
    /// The project.
    pub project: Id<Project>,
    /// What they may do in it.
    pub role: MemberRole,
    /// Whether the project is live; one that is not can only be restored or purged.
    pub live: bool,
}

/// Why somebody may not do what they asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in.
    Nobody,
    /// They must choose a new password before anything else.
    PasswordFirst,
    /// They do not see the project, so it is not there for them.
    Hidden,
    /// They see it, but their role does not allow the action.
    Forbidden,
    /// They could do it themselves, but the key that they use has not the scope for it.
    OutOfScope,
    /// It is beyond any project, and the key that they use is for one alone.
    OutOfProject,
}

impl Viewer {
    fn new(actor: Actor, role: Role, memberships: Vec<Membership>) -> Self {
        Self {
            actor,
            role,
            memberships,
            session: None,
            until: None,
            scopes: None,
            only_in_project: false,
            must_reset_password: false,
        }
    }

    /// Somebody who is not signed in.
    pub fn nobody() -> Self {
        Self::new(Actor::Nobody, Role::Pending, Vec::new())
    }

    /// A person with their role and their memberships.
    pub fn person(user: Id<User>, role: Role, memberships: Vec<Membership>) -> Self {
        Self::new(Actor::User(user), role, memberships)
    }

    /// A program with a key, which does for its owner what the scopes of the key cover. The role and the memberships are
    /// those that the owner has at this moment, as far as the key is for them.
    pub fn program(actor: Actor, role: Role, memberships: Vec<Membership>, scopes: KeyScopes) -> Self {
        Self { scopes: Some(scopes), ..Self::new(actor, role, memberships) }
    }

    /// Somebody on the machine itself, who may do all.
    pub fn command_line() -> Self {
        Self::new(Actor::CommandLine, Role::Admin, Vec::new())
    }

    /// A task of the system, which may do all.
    pub fn system(task: &'static str) -> Self {
        Self::new(Actor::System(task), Role::Admin, Vec::new())
    }

    /// The same, by this sign-in.
    #[must_use]
    pub fn by(self, session: Id<Session>) -> Self {
        Self { session: Some(session), ..self }
    }

    /// The same, by what holds until then.
    #[must_use]
    pub fn until(self, until: Option<Timestamp>) -> Self {
        Self { until, ..self }
    }

    /// The same with a key that is for one project alone: nothing beyond that is theirs.
    #[must_use]
    pub fn only_in_project(self) -> Self {
        Self { only_in_project: true, ..self }
    }

    /// The same, who must choose a new password before anything else.
    #[must_use]
    pub fn who_must_reset_password(self) -> Self {
        Self { must_reset_password: true, ..self }
    }

    /// What they may see and do, however and for how long they signed in.
    pub fn rights(&self) -> Rights {
        Rights(Self { session: None, until: None, ..self.clone() })
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person who acts, or for whom a key does.
    pub fn user(&self) -> Option<Id<User>> {
        self.actor.user()
    }

    /// The person whose account is theirs, with all that is its own: none for a key that is for one project alone.
    pub fn account(&self) -> Option<Id<User>> {
        self.user().filter(|_| !self.only_in_project)
    }

    /// As whom they send files.
    pub fn sender(&self) -> Option<Sender> {
        self.account().map(Sender::User).or_else(|| self.actor.key().map(Sender::Key))
    }

    /// The sign-in by which they ask.
    pub fn session(&self) -> Option<Id<Session>> {
        self.session
    }

    /// Until when the sign-in or the key holds by which they ask.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.until
    }

    /// The scopes of the key by which they ask; none for a sign-in, which may do all that its user may.
    pub fn scopes(&self) -> Option<&KeyScopes> {
        self.scopes.as_ref()
    }

    /// Whether they may ask for what demands this.
    pub fn meets(&self, demand: Demand) -> Result<(), Denied> {
        if demand == Demand::Nothing {
            return Ok(());
        }
        if self.actor == Actor::Nobody {
            return Err(Denied::Nobody);
        }
        if self.must_reset_password && demand != Demand::SignIn {
            return Err(Denied::PasswordFirst);
        }
        match demand {
            Demand::SignIn if self.scopes.is_some() => Err(Denied::OutOfScope),
            Demand::Nothing | Demand::SignIn => Ok(()),
            Demand::Scope(scope) => self.covers(&[scope]),
            Demand::Doing(action) => self.covers(action.scopes()),
            Demand::Account => self.covers(&[KeyScope::Admin]).and_then(|()| self.is_beyond_a_project()),
            Demand::Administrator if self.role != Role::Admin => Err(Denied::Forbidden),
            Demand::Administrator => self.covers(&[KeyScope::Admin]),
        }
    }

    /// The projects that the viewer sees.
    pub fn sees(&self) -> Sees {
        self.may_in(Action::Read)
    }

    /// Whether the viewer sees this project, which is live.
    pub fn sees_project(&self, project: Id<Project>) -> bool {
        match self.sees() {
            Sees::All => true,
            Sees::These(projects) => projects.contains(&project),
        }
    }

    /// The projects in which the role of the viewer allows this.
    pub fn may_in(&self, action: Action) -> Sees {
        match self.role {
            Role::Admin => Sees::All,
            Role::Pending => Sees::These(Vec::new()),
            Role::User | Role::Manager => {
                let allowed = |membership: &&Membership| membership.live && membership.role.allows(action);
                Sees::These(self.memberships.iter().filter(allowed).map(|membership| membership.project).collect())
            }
        }
    }

    /// Whether the viewer sees every account, not only those that they share a project with.
    pub fn sees_all_accounts(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether nobody is signed in.
    pub fn is_nobody(&self) -> bool {
        self.actor == Actor::Nobody
    }

    /// Whether the viewer sees what belongs to no project and is for all.
    pub fn is_admitted(&self) -> bool {
        self.role != Role::Pending
    }

    /// Whether the viewer may do this to what belongs there.
    pub fn may(&self, action: Action, belonging: Belonging) -> Result<(), Denied> {
        match belonging {
            Belonging::Project(project) => self.may_in_project(action, project)?,
            Belonging::User(user) if self.account() == Some(user) || self.role == Role::Admin => {}
            Belonging::User(user) if self.user() == Some(user) => return Err(Denied::OutOfProject),
            Belonging::Instance if self.role == Role::Admin => return self.covers(Action::Keep.scopes()),
            Belonging::User(_) | Belonging::Instance => return Err(Denied::Forbidden),
        }
        self.covers(action.scopes())
    }

    fn may_in_project(&self, action: Action, project: Id<Project>) -> Result<(), Denied> {
        if self.role == Role::Admin {
            return Ok(());
        }
        let own = self.memberships.iter().find(|membership| membership.project == project);
        match own.filter(|_| self.role != Role::Pending) {
            Some(membership) if membership.role.allows(action) => Ok(()),
            Some(membership) if membership.live => Err(Denied::Forbidden),
            Some(_) | None => Err(Denied::Hidden),
        }
    }

    /// Whether the viewer may create projects.
    pub fn may_create_projects(&self) -> Result<(), Denied> {
        if self.role == Role::Pending {
            return Err(Denied::Forbidden);
        }
        self.covers(&[KeyScope::Admin])?;
        self.is_beyond_a_project()
    }

    /// Whether what they ask with is more than a key for one project.
    fn is_beyond_a_project(&self) -> Result<(), Denied> {
        if self.only_in_project { Err(Denied::OutOfProject) } else { Ok(()) }
    }

    /// Whether what they ask with has one of these scopes; a sign-in has all.
    fn covers(&self, scopes: &[KeyScope]) -> Result<(), Denied> {
        match &self.scopes {
            Some(own) if !scopes.iter().any(|scope| own.include(*scope)) => Err(Denied::OutOfScope),
            Some(_) | None => Ok(()),
        }
    }
}
