//! `reprograph serve`: makes everything ready, says where it listens, and goes on until it is told to stop.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::account::User;
use domain::ledger::AuditKey;
use domain::{Clock, Id, Secret};
use futures_util::FutureExt;
use graphql::Engine;
use storage::live::{Listener, listen};
use storage::objects::{AddressStyle, Bucket, Objects, ObjectsSettings, Transport};
use storage::{Dialect, Pools, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use super::database::{migrate_up, not_migrated, open, open_directly, words};
use super::demo::{self, Live, Made};
use super::exit::{Exit, Trouble};
use super::migrate::close;
use super::say::say;
use crate::auth::{Auth, Lifetimes, Signer};
use crate::http::{self, App, Crowd, Limits, Listeners, Metrics, MetricsAt, Parts};
use crate::key_file::{self, AUDIT, Key, KeyPlace, SIGNING};
use crate::public_url::PublicUrl;
use crate::seams::{SystemClock, SystemIds, SystemRandomness};
use crate::settings::{ObjectsPlace, ServerSettings, Settings};
use crate::tasks::Tasks;

pub(super) async fn serve(settings: Settings, world: World) -> Result<(), Trouble> {
    let lock = settings.database.lock()?;
    let listening = Listening::bind(&settings.server).await?;
    let stop = Stop::listen()?;
    let pools = open_migrated(&settings).await?;
    let store = open_store(&settings, pools.clone()).await?;
    let objects = open_objects(&settings)?;
    let running = match world {
        World::Own => Vec::new(),
        World::Demo => make_demo(&settings, listening.address()?, &store, objects.clone()).await?,
    };
    let (app, link) = open_app(&settings, listening.address()?, store.clone(), objects.clone()).await?;
    let tasks = Tasks::start(&store, &objects).await.map_err(|why| words(&why))?;
    let mut background = JoinSet::new();
    background.spawn(tidy(objects));
    running.into_iter().map(Live::go_on).for_each(|run| drop(background.spawn(run)));
    // Whoever starts us reads this line, and the port in it when they left it to the system.
    say(format_args!("reprograph is ready at {}", app.public_url()))?;
    if let Some(link) = link {
        say(format_args!("sign in at {}", link.reveal()))?;
    }
    let nodes = hear_others(&settings, &store).await?;
    let stopped = stop.first().map(|()| app.close());
    http::serve(listening.answering(&app, crowd(&settings.server)), stopped, settings.server.shutdown_grace).await;
    let live = tokio::time::timeout(CLOSING, app.closed()).await;
    if live.is_err() {
        tracing::warn!("live connections that still ran after {CLOSING:?} are cut off");
    }
    drop(nodes);
    background.abort_all();
    let closing = async {
        tasks.stop().await;
        close(&pools).await
    };
    // A request that was cut off may still hold a connection; what it did not commit is undone.
    let closed = tokio::time::timeout(CLOSING, closing).await.unwrap_or(Ok(()));
    drop(lock);
    tracing::info!("stopped");
    closed
}

/// What a start finds, or makes, in an empty database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum World {
    /// What is there.
    Own,
    /// The demo.
    Demo,
}

/// Makes the demo, and tells which of its runs go on.
async fn make_demo(settings: &Settings, at: SocketAddr, store: &Store, objects: Objects) -> Result<Vec<Live>, Trouble> {
    match demo::fill(settings, store, objects, public_url(&settings.server, at)?).await? {
        Made::World(running) => {
            say("the demo is made")?;
            Ok(running)
        }
        Made::Nothing => {
            say("the database has projects already: it is left as it is, without the demo")?;
            Ok(Vec::new())
        }
    }
}

/// Hears what other nodes write, and tells them what is written here; on SQLite there are no others.
async fn hear_others(settings: &Settings, store: &Store) -> Result<Option<Listener>, Trouble> {
    if store.pools().dialect() == Dialect::Sqlite {
        return Ok(None);
    }
    let direct = open_directly(&settings.database).await?;
    listen(store, direct).await.map(Some).map_err(|why| words(&why).into())
}

/// How long tasks and connections may take to end.
const CLOSING: Duration = Duration::from_secs(10);

/// The addresses that are ours, before anything is answered there.
struct Listening {
    main: TcpListener,
    metrics: Option<TcpListener>,
}

impl Listening {
    async fn bind(settings: &ServerSettings) -> Result<Self, Trouble> {
        let main = bind("listen", settings.listen).await?;
        let metrics = match settings.metrics_listen {
            Some(address) => Some(bind("metrics_listen", address).await?),
            None => None,
        };
        Ok(Self { main, metrics })
    }

    /// The main address, with its port when that was left to the system.
    fn address(&self) -> Result<SocketAddr, Trouble> {
        self.main.local_addr().map_err(|why| format!("listen: {why}").into())
    }

