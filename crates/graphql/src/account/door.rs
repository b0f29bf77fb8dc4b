//! What signing in needs of the server: hashing, tokens, cookies, and who the client is.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::Context;
use domain::account::{Password, PasswordHash, Session, User};
use domain::text::UserAgent;
use domain::{Id, Secret, Sha256, Timestamp};
use futures_util::future::BoxFuture;

use crate::error::{Failure, Result};

/// The way in. The server brings it.
pub trait Door: Send + Sync + 'static {
    /// Hashes a password, off the threads that answer.
    fn hash(&self, password: Password) -> BoxFuture<'static, storage::Result<PasswordHash>>;

    /// Whether this is the password with that hash. It takes as long where there is none.
    fn matches(&self, password: Password, hash: Option<PasswordHash>) -> BoxFuture<'static, storage::Result<bool>>;

    /// A token that names a sign-in which begins now.
    fn token(&self, session: Id<Session>, user: Id<User>, now: Timestamp) -> storage::Result<Token>;

    /// What a cookie holds for a sign-in which begins now.
    fn cookie(&self, now: Timestamp) -> storage::Result<Token>;

    /// The header that lets a browser keep a cookie; without a token, that lets it forget its cookie.
    fn set_cookie(&self, token: Option<&Token>) -> String;
}

/// What names a sign-in.
pub struct Token {
    /// The text that is shown.
    pub text: Secret<String>,
    /// Its digest, which the row keeps.
    pub digest: Sha256,
    /// Since when it holds.
    pub since: Timestamp,
    /// Until when it holds unless it is used before.
    pub expires_at: Timestamp,
}

/// The client of a request.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Its address, behind proxies that are trusted.
    pub address: Option<IpAddr>,
    /// What it says of itself.
    pub user_agent: Option<UserAgent>,
}

/// The door of this server.
pub fn door(ctx: &Context<'_>) -> Result<Arc<dyn Door>> {
    let door = ctx.data::<Arc<dyn Door>>().map(Arc::clone);
    door.map_err(|_| Failure::from(storage::Error::internal("the schema has no door")))
}

/// The client of this request.
pub fn client(ctx: &Context<'_>) -> Client {
    ctx.data_opt::<Client>().cloned().unwrap_or_default()
}
