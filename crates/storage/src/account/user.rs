//! The table `users`: whoever shares a project with somebody sees them.

use domain::account::{PasswordHash, Role, User};
use domain::text::{Email, Name, WebUrl};
use domain::{Invalid, JsonObject, Timestamp};

use crate::prelude::*;

row! {
    "users" User, edited {
        role: Role,
        must_reset_password: bool,
        metadata: JsonObject,
    }
    optional {
        name: Name,
        avatar_url: WebUrl,
        password_hash: PasswordHash,
        email_verified_at: Timestamp,
        last_login_at: Timestamp,
        disabled_at: Timestamp,
    }
    split email over {
        email: Email,
        email_folded: String,
    } from |email, folded: String| unfold(email, &folded), into |email: Email| { let folded = email.folded(); (email, folded) };
    secret "password_hash";
}

fn unfold(email: Email, folded: &str) -> Result<Email, Invalid> {
    if email.folded() == folded {
        Ok(email)
    } else {
        Err(Invalid::new("email_folded", "the folded e-mail address is not that of the e-mail address"))
    }
}

edited! {
    User, of id;
    unique email: EmailFolded;
}

sorts! { User {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when the account was made";
    EmailFolded: "EMAIL_ASC" Ascending, "EMAIL_DESC" Descending, "e-mail address";
} }
