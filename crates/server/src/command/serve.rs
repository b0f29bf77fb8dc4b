//! `reprograph serve`: makes everything ready, says where it listens, and goes on until it is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::ledger::AuditKey;
use graphql::Engine;
use storage::objects::{AddressStyle, Bucket, Objects, ObjectsSettings, Transport};
use storage::{Dialect, Pools, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::database::{migrate_up, open, open_directly, words};
use crate::audit_key::{self, KeyPlace};
use crate::http::{self, App, Limits, Listeners, LocalAdmin, Metrics, MetricsAt, Parts};
use crate::public_url::PublicUrl;
use crate::seams::{SystemClock, SystemIds, SystemRandomness};
use crate::settings::{ObjectsPlace, ServerSettings, Settings};
use crate::tasks::Tasks;

pub(super) async fn serve(settings: Settings) -> Result<(), String> {
    refuse_the_world(settings.server.listen)?;
    let lock = settings.database.lock()?;
    let listening = Listening::bind(&settings.server).await?;
    let stop = Stop::listen()?;
    let pools = open_migrated(&settings).await?;
    let store = open_store(&settings, pools.clone()).await?;
    let objects = open_objects(&settings)?;
    let app = open_app(&settings, listening.address()?, store.clone(), objects.clone()).await?;
    let tasks = Tasks::start(&store, &objects).await.map_err(|why| words(&why))?;
    let background = tokio::spawn(tidy(objects));
    // Whoever starts us reads this line, and the port in it when they left it to the system.
    println!("reprograph is ready at {}", app.public_url());
    http::serve(listening.answering(&app), stop.first(), settings.server.shutdown_grace).await;
    background.abort();
    let closing = async {
        tasks.stop().await;
        pools.close().await.map_err(|why| format!("the database cannot be closed: {}", words(&why)))
    };
    // A request that was cut off may still hold a connection; what it did not commit is undone.
    let closed = tokio::time::timeout(CLOSING, closing).await.unwrap_or(Ok(()));
    drop(lock);
    tracing::info!("stopped");
    closed
}

/// How long tasks and connections may take to end.
const CLOSING: Duration = Duration::from_secs(10);

/// Until there is a way to sign in, whoever reaches the server is its administrator.
fn refuse_the_world(listen: SocketAddr) -> Result<(), String> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "listen: {listen} can be reached by others, and nobody has to sign in yet: only an address of this machine \
         itself is allowed, like 127.0.0.1:8080"
    ))
}

/// The addresses that are ours, before anything is answered there.
struct Listening {
    main: TcpListener,
    metrics: Option<TcpListener>,
}

impl Listening {
    async fn bind(settings: &ServerSettings) -> Result<Self, String> {
        let main = bind("listen", settings.listen).await?;
        let metrics = match settings.metrics_listen {
            Some(address) => Some(bind("metrics_listen", address).await?),
            None => None,
        };
        Ok(Self { main, metrics })
    }

    /// The main address, with its port when that was left to the system.
    fn address(&self) -> Result<SocketAddr, String> {
        self.main.local_addr().map_err(|why| format!("listen: {why}"))
    }

    fn answering(self, app: &App) -> Listeners {
        let at = if self.metrics.is_some() { MetricsAt::Elsewhere } else { MetricsAt::Here };
        let mut listeners = vec![(self.main, http::app(app, at))];
        listeners.extend(self.metrics.map(|listener| (listener, http::metrics_app(app))));
        Listeners(listeners)
    }
}

async fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|why| format!("{setting}: {address}: {why}"))
}

/// Opens the database and sees to it that it has the shape that this program needs.
async fn open_migrated(settings: &Settings) -> Result<Pools, String> {
    let database = &settings.database;
    let pools = open(database, &database.connect()?).await?;
    let pending = migration::pending(pools.readers()).await.map_err(|why| why.to_string())?;
    match pools.dialect() {
        _ if pending.is_empty() => {}
        Dialect::Sqlite => drop(migrate_up(&pools).await?),
        Dialect::Postgres if settings.server.migrate => {
            let direct = open_directly(database).await?;
            migrate_up(&direct).await?;
            direct.close().await.map_err(|why| words(&why))?;
        }
        Dialect::Postgres => {
            return Err(format!(
                "the database lacks the steps {}: run `reprograph migrate up`, or start with --migrate",
                pending.join(", ")
            ));
        }
    }
    Ok(pools)
}

async fn open_store(settings: &Settings, pools: Pools) -> Result<Store, String> {
    let key = match audit_key::find(settings)? {
        KeyPlace::Found(key) => key,
        KeyPlace::InMemory => audit_key::random()?,
        KeyPlace::ToBeMade(path) => make_key(&path, &pools).await?,
    };
    Ok(Store::new(pools, Arc::new(SystemClock), Arc::new(SystemIds), Arc::new(SystemRandomness), key))
}

async fn make_key(path: &Path, pools: &Pools) -> Result<AuditKey, String> {
    if storage::about::has_audit(pools).await.map_err(|why| words(&why))? {
        return Err(format!(
            "audit_key: the database has an audit chain, but its key is missing: put {} back where it was, or give the \
             key as audit_key_file",
            path.display()
        ));
    }
    tracing::info!(file = %path.display(), "made the key of the audit chain: keep a copy of it");
    audit_key::make(path)
}

/// Opens the place where files are kept.
pub(super) fn open_objects(settings: &Settings) -> Result<Objects, String> {
    let place = match settings.objects_place() {
        ObjectsPlace::Folder(folder) => ObjectsSettings::Folder(folder),
        ObjectsPlace::Bucket { name, prefix } => ObjectsSettings::Bucket(bucket(settings, name, prefix)?),
    };
    Objects::open(&place).map_err(|why| format!("objects: {why}"))
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

async fn open_app(settings: &Settings, at: SocketAddr, store: Store, objects: Objects) -> Result<App, String> {
    let server = &settings.server;
    let public_url = match &server.public_url {
        Some(url) => url.clone(),
        None => PublicUrl::of_listener(at)?,
    };
    let admin = storage::viewers::local_admin(&store).await.map_err(|why| words(&why))?;
    let admin = admin.ok_or("the database has users but no local administrator, and nobody can sign in yet")?;
    let files = graphql::Files::new(objects.clone(), &public_url.to_string());
    Ok(App::new(Parts {
        authenticate: Arc::new(LocalAdmin(admin)),
        execute: Arc::new(Engine::new(store.clone(), files)),
        store,
        objects,
        public_url,
        limits: Limits {
            max_request_bytes: server.max_request_bytes,
            max_upload_bytes: settings.files.max_upload_bytes,
            upload_expires_after: settings.files.upload_expires_after,
            request_timeout: server.request_timeout,
            trusted_proxies: server.trusted_proxies.clone(),
        },
    }))
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
    fn listen() -> Result<Self, String> {
        let signal = |kind| signal(kind).map_err(|why| format!("signals cannot be listened to: {why}"));
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
            std::process::exit(1);
        });
    }
}
