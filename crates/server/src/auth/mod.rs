//! Who asks: told from a token, a key or a cookie; and the door through which people come in.

mod cookie;
mod house;
mod link;
pub mod oidc;
mod password;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{KeyText, Password, PasswordHash, Session, TokenPurpose, User};
use domain::number::LinkSeconds;
use domain::text::Email;
use domain::{Id, Secret, Sha256, Timestamp, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use graphql::account::door::{Door, Letter, Rules, Token};
use storage::account::api_key;
use storage::account::identity::admit;
use storage::account::sign_in;
use storage::account::ticket::Ticket;
use storage::viewers::{Credential, Presence, present};
use storage::{Error, Reader, Store};

use self::cookie::{BEGUN, SESSION};
use self::link::Links;
use self::oidc::{Begun, Provider};
use crate::http::{Authenticate, Passed, Refusal, RequestId, Way, user_agent};

pub use house::House;
pub use password::Passwords;
pub use token::Signer;

/// How long sign-ins hold.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// How long one holds that nobody uses.
    pub idle: Duration,
    /// How long one holds at most.
    pub most: Duration,
}

/// Lets people in, and says who they are.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    store: Store,
    signer: Signer,
    passwords: Passwords,
    links: Links,
    lifetimes: Lifetimes,
    house: House,
}

impl Auth {
    /// The door of a server.
    pub fn new(store: Store, signer: Signer, lifetimes: Lifetimes, house: House) -> Self {
        Self(Arc::new(Inner {
            store,
            signer,
            passwords: Passwords::default(),
            links: Links::default(),
            lifetimes,
            house,
        }))
    }

    /// The address that signs this user in, once.
    pub fn link(&self, user: Id<User>) -> storage::Result<Secret<String>> {
        let token = self.0.links.make(user, &self.0.store.secret()?, self.0.store.now());
        Ok(Secret::new(self.0.house.public_url.join(&format!("sign-in?token={}", token.reveal()))))
    }

    /// Signs in whoever has the link of a start.
    async fn enter_by_link(&self, token: &str, head: &Parts) -> Result<Passed, Refusal> {
        let expired =
            || Refusal::unauthenticated("the link does not work any more: a start of the server prints a new one");
        let user = self.0.links.take(token, self.0.store.now()).ok_or_else(expired)?;
        let reader = self.reader(head);
        let user = sign_in::user(&reader, user).await?.ok_or_else(expired)?;
        self.enter(&reader, &user, head).await
    }

    /// Sends the browser to the provider.
    async fn begin_elsewhere(&self) -> Result<Passed, Refusal> {
        let Begun { address, kept } =
            self.provider()?.begin(&self.0.house.public_url).await.map_err(|why| unreachable(&why))?;
        let seconds = BEGUN_WORKS.as_secs();
        Ok(Passed { to: address, cookies: vec![BEGUN.keep(kept.reveal(), seconds, &self.0.house.public_url)] })
    }

    /// Signs in whoever comes back from the provider.
    async fn end_elsewhere(&self, code: String, state: &str, head: &Parts) -> Result<Passed, Refusal> {
        let (provider, public) = (self.provider()?, &self.0.house.public_url);
        let kept = BEGUN.of(&head.headers).unwrap_or_default();
        let identity = provider.end(public, kept, (code, state)).await.map_err(|why| {
            tracing::warn!(why, "a sign-in at the provider did not succeed");
            Refusal::unauthenticated("the sign-in did not succeed: begin it again")
        })?;
        let reader = self.reader(head);
        let user = admit(&reader, &identity, &provider.rules).await?;
        let mut passed = self.enter(&reader, &user, head).await?;
        passed.cookies.push(BEGUN.forget(public));
        Ok(passed)
    }

    fn provider(&self) -> Result<&Provider, Refusal> {
        self.0.house.provider.as_ref().ok_or_else(Refusal::not_found)
    }

    fn reader(&self, head: &Parts) -> Reader {
        let request = head.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
        self.0.store.reader(Viewer::nobody(), request)
    }

    /// Signs a browser in.
    async fn enter(&self, reader: &Reader, user: &User, head: &Parts) -> Result<Passed, Refusal> {
        let cookie = self.cookie(self.0.store.now())?;
        let id = reader.ids().next_for().map_err(Error::from)?;
        sign_in::open(reader, user, cookie.sign_in(id, user_agent(&head.headers))).await?;
        Ok(Passed { to: self.0.house.public_url.to_string(), cookies: vec![self.set_cookie(Some(&cookie))] })
    }

    /// What names a sign-in that begins now.
    fn issued(&self, text: Secret<String>, now: Timestamp) -> Token {
        let Lifetimes { idle, most } = self.0.lifetimes;
        let digest = Sha256::of(text.reveal().as_bytes());
        Token { text, digest, since: now, expires_at: now.plus(idle.min(most)) }
    }

    async fn viewer(&self, headers: &HeaderMap) -> Result<Viewer, Refusal> {
        let Some(shown) = headers.get(AUTHORIZATION) else { return self.of_cookie(headers).await };
        let bearer = shown.to_str().ok().and_then(|shown| shown.split_once(' '));
        let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let token =
            token.ok_or_else(|| Refusal::unauthenticated("Authorization must be `Bearer` and a token or a key"))?;
        let credential = self.credential(token).ok_or_else(|| Refusal::unauthenticated(NOT_HELD))?;
        self.present(&credential).await?.ok_or_else(|| Refusal::unauthenticated(NOT_HELD))
    }