    fn answering(self, app: &App, crowd: Crowd) -> Listeners {
        let at = if self.metrics.is_some() { MetricsAt::Elsewhere } else { MetricsAt::Here };
        let mut listeners = vec![(self.main, http::app(app, at))];
        listeners.extend(self.metrics.map(|listener| (listener, http::metrics_app(app))));
        Listeners { listening: listeners, crowd }
    }
}

/// How many connections there may be.
fn crowd(server: &ServerSettings) -> Crowd {
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let (most, most_each) = (count(server.max_connections), count(server.max_connections_per_client));
    Crowd { most, most_each, proxies: server.trusted_proxies.clone() }.within_open_files()
}

async fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, Trouble> {
    TcpListener::bind(address).await.map_err(|why| {
        let what_to_do = match why.kind() {
            ErrorKind::AddrInUse => ": another program listens there: stop it, or give another address",
            ErrorKind::PermissionDenied => ": ports below 1024 are for privileged programs: give another",
            ErrorKind::AddrNotAvailable => ": this machine does not have the address: give another",
            _ => "",
        };
        Trouble::refused(format!("{setting}: {address}: {why}{what_to_do}"))
    })
}

/// Opens the database and sees to it that it has the shape that this program needs.
pub(super) async fn open_migrated(settings: &Settings) -> Result<Pools, Trouble> {
    let database = &settings.database;
    let pools = open(database, &database.connect()?).await?;
    let pending = migration::pending(pools.readers()).await;
    let pending = pending.map_err(|why| not_migrated("the database cannot be used", &why))?;
    match pools.dialect() {
        _ if pending.is_empty() => {}
        Dialect::Sqlite => drop(migrate_up(&pools).await?),
        Dialect::Postgres if settings.server.migrate => {
            let direct = open_directly(database).await?;
            migrate_up(&direct).await?;
            direct.close().await.map_err(|why| words(&why))?;
        }
        Dialect::Postgres => {
            return Err(Trouble::refused(format!(
                "the database lacks the steps {}: run `reprograph migrate up`, or start with --migrate",
                pending.join(", ")
            )));
        }
    }
    Ok(pools)
}

pub(super) async fn open_store(settings: &Settings, pools: Pools) -> Result<Store, Trouble> {
    let key = match AUDIT.find(settings.audit.audit_key.as_ref(), &settings.database).map_err(Trouble::setting)? {
        KeyPlace::Found(key) => key,
        KeyPlace::InMemory => key_file::random()?,
        KeyPlace::ToBeMade(path) => make_key(&path, &pools).await?,
    };
    let key = AuditKey::new(*key.reveal());
    Ok(Store::new(pools, clock(), Arc::new(SystemIds), Arc::new(SystemRandomness), key))
}

async fn make_key(path: &Path, pools: &Pools) -> Result<Key, Trouble> {
    if storage::about::has_audit(pools).await.map_err(|why| words(&why))? {
        return Err(Trouble::setting(format!(
            "audit_key: the database has an audit chain, but its key is missing: put {} back where it was, or give the \
             key as audit_key_file",
            path.display()
        )));
    }
    tracing::info!(file = %path.display(), "made the key of the audit chain: keep a copy of it");
    Ok(AUDIT.make(path)?)
}

/// Opens the place where files are kept.
pub(super) fn open_objects(settings: &Settings) -> Result<Objects, Trouble> {
    let place = match settings.objects_place() {
        ObjectsPlace::Folder(folder) => ObjectsSettings::Folder(folder),
        ObjectsPlace::Bucket { name, prefix } => {
            ObjectsSettings::Bucket(bucket(settings, name, prefix).map_err(Trouble::setting)?)
        }
    };
    Objects::open(&place).map_err(|why| format!("objects: {why}").into())
}

fn bucket(settings: &Settings, name: String, prefix: String) -> Result<Bucket, String> {
    let files = &settings.files;
    let key = match (&files.s3_key_id, &files.s3_secret) {
        (Some(id), Some(secret)) => Some((id.clone(), secret.clone())),
        (None, None) => None,
        (Some(_), None) => return Err("s3_secret: is missing, though s3_key_id is given".into()),
        (None, Some(_)) => return Err("s3_key_id: is missing, though s3_secret is given".into()),
    };
    let plain = files.s3_endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
    if plain && !files.s3_allow_http {
        return Err("s3_endpoint: begins with http://, which has to be allowed by s3_allow_http".into());
    }
    Ok(Bucket {
        name,
        prefix,
        endpoint: files.s3_endpoint.clone(),
        region: files.s3_region.clone(),
        key,
        style: if files.s3_path_style { AddressStyle::Path } else { AddressStyle::Host },
        transport: if files.s3_allow_http { Transport::TlsOrPlain } else { Transport::Tls },
    })
}

