//! A user and their role.

use crate::text::{Email, Name, WebUrl};
use crate::{Invalid, JsonObject, Leaf, Secret, Timestamp, choice, entity};

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

entity! {
    /// Somebody with an account.
    User "user" as "user" in "users", edited {
        /// The e-mail address, as it was given.
        email: Email,
        /// The name, when they gave one.
        name: Option<Name>,
        /// A picture of them.
        avatar_url: Option<WebUrl>,
        /// What they may do beyond their projects.
        role: Role,
        /// The argon2id hash of their password; none for somebody who only signs in elsewhere.
        password_hash: Option<PasswordHash>,
        /// Whether the next sign-in asks for a new password.
        must_reset_password: bool,
        /// When they showed that the e-mail address is theirs.
        email_verified_at: Option<Timestamp>,
        /// When they last signed in.
        last_login_at: Option<Timestamp>,
        /// Since when they may not sign in any more.
        disabled_at: Option<Timestamp>,
        /// Whatever else is known about them.
        metadata: JsonObject,
    }
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
