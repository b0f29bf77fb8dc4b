//! What signing in, and showing things to others, needs of the server: its rules, hashing, tokens, cookies, links, mail, and
//! who the client is.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use domain::account::{Password, PasswordHash, Registration, Session, TokenPurpose, User};
use domain::number::LinkSeconds;
use domain::text::{Email, UserAgent};
use domain::{Id, Secret, Sha256, Timestamp};
use futures_util::future::BoxFuture;
use storage::account::sign_in::SignIn;
use storage::account::ticket::Ticket;

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

    /// The rules of the house.
    fn rules(&self) -> &Rules;

    /// A token that works once, and the address that leads to where it is used.
    fn ticket(&self, purpose: TokenPurpose, now: Timestamp) -> storage::Result<(Ticket, Secret<String>)>;

    /// The whole address of what is at this one below that of the server, which shows it for so long to whoever has it.
    fn link(&self, address: &str, works: LinkSeconds) -> storage::Result<Secret<String>>;

    /// Whether mail can be sent from here.
    fn sends_mail(&self) -> bool;

    /// Sends a letter, later. It is called after the commit.
    fn send(&self, to: &Email, letter: Letter);

    /// Does this after the answer, so that nobody can tell from it what there was to do.
    fn afterwards(&self, doing: BoxFuture<'static, storage::Result<()>>);
}

/// The rules of the house: who comes in, and how long tokens work.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who may register.
    pub registration: Registration,
    /// Whether people sign in with passwords.
    pub password_sign_in: bool,
    /// How long it can be shown that an address is one's own.
    pub verification_works: Duration,
    /// How long a new password can be chosen.
    pub reset_works: Duration,
    /// How long an invitation can be accepted.
    pub invitation_works: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            registration: Registration::Invite,
            password_sign_in: true,
            verification_works: Duration::from_hours(24),
            reset_works: Duration::from_hours(1),
            invitation_works: Duration::from_hours(24 * 7),
        }
    }
}

impl Rules {
    /// How long a token for this works.
    pub fn works(&self, purpose: TokenPurpose) -> Duration {
        match purpose {
            TokenPurpose::EmailVerification => self.verification_works,
            TokenPurpose::PasswordReset => self.reset_works,
            TokenPurpose::Invitation => self.invitation_works,
        }
    }
}

/// What is written to somebody.
#[derive(Clone, Debug)]
pub enum Letter {
    /// What they asked for, or were invited to: the address that leads there.
    Link(TokenPurpose, Secret<String>),
    /// Somebody wanted to register with their address, which has an account already.
    Registered,
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

impl Token {
    /// The sign-in that it names.
    pub fn sign_in(&self, id: Id<Session>, user_agent: Option<UserAgent>) -> SignIn {
        SignIn { id, token_sha256: self.digest.clone(), since: self.since, until: self.expires_at, user_agent }
    }
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

/// The door of this server, where passwords open it.
pub fn password_door(ctx: &Context<'_>) -> Result<Arc<dyn Door>> {
    let door = door(ctx)?;
    if door.rules().password_sign_in {
        Ok(door)
    } else {
        Err(storage::Error::Forbidden("nobody signs in here with a password: sign in with the provider").into())
    }
}

/// The door of this server, from which mail can be sent.
pub fn mailing_door(ctx: &Context<'_>) -> Result<Arc<dyn Door>> {
    let door = door(ctx)?;
    if door.sends_mail() {
        Ok(door)
    } else {
        Err(storage::Error::Precondition("no mail is sent from here: ask an administrator for a link".into()).into())
    }
}

/// The client of this request.
pub fn client(ctx: &Context<'_>) -> Client {
    ctx.data_opt::<Client>().cloned().unwrap_or_default()
}
