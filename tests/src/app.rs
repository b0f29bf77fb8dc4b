//! One app on a fresh database, and any user of it, in a line.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::{Request, Response, Variables};
use domain::account::{Role, User};
use domain::ledger::AuditKey;
use domain::text::Email;
use domain::{Clock, Id, Ids, JsonObject, Leaf, Randomness, Revision, Secret, Timestamp, Viewer};
use graphql::{Engine, Files, Limits, Metered, direct};
use server::auth::{Auth, House, Lifetimes, Signer};
use server::http::{self, Authenticate, MetricsAt};
use storage::objects::{Objects, ObjectsSettings};
use storage::{ConnectSettings, Pools, Store, viewers};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::database::{Database, Kind, Template};
use crate::names;
use tempfile::TempDir;

pub use crate::names::named;

/// An app on a database of its own.
pub struct App {
    /// The database.
    pub database: Database,
    /// The store on it.
    pub store: Store,
    /// What runs requests.
    pub engine: Engine,
    /// Where the bytes of files are.
    pub objects: Objects,
    folder: TempDir,
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
        Self::on_day(0, database, tempfile::tempdir().expect("a folder")).await
    }

    /// An app on this database whose objects are in this folder, on a day of 2026: the first is 0. Its clock and its ids
    /// begin anew with the day.
    pub async fn on_day(day: u32, database: Database, folder: TempDir) -> Self {
        let settings = ConnectSettings { pool_size: 8, ..ConnectSettings::new(&database.url) };
        let pools = Pools::open(&settings).await.expect("the database opens");
        let (clock, ids) =
            (Ticking(AtomicI64::new(i64::from(day) * 86_400)), Counted(AtomicU64::new(u64::from(day) << 32)));
        let randomness = Arc::new(Numbered(AtomicU64::new(u64::from(day) << 32)));
        let store = Store::new(pools, Arc::new(clock), Arc::new(ids), randomness, audit_key());
        let objects = Objects::open(&ObjectsSettings::Folder(folder.path().to_owned())).expect("the objects open");
        let engine = engine(&store, &objects, house());
        Self { database, store, engine, objects, folder }
    }

    /// An app on an empty database, whose house is another than the default.
    pub async fn with_house(kind: Kind, change: impl FnOnce(&mut House)) -> Option<Self> {
        let mut app = Self::start(kind).await?;
        let mut house = house();
        change(&mut house);
        app.engine = engine(&app.store, &app.objects, house);
        Some(app)
    }

    /// The same app with these limits; what viewers have used comes back by this clock.
    #[must_use]
    pub fn limited(self, limits: Limits, clock: &Arc<dyn Clock>) -> Self {
        Self { engine: self.engine.clone().limited(limits, clock), ..self }
    }

    /// The whole server over this app, in this process, which believes of a request what this says of it.
    pub fn served(&self, authenticate: Arc<dyn Authenticate>) -> axum::Router {
        let limits = http::Limits {
            max_request_bytes: 1 << 20,
            max_batch: 0,
            max_upload_bytes: 1 << 20,
            upload_expires_after: Duration::from_hours(1),
            request_timeout: Duration::from_mins(5),
            slow_client_timeout: Duration::from_mins(5),
            origins: server::http::Origins::default(),
            trusted_proxies: Vec::new(),
        };
        let parts = http::Parts {
            authenticate,
            execute: Arc::new(self.engine.clone()),
            documents: graphql::Documents::kept(0),
            store: self.store.clone(),
            objects: self.objects.clone(),
            public_url: URL.parse().expect("an address"),
            playground: http::Playground::Served,
            limits,
        };
        http::app(&http::App::new(parts), MetricsAt::Elsewhere)
    }

    /// The folder of the objects.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody new with this role, who can be asked as.
    pub async fn user(&self, name: &str, role: Role) -> Id<User> {
        let now = self.store.reader(Viewer::command_line(), None).now();
        let user = User {
            id: names::id(name),
            email: Email::try_new(format!("{name}@example.org")).unwrap(),
            name: None,
            avatar_url: None,
            role,
            password_hash: Some(domain::account::PasswordHash::parse(HASH.into()).unwrap()),
            must_reset_password: false,
            email_verified_at: None,
            last_login_at: None,
            disabled_at: None,
            metadata: JsonObject::empty(),
            revision: Revision::FIRST,
            created_at: now,
            updated_at: now,
        };
        viewers::add(&self.store.reader(Viewer::system("accounts"), None), &user).await.expect("the user is added");
        user.id
    }

    /// Asks as this user.
    pub async fn ask(&self, user: Id<User>, query: &str, variables: serde_json::Value) -> (Response, Metered) {
        self.ask_as(self.viewer(user).await, query, variables).await
    }

    /// This user as a viewer, as they are now.
    pub async fn viewer(&self, user: Id<User>) -> Viewer {
        viewers::viewer(&self.store, user).await.expect("the viewer is read").expect("the user is there")
    }

    /// Asks as this viewer.
    pub async fn ask_as(&self, viewer: Viewer, query: &str, variables: serde_json::Value) -> (Response, Metered) {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let (response, metered) = self.engine.execute(request, viewer, Some("request".into())).await;
        (resolved(response), metered)
    }
}

