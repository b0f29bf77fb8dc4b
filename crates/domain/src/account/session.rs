//! A sign-in, which a token or a cookie names.

use crate::account::User;
use crate::text::UserAgent;
use crate::{Id, JsonObject, Sha256, Timestamp, entity};

entity! {
    /// A sign-in: it holds until it expires, is signed out, or its user is disabled.
    Session "session" as "session" in "sessions", edited {
        /// Who signed in.
        user_id: Id<User>,
        /// The digest of the token or the cookie that names it.
        token_sha256: Sha256,
        /// Until when it holds unless it is used before.
        expires_at: Timestamp,
        /// When it was signed out.
        revoked_at: Option<Timestamp>,
        /// What the client said of itself.
        user_agent: Option<UserAgent>,
        /// Whatever else is known about it.
        metadata: JsonObject,
    }
}
