//! The one error of this layer. Nothing in it but `message`s is for clients; the graphql crate decides what they see.

use std::time::Duration;

use domain::{AnyId, Denied, Invalid, Revision};
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr};

/// A result of this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be read or written.
#[derive(Clone, Debug)]
pub enum Error {
    /// It is not there, or not for this viewer.
    Missing {
        /// What was looked for: `paper`.
        what: &'static str,
    },
    /// Nobody is signed in.
    Unauthenticated,
    /// What was shown to be let in does not hold.
    Wrong(&'static str),
    /// It is seen, but the viewer may not do this, for this reason.
    Forbidden(&'static str),
    /// It clashes with what is there.
    Conflict(Conflict),
    /// The input breaks rules.
    Refused(Vec<Violation>),
    /// A unit of work met another on its way: trying it again tells which of the two came first.
    Raced {
        /// The unique index, or what else they met at.
        rule: String,
    },
    /// The state does not allow it.
    Precondition(String),
    /// It was tried too often: trying it again after this time may help.
    TooOften(Duration),
    /// The database or the object store cannot be used now; trying again later may help.
    Unavailable(String),
    /// A row breaks a rule of the domain.
    Corrupt {
        /// The row's table.
        table: &'static str,
        /// The row's id, where it could be read.
        id: Option<uuid::Uuid>,
        /// The column and the rule.
        why: String,
    },
    /// Something that should not happen.
    Internal(String),
}

/// A rule that an input breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the input.
    pub path: Vec<String>,
    /// The rule's name.
    pub rule: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What an input clashes with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflict {
    /// What is wrong, in a sentence.
    pub message: String,
    /// The rule's name.
    pub rule: String,
    /// The revision of the row as it is, where another was expected.
    pub current_revision: Option<i64>,
    /// The row that is in the way, where the viewer sees it.
    pub existing: Option<AnyId>,
}

impl Error {
    /// A refusal of the input at this path.
    pub fn refused(path: &[&str], rule: impl Into<String>, message: impl Into<String>) -> Self {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        Self::Refused(vec![Violation { path, rule: rule.into(), message: message.into() }])
    }

    /// Another revision was expected.
    pub fn stale(what: &'static str, current: Revision) -> Self {
        Self::Conflict(Conflict {
            message: format!("the {what} was changed meanwhile: its revision is {}", current.get()),
            rule: "expected_revision".into(),
            current_revision: Some(current.get()),
            existing: None,
        })
    }

    /// Something that should not happen.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        Self::Internal(why.to_string())
    }

    /// What a denial means for something of this name.
    pub fn denied(what: &'static str) -> impl Fn(Denied) -> Self {
        move |denied| match denied {
            Denied::Nobody => Self::Unauthenticated,
            Denied::PasswordFirst => Self::Precondition("choose a new password first, by changePassword".into()),
            Denied::Hidden => Self::Missing { what },
            Denied::Forbidden => Self::Forbidden("your role does not allow this"),
            Denied::OutOfScope => Self::Forbidden("the key has not the scope for this"),
            Denied::OutOfProject => Self::Forbidden("the key is for one project alone"),
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match Broken::of(&error) {
            Some(Broken::Unique(rule)) => Self::Raced { rule },
            None if deadlocked(&error) => Self::Raced { rule: "deadlock".into() },
            Some(Broken::Check(rule)) if let Some(why) = of_state(&rule) => Self::Precondition(why.into()),
            Some(Broken::Check(rule)) => {
                Self::refused(&[], rule.clone(), format!("the database's rule {rule} refuses it"))
            }
            Some(Broken::ForeignKey) => Self::Missing { what: "row that it names" },
            None if unavailable(&error) => Self::Unavailable(error.to_string()),
            None => Self::Internal(error.to_string()),
        }
    }
}

impl From<Invalid> for Error {
    fn from(why: Invalid) -> Self {
        Self::refused(&[], why.rule, why.message)
    }
}

/// A constraint of the database that a statement broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A unique index: its name on PostgreSQL, its columns on SQLite.
    Unique(String),
    /// A CHECK or a trigger, by its name.
    Check(String),
    /// A foreign key.
    ForeignKey,
}

impl Broken {
    pub(crate) fn of(error: &DbErr) -> Option<Self> {
        let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
            return None;
        };
        let database = cause.as_database_error()?;
        let named = database.constraint().map(|name| without_number(name).to_owned());
        let message = database.message();
        let after = |prefix: &str| message.split_once(prefix).map(|(_, rest)| rest.to_owned());
        match database.code()?.as_ref() {
            "23505" => Some(Self::Unique(named?)),
            "23514" => Some(Self::Check(named.unwrap_or_else(|| message.to_owned()))),
            "1555" | "2067" => Some(Self::Unique(after("UNIQUE constraint failed: ")?)),
            "275" => Some(Self::Check(after("CHECK constraint failed: ")?)),
            // RAISE(ABORT, …) in a trigger of ours: the message is the rule's name.
            "1811" => Some(Self::Check(message.to_owned())),
            "23503" | "787" => Some(Self::ForeignKey),
            _ => None,
        }
    }
}

/// What is wrong with the state of other rows, where this rule of the database is about that.
fn of_state(rule: &str) -> Option<&'static str> {
    match rule {
        "projects_owner_enabled" => Some("who is to own the project is disabled: enable them first"),
        "api_keys_user_enabled" => Some("the user for whom the key is to act is disabled: enable them first"),
        "users_projects_handed_over" => Some("the user owns projects: hand them over first"),
        _ => None,
    }
}

/// The name of a constraint without the number that PostgreSQL's partitions add to it.
fn without_number(name: &str) -> &str {
    if name.ends_with("_v7") { name } else { name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_') }
}

/// Whether two transactions waited for each other, or could not be put in an order.
fn deadlocked(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    let code = cause.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == "40P01" || code == "40001")
}

/// Whether trying again later may help: no connection, a lock or a statement that took too long, a full disk.
fn unavailable(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_));
    };
    match cause.as_database_error().and_then(DatabaseError::code) {
        Some(code) => {
            ["57", "53", "55P03", "08"].iter().any(|class| code.starts_with(class)) || code == "5" || code == "13"
        }
        None => true,
    }
}