/// The app, and the link that signs the first browser in, where there is one.
async fn open_app(
    settings: &Settings,
    at: SocketAddr,
    store: Store,
    objects: Objects,
) -> Result<(App, Option<Secret<String>>), Trouble> {
    let server = &settings.server;
    let public_url = public_url(server, at)?;
    warn_of_plain_http(settings, &public_url);
    let auth = open_auth(settings, &store, &public_url)?;
    let link = first_link(settings, &store, &auth).await?;
    let files = graphql::Files::new(objects.clone(), &public_url.to_string());
    let engine = Engine::explored(settings.api.explore(), store.clone(), files, Arc::new(auth.clone()));
    let limits = settings.limits.limits();
    let engine = engine.limited(limits, &clock());
    let engine = if settings.api.direct_answers { engine } else { engine.by_resolvers() };
    let app = App::new(Parts {
        authenticate: Arc::new(auth),
        execute: Arc::new(engine),
        documents: settings.api.documents(limits).await.map_err(Trouble::setting)?,
        store,
        objects,
        public_url,
        playground: settings.api.playground(),
        limits: Limits {
            max_request_bytes: server.max_request_bytes,
            max_batch: settings.api.max_batch.into(),
            max_upload_bytes: settings.files.max_upload_bytes,
            upload_expires_after: settings.files.upload_expires_after,
            request_timeout: server.request_timeout,
            slow_client_timeout: server.slow_client_timeout,
            origins: settings.api.cors_origins.iter().cloned().collect(),
            trusted_proxies: server.trusted_proxies.clone(),
        },
    });
    Ok((app, link))
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The address under which clients reach the server that listens here.
pub(super) fn public_url(server: &ServerSettings, at: SocketAddr) -> Result<PublicUrl, String> {
    server.public_url.clone().map_or_else(|| PublicUrl::of_listener(at), Ok)
}

fn open_auth(settings: &Settings, store: &Store, public_url: &PublicUrl) -> Result<Auth, Trouble> {
    let given = &settings.sign_in;
    let key = match SIGNING.find(given.signing_key.as_ref(), &settings.database).map_err(Trouble::setting)? {
        KeyPlace::Found(key) => key,
        KeyPlace::InMemory => key_file::random()?,
        KeyPlace::ToBeMade(path) => {
            tracing::info!(file = %path.display(), "made the key that signs tokens: all nodes must have the same");
            SIGNING.make(&path)?
        }
    };
    let previous = given.previous_signing_key.as_ref().map(|key| SIGNING.parse(key.reveal())).transpose();
    let previous = previous.map_err(|why| Trouble::setting(format!("previous_signing_key: {why}")))?;
    let lifetimes = Lifetimes { idle: given.sign_in_idle, most: given.sign_in_most };
    let house = settings.house(public_url.clone()).map_err(Trouble::setting)?;
    Ok(Auth::new(store.clone(), Signer::new(&key, previous.as_ref()), lifetimes, house))
}

/// On one's own machine nobody has to sign up: as long as the local administrator has no password, a start prints a link
/// that signs the browser in. Elsewhere `reprograph user create --admin` makes the first.
async fn first_link(settings: &Settings, store: &Store, auth: &Auth) -> Result<Option<Secret<String>>, Trouble> {
    let admin = first_admin(settings, store).await?;
    admin.map(|admin| auth.link(admin)).transpose().map_err(|why| words(&why).into())
}

/// The local administrator, where there is to be one: made when there are no users at all.
pub(super) async fn first_admin(settings: &Settings, store: &Store) -> Result<Option<Id<User>>, String> {
    if !settings.server.listen.ip().is_loopback() || !settings.database.is_sqlite() {
        return Ok(None);
    }
    storage::viewers::local_admin(store).await.map_err(|why| words(&why))
}

/// Passwords and tokens are readable on the way where there is no TLS.
fn warn_of_plain_http(settings: &Settings, public_url: &PublicUrl) {
    let server = &settings.server;
    if !server.listen.ip().is_loopback() && !public_url.is_https() && server.trusted_proxies.is_empty() {
        tracing::warn!(
            "listen: {} can be reached by others without TLS, so that passwords and tokens can be read on the way: put a \
             proxy with TLS before it, and say so by public_url and trusted_proxies",
            server.listen
        );
    }
}

/// How often the counters are folded together.
const FOLD: Duration = Duration::from_secs(5);
/// After which time a file that is being written counts as left behind.
const STAGED: Duration = Duration::from_hours(24);

/// What this process does for itself beside its requests.
async fn tidy(objects: Objects) {
    match objects.remove_staged(STAGED).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "removed what broken-off uploads had left"),
        Err(why) => tracing::warn!("what broken-off uploads left cannot be removed: {why}"),
    }
    let metrics = Metrics::start();
    loop {
        tokio::time::sleep(FOLD).await;
        metrics.tidy();
    }
}

/// The signals that stop the server.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Self, Trouble> {
        let signal = |kind| signal(kind).map_err(|why| Trouble::from(format!("signals cannot be listened to: {why}")));
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits for the first of them; the second ends the process at once.
    async fn first(mut self) {
        self.any().await;
        tracing::info!("stopping: running requests are finished first");
        tokio::spawn(async move {
            self.any().await;
            tracing::warn!("stopped at once");
            std::process::exit(Exit::Interrupted.code().into());
        });
    }
}
