//! Sign-ins.

use domain::Timestamp;
use domain::account::Session as Entity;
use storage::account::session::{Column, SessionsOfUser};

use super::User;
use crate::prelude::*;

object! {
    /// A sign-in. Whose it is sees it, nobody else.
    Session: Entity, SessionFilter by Column {
        /// Until when it holds unless it is used before.
        expires_at: DateTime = time;
        /// When it was signed out.
        revoked_at: Option<DateTime> = maybe(time), filter RevokedAt: Parsed<Timestamp>;
        /// What the client said of itself.
        user_agent: Option<String> = maybe(text);
        /// Whatever else is known about it.
        metadata: Json = json;
        hidden user_id, token_sha256;
    }
    parents {
        /// Who signed in.
        user: User, SessionsOfUser, |session| Some(session.user_id);
    }
    methods {
        /// Whether it is the one by which this is asked.
        async fn current(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(loader(ctx)?.reader().viewer().session() == Some(self.0.id))
        }
    }
}
