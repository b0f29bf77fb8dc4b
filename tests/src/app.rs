//! One app on a fresh database, and any user of it, in a line.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_graphql::{Request, Response, Variables};
use domain::account::{Role, User};
use domain::ledger::AuditKey;
use domain::text::Email;
use domain::{Clock, Id, Ids, JsonObject, Revision, Timestamp, Viewer};
use graphql::{Engine, Files, Metered};
use storage::objects::{Objects, ObjectsSettings};
use storage::{ConnectSettings, Pools, Store, viewers};
use tempfile::TempDir;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::database::{Database, Kind, Template};

/// An app on a database of its own.
pub struct App {
    /// The database.
    pub database: Database,
    /// The store on it.
    pub store: Store,
    /// What runs requests.
    pub engine: Engine,
    _objects: TempDir,
}

/// A migrated database, made once per run.
static MIGRATED: Template = Template::new(|url| {
    Box::pin(async move {
        let pools = Pools::open(&ConnectSettings::new(url)).await.expect("the database opens");
        migration::up(pools.writer()).await.expect("the migrations run");
        pools.close().await.expect("the database closes");
    })
});

impl App {
    /// An app on an empty database; none, said loudly, when there is no PostgreSQL here.
    pub async fn start(kind: Kind) -> Option<Self> {
        Some(Self::on(MIGRATED.copy(kind).await?).await)
    }

    /// An app on this database.
    pub async fn on(database: Database) -> Self {
        let settings = ConnectSettings { pool_size: 8, ..ConnectSettings::new(&database.url) };
        let pools = Pools::open(&settings).await.expect("the database opens");
        let store =
            Store::new(pools, Arc::new(Ticking::default()), Arc::new(Counted::default()), AuditKey::new([7; 32]));
        let folder = tempfile::tempdir().expect("a folder");
        let objects = Objects::open(&ObjectsSettings::Folder(folder.path().to_owned())).expect("the objects open");
        let engine = Engine::new(store.clone(), Files::new(objects, "http://localhost:8080"));
        Self { database, store, engine, _objects: folder }
    }

    /// Somebody new with this role, who can be asked as.
    pub async fn user(&self, name: &str, role: Role) -> Id<User> {
        let now = self.store.reader(Viewer::command_line(), None).now();
        let user = User {
            id: Id::try_new(named(name)).unwrap(),
            email: Email::try_new(format!("{name}@example.org")).unwrap(),
            name: None,
            avatar_url: None,
            role,
            password_hash: None,
            must_reset_password: false,
            email_verified_at: None,
            last_login_at: None,
            disabled_at: None,
            metadata: JsonObject::empty(),
            revision: Revision::FIRST,
            created_at: now,
            updated_at: now,
        };
        viewers::add(&self.store, &user).await.expect("the user is added");
        user.id
    }

    /// Asks as this user.
    pub async fn ask(&self, user: Id<User>, query: &str, variables: serde_json::Value) -> (Response, Metered) {
        let viewer = viewers::viewer(&self.store, user).await.expect("the viewer is read").expect("the user is there");
        let request = Request::new(query).variables(Variables::from_json(variables));
        self.engine.execute(request, viewer, Some("request".into())).await
    }
}

/// The UUID that stands for a name in tests.
pub fn named(name: &str) -> Uuid {
    let digest = domain::Sha256::of(name.as_bytes());
    let bytes: Vec<u8> =
        (0..10).map(|at| u8::from_str_radix(&digest.as_str()[at * 2..at * 2 + 2], 16).unwrap()).collect();
    uuid::Builder::from_unix_timestamp_millis(1_767_225_600_000, &bytes.try_into().unwrap()).into_uuid()
}

/// A clock that begins with 2026 and goes on by a second each time that it is asked.
#[derive(Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let seconds = 1_767_225_600 + self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::try_new(OffsetDateTime::from_unix_timestamp(seconds).unwrap()).unwrap()
    }
}

/// Ids that count up.
#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self) -> Uuid {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&(self.0.fetch_add(1, Ordering::Relaxed) + 1).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(1_767_225_600_000, &bytes).into_uuid()
    }
}