/// A response whose data are values all through, however they were answered.
pub(crate) fn resolved(mut response: Response) -> Response {
    response.data = direct::resolved(&response.data);
    response
}

/// The engine of an app. Its budgets have a clock of their own, so that nobody else's is looked at more often for them.
fn engine(store: &Store, objects: &Objects, house: House) -> Engine {
    let clock: Arc<dyn Clock> = Arc::<Ticking>::default();
    let door = Arc::new(door(store, house));
    Engine::new(store.clone(), Files::new(objects.clone(), URL), door).limited(Limits::default(), &clock)
}

/// The hash of every user's password: `correct horse battery staple`.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$szM1kLOm5rBddtXw6J74/g$fy0NAgBtFxb1AgGq274zzK3tJ+BzDgjXhzMb2phU93w";

/// The key that signs the tokens of every app here.
pub const SIGNING_KEY: [u8; 32] = [3; 32];

/// The address of every app here.
pub const URL: &str = "http://localhost:8080";

/// The house of every app here: its default rules, without mail.
pub fn house() -> House {
    House::new(URL.parse().expect("an address"))
}

/// The door of an app.
pub fn door(store: &Store, house: House) -> Auth {
    let lifetimes = Lifetimes { idle: Duration::from_hours(24 * 7), most: Duration::from_hours(24 * 30) };
    let signer = Signer::new(&Secret::new(SIGNING_KEY), None);
    Auth::new(store.clone(), signer, lifetimes, house)
}

/// Verifies the audit of the database at this address.
pub async fn verify(url: &str) -> storage::ledger::Checked {
    let pools = Pools::open(&ConnectSettings { pool_size: 2, ..ConnectSettings::new(url) }).await.expect("it opens");
    let store = Store::new(
        pools.clone(),
        Arc::<Ticking>::default(),
        Arc::<Counted>::default(),
        Arc::<Numbered>::default(),
        audit_key(),
    );
    let checked = storage::ledger::verify(&store, None, &|_| ()).await.expect("it is verified");
    pools.close().await.expect("the database closes");
    checked
}

/// The key of the audit chain of every app here.
pub fn audit_key() -> AuditKey {
    AuditKey::new([7; 32])
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

/// Randomness that counts up, so that the same keys are made each time.
#[derive(Default)]
struct Numbered(AtomicU64);

impl Randomness for Numbered {
    fn secret(&self) -> Option<Secret<[u8; 32]>> {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes: Vec<u8> = [number; 4].into_iter().flat_map(u64::to_be_bytes).collect();
        bytes.try_into().ok().map(Secret::new)
    }
}
