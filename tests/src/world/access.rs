//! Two projects, and everything by which somebody can ask for something there: sign-ins, keys, and what holds no more.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{ApiKey, KeyScope, KeyScopes, KeyText, Role, Session, User};
use domain::project::Project;
use domain::text::Name;
use domain::{Id, Revision, Secret, Sha256, Timestamp, Viewer};
use sea_orm::ConnectionTrait;
use server::auth::Signer;
use storage::account::sign_in::{self, SignIn};
use storage::write::write;

use super::{Maker, USERS, two_projects};
use crate::app::{App, SIGNING_KEY};
use crate::names;

/// Somebody, or something, that asks.
#[derive(Clone, Debug)]
pub struct Asker {
    /// What it is called.
    pub name: String,
    /// What it sends to show who it is.
    pub authorization: Option<String>,
}

/// The keys: the name, the user and the project that it is for, and the scope.
const KEYS: [(&str, Option<&str>, Option<&str>, KeyScope); 9] = [
    ("read", Some("alice"), None, KeyScope::Read),
    ("ingest", Some("alice"), None, KeyScope::Ingest),
    ("execute", Some("alice"), None, KeyScope::Execute),
    ("write", Some("alice"), None, KeyScope::Write),
    ("admin", Some("alice"), None, KeyScope::Admin),
    ("narrow", Some("alice"), Some("alpha"), KeyScope::Admin),
    ("root", Some("ann"), None, KeyScope::Admin),
    ("service", None, Some("alpha"), KeyScope::Write),
    ("keeper", None, Some("alpha"), KeyScope::Admin),
];

/// All who ask, from nobody to what holds no more.
pub fn askers() -> Vec<Asker> {
    let bearer =
        |name: &str, text: String| Asker { name: name.to_owned(), authorization: Some(format!("Bearer {text}")) };
    let mut askers = vec![Asker { name: "nobody".to_owned(), authorization: None }];
    askers.extend(["pen", "stranger", "vic", "ed", "alice", "ann"].map(|name| bearer(name, token(name, since()))));
    askers.extend(KEYS.map(|(name, ..)| bearer(&format!("key {name}"), key(name).text().reveal().clone())));
    askers.push(bearer("key revoked", key("revoked").text().reveal().clone()));
    askers.push(bearer("disabled", token("dis", since())));
    askers.push(bearer("signed out", token("out", since())));
    askers.push(bearer("expired", token("late", long_ago())));
    askers.push(bearer("forged", signed([4; 32], "alice", since())));
    askers.push(bearer("alg none", unsigned()));
    askers
}

/// Fills a world.
pub(super) async fn fill(maker: &mut Maker) {
    two_projects::fill(maker).await;
    maker.act("alice", &said("running", "token-of-the-running-run-in-alpha", "said")).await;
    maker.act("bob", &said("beta", "token-of-the-running-run-in-beta-", "canary")).await;
    for name in ["dis", "out", "late"] {
        maker.app.user(name, Role::User).await;
    }
    for name in USERS.into_iter().chain(["dis", "out"]) {
        sign_in(&maker.app, name, since()).await;
    }
    sign_in(&maker.app, "late", long_ago()).await;
    for (name, user, project, scope) in KEYS.into_iter().chain([("revoked", Some("alice"), None, KeyScope::Read)]) {
        make_key(&maker.app, name, (user, project), scope).await;
    }
    for sql in [
        "UPDATE users SET disabled_at = '2026-01-01T01:00:00.000Z' WHERE email = 'dis@example.org'",
        "UPDATE sessions SET revoked_at = '2026-01-01T01:00:00.000Z' WHERE user_id = (SELECT id FROM users WHERE email = 'out@example.org')",
        "UPDATE api_keys SET revoked_at = '2026-01-01T01:00:00.000Z' WHERE name = 'revoked'",
    ] {
        maker.app.store.pools().writer().execute_unprepared(sql).await.expect("it is written by hand");
    }
}

/// What a run says of itself.
fn said(run: &str, token: &str, text: &str) -> String {
    let of = format!(r#"runId: "<run:{run}>", token: "{token}""#);
    format!(
        r#"mutation {{
            appendRunEvents(input: {{ {of}, batchId: "{text} events", events: [{{ eventType: LOG_LINE, payload: {{ line: "{text}" }} }}] }}) {{ replayed }}
            logSeries(input: {{ {of}, batchId: "{text} points", series: [{{ metric: "{text}", steps: [1, 2], values: [3, 4] }}] }}) {{ replayed }}
        }}"#
    )
}

fn since() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a time")
}

fn long_ago() -> Timestamp {
    "2025-01-01T00:00:00Z".parse().expect("a time")
}

fn until(since: Timestamp) -> Timestamp {
    since.plus(Duration::from_hours(24 * 30))
}

fn session(user: &str) -> Id<Session> {
    names::id(user)
}

fn token(user: &str, since: Timestamp) -> String {
    signed(SIGNING_KEY, user, since)
}

fn signed(key: [u8; 32], user: &str, since: Timestamp) -> String {
    let token =
        Signer::new(&Secret::new(key), None).sign(session(user), names::id::<User>(user), (since, until(since)));
    token.expect("a token").reveal().clone()
}

/// A token of alice that asks for no signature.
fn unsigned() -> String {
    let token = token("alice", since());
    let (head, rest) = token.split_once('.').expect("a head");
    let head = String::from_utf8(URL_SAFE_NO_PAD.decode(head).expect("a head")).expect("a head");
    let head = URL_SAFE_NO_PAD.encode(head.replace("HS256", "none"));
    format!("{head}.{}.", rest.split('.').next().expect("claims"))
}

async fn sign_in(app: &App, user: &str, since: Timestamp) {
    let reader = app.store.reader(Viewer::nobody(), None);
    let row = sign_in::user(&reader, names::id(user)).await.expect("a read").expect("a user");
    let token_sha256 = Sha256::of(token(user, since).as_bytes());
    let sign_in = SignIn { id: session(user), token_sha256, since, until: until(since), user_agent: None };
    sign_in::open(&reader, &row, sign_in).await.expect("a sign-in");
}

/// The text of the key of this name.
fn key(name: &str) -> KeyText {
    let digest = domain::bytes_of_hex(Sha256::of(name.as_bytes()).as_str()).expect("a digest");
    KeyText::try_new(&Secret::new(digest)).expect("a key")
}

async fn make_key(app: &App, name: &str, (user, project): (Option<&str>, Option<&str>), scope: KeyScope) {
    let user = user.map(names::id::<User>);
    let text = key(name);
    let row = ApiKey {
        id: names::id(name),
        user_id: user,
        project_id: project.map(names::id::<Project>),
        name: Name::try_new(name).expect("a name"),
        prefix: text.prefix().clone(),
        key_sha256: text.digest(),
        scopes: KeyScopes::try_new([scope]).expect("a scope"),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        created_by: user,
        revision: Revision::FIRST,
        created_at: since(),
        updated_at: since(),
    };
    let reader = app.store.reader(Viewer::system("keys"), None);
    let made = write(&reader, |work| {
        let row = row.clone();
        Box::pin(async move { work.insert(&row).await })
    });
    made.await.expect("a key");
}