    /// Whoever the cookie names; a browser whose cookie does not hold any more is nobody, who can sign in again.
    async fn of_cookie(&self, headers: &HeaderMap) -> Result<Viewer, Refusal> {
        let Some(value) = SESSION.of(headers) else { return Ok(Viewer::nobody()) };
        let found = self.present(&Credential::SignIn(Sha256::of(value.as_bytes()))).await?;
        Ok(found.unwrap_or_else(Viewer::nobody))
    }

    fn credential(&self, token: &str) -> Option<Credential> {
        if let Ok(key) = KeyText::parse(token) {
            return Some(Credential::Key(key.digest()));
        }
        let ours = self.0.signer.holds(token, self.0.store.now());
        ours.then(|| Credential::SignIn(Sha256::of(token.as_bytes())))
    }

    async fn present(&self, credential: &Credential) -> Result<Option<Viewer>, Refusal> {
        let Some(presence) = present(&self.0.store, credential).await? else { return Ok(None) };
        self.note(&presence);
        Ok(Some(presence.viewer))
    }

    /// Lets a sign-in that is used hold for longer, and notes that a key is used: now and then, and beside the request.
    fn note(&self, presence: &Presence) {
        let (store, now) = (self.0.store.clone(), self.0.store.now());
        if let Some(key) = presence.viewer.actor().key() {
            let lately = presence.last_used_at.is_some_and(|used| used.plus(NOTED) > now);
            if !lately {
                beside(async move { api_key::touch(&store, key, now).await });
            }
            return;
        }
        let (Some(session), Some(until)) = (presence.viewer.session(), presence.until) else { return };
        let Lifetimes { idle, most } = self.0.lifetimes;
        let longer = now.plus(idle).min(presence.since.plus(most));
        if longer > until.plus(idle / 10) {
            beside(async move { sign_in::slide(&store, session, longer).await });
        }
    }
}

/// To what time the use of a key is noted.
const NOTED: Duration = Duration::from_mins(1);

/// Writes something that nobody waits for.
fn beside(writing: impl Future<Output = storage::Result<()>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(why) = writing.await {
            tracing::warn!(?why, "the use of a sign-in or a key could not be noted");
        }
    });
}

/// How long a sign-in at a provider may take.
const BEGUN_WORKS: Duration = Duration::from_mins(10);

/// A provider that cannot be asked now.
fn unreachable(why: &str) -> Refusal {
    tracing::warn!(why, "a sign-in at the provider cannot begin");
    Refusal::unavailable("the provider of sign-ins cannot be asked now: try again later")
}

const NOT_HELD: &str = "the token or the key does not hold: sign in again";

impl Authenticate for Auth {
    fn viewer<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        self.viewer(&head.headers).boxed()
    }

    fn opens(&self, link: &str) -> bool {
        self.0.signer.opens(link, self.0.store.now())
    }

    fn pass<'a>(&'a self, way: Way, head: &'a Parts) -> BoxFuture<'a, Result<Passed, Refusal>> {
        async move {
            match way {
                Way::Link(token) => self.enter_by_link(token.reveal(), head).await,
                Way::ToProvider => self.begin_elsewhere().await,
                Way::FromProvider { code, state } => self.end_elsewhere(code, &state, head).await,
            }
        }
        .boxed()
    }
}

impl Door for Auth {
    fn hash(&self, password: Password) -> BoxFuture<'static, storage::Result<PasswordHash>> {
        self.0.passwords.clone().hash(password).boxed()
    }

    fn matches(&self, password: Password, hash: Option<PasswordHash>) -> BoxFuture<'static, storage::Result<bool>> {
        self.0.passwords.clone().matches(password, hash).boxed()
    }

    fn token(&self, session: Id<Session>, user: Id<User>, now: Timestamp) -> storage::Result<Token> {
        let until = now.plus(self.0.lifetimes.most);
        self.0.signer.sign(session, user, (now, until)).map(|text| self.issued(text, now)).map_err(Error::internal)
    }

    fn cookie(&self, now: Timestamp) -> storage::Result<Token> {
        let text = Secret::new(URL_SAFE_NO_PAD.encode(self.0.store.secret()?.reveal()));
        Ok(self.issued(text, now))
    }

    fn set_cookie(&self, token: Option<&Token>) -> String {
        let Some(token) = token else { return SESSION.forget(&self.0.house.public_url) };
        // The browser keeps it as long as it may hold at most; the row decides how long it does.
        let most = token.since.plus(self.0.lifetimes.most);
        SESSION.keep(token.text.reveal(), cookie::seconds_between(token.since, most), &self.0.house.public_url)
    }

    fn rules(&self) -> &Rules {
        &self.0.house.rules
    }

    fn ticket(&self, purpose: TokenPurpose, now: Timestamp) -> storage::Result<(Ticket, Secret<String>)> {
        Ok(self.0.house.ticket(purpose, &self.0.store.secret()?, now))
    }

    fn link(&self, address: &str, works: LinkSeconds) -> storage::Result<Secret<String>> {
        let link = self.0.signer.link(address, self.0.store.now(), works);
        let link = link.ok_or_else(|| Error::internal("the link cannot be signed"))?;
        Ok(Secret::new(self.0.house.public_url.join(link.reveal())))
    }

    fn sends_mail(&self) -> bool {
        self.0.house.post.is_some()
    }

    fn send(&self, to: &Email, letter: Letter) {
        let Some(post) = &self.0.house.post else {
            return tracing::warn!("a letter could not be sent: there is no mail server");
        };
        post.send(to, &letter, &self.0.house.public_url);
    }

    fn afterwards(&self, doing: BoxFuture<'static, storage::Result<()>>) {
        tokio::spawn(async move {
            if let Err(why) = doing.await {
                tracing::error!(?why, "what was to be done after an answer failed");
            }
        });
    }
}
