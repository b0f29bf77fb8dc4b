//! Who acts: what the audit names.

use crate::account::{ApiKey, User};
use crate::{Id, choice};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody who is not signed in.
    Nobody,
    /// A person who is signed in.
    User(Id<User>),
    /// A program with a key: of a user, or of a project.
    ApiKey {
        /// The key.
        key: Id<ApiKey>,
        /// The user for whom it acts; none for a project's own key.
        user: Option<Id<User>>,
    },
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
            Self::ApiKey { .. } => ActorType::ApiKey,
            Self::Nobody | Self::CommandLine | Self::System(_) => ActorType::System,
        }
    }

    /// The actor's name within its kind: an id, or the name of a task.
    pub fn name(&self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::User(id) => id.to_string(),
            Self::ApiKey { key, .. } => key.to_string(),
            Self::CommandLine => "command line".to_owned(),
            Self::System(task) => (*task).to_owned(),
        }
    }

    /// The person who acts, or for whom a key does.
    pub fn user(&self) -> Option<Id<User>> {
        match self {
            Self::User(user) => Some(*user),
            Self::ApiKey { user, .. } => *user,
            Self::Nobody | Self::CommandLine | Self::System(_) => None,
        }
    }

    /// The key that acts.
    pub fn key(&self) -> Option<Id<ApiKey>> {
        match self {
            Self::ApiKey { key, .. } => Some(*key),
            Self::Nobody | Self::User(_) | Self::CommandLine | Self::System(_) => None,
        }
    }
}
