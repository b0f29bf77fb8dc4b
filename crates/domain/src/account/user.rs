//! A user and their role.

use crate::text::{Email, Name, WebUrl};
use crate::{Entity, Id, Invalid, JsonObject, Leaf, Revision, Secret, Timestamp, choice};

choice! {
    /// What an account may do beyond its projects.
    Role {
        /// Sees only themself.
        Pending = "PENDING",
        /// Creates projects, and works in those that they are a member of.
        User = "USER",
        /// Keeps bonus windows as well, and sees everyone's progress in them.
        Manager = "MANAGER",
        /// Keeps users, roles, settings, and all projects.
        Admin = "ADMIN",
    }
}

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The id.
    pub id: Id<User>,
    /// The e-mail address, as it was given.
    pub email: Email,
    /// The name, when they gave one.
    pub name: Option<Name>,
    /// A picture of them.
    pub avatar_url: Option<WebUrl>,
    /// What they may do beyond their projects.
    pub role: Role,
    /// The argon2id hash of their password; none for somebody who only signs in elsewhere.
    pub password_hash: Option<PasswordHash>,
    /// Whether the next sign-in asks for a new password.
    pub must_reset_password: bool,
    /// When they showed that the e-mail address is theirs.
    pub email_verified_at: Option<Timestamp>,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// Since when they may not sign in any more.
    pub disabled_at: Option<Timestamp>,
    /// Whatever else is known about them.
    pub metadata: JsonObject,
    /// How often the row was written.
    pub revision: Revision,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for User {
    const PREFIX: &'static str = "user";
    const TABLE: &'static str = "users";
    const NAME: &'static str = "user";
}

/// The hash of a password, in PHC form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

impl Leaf for PasswordHash {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        if raw.starts_with("$argon2id$") {
            Ok(Self(Secret::new(raw)))
        } else {
            Err(Invalid::new("format", "must be an argon2id hash"))
        }
    }

    fn raw(&self) -> String {
        self.0.reveal().clone()
    }
}
