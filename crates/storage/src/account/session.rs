//! The table `sessions`.

use domain::account::{Session, User};
use domain::text::UserAgent;
use domain::{Id, JsonObject, Sha256, Timestamp};

use crate::prelude::*;

row! {
    "sessions" Session, edited {
        user_id: Id<User>,
        token_sha256: Sha256,
        expires_at: Timestamp,
        metadata: JsonObject,
    }
    optional {
        revoked_at: Timestamp,
        user_agent: UserAgent,
    }
    secret "token_sha256";
}

edge! {
    /// The sign-ins of a user.
    SessionsOfUser: User => Session, UserId, "user_id";
}

sorts! { Session {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when they signed in";
} }

edited! {
    Session, of user_id;
}
