//! PostgreSQL for tests: started from the installed server binaries once per run, or the one that `TEST_DATABASE_URL` names.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use sea_orm::sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use tokio::sync::OnceCell;
use url::Url;
use uuid::{NoContext, Timestamp, Uuid};

use crate::account::Account;
use crate::daemon::{Daemon, Signal};
use crate::folder::Folder;
use crate::missing;

/// What all databases that tests make are called, before an id that says when they were made.
const PREFIX: &str = "reprograph_test_";

/// Settings of every server: a socket alone, room for many tests at once, and shared memory in the folder, not beside it.
const SETTINGS: [&str; 3] = ["listen_addresses=", "max_connections=400", "dynamic_shared_memory_type=mmap"];

/// Settings of a server whose data nobody will miss.
const CARELESS: [&str; 4] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

/// A PostgreSQL server: our own, or one that runs anyway.
#[derive(Debug)]
pub struct Cluster {
    url: Url,
    own: Option<Own>,
}

/// What it takes to start a server again.
#[derive(Debug)]
struct Own {
    daemon: Daemon,
    binaries: PathBuf,
    settings: &'static [&'static str],
}

impl Cluster {
    /// The server that all tests of this process share; none, said loudly, when there is no PostgreSQL at all.
    pub async fn shared() -> Option<&'static Self> {
        static SHARED: OnceCell<Option<Cluster>> = OnceCell::const_new();
        let found = SHARED.get_or_init(async || match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Some(Self::running(&url).await),
            Err(_) => Self::own(&CARELESS).await,
        });
        found.await.as_ref().or_else(no_postgres)
    }

    /// A server of one test's own that loses nothing it has acknowledged, and that can be stopped and started.
    pub async fn durable() -> Option<Self> {
        Self::with(&[]).await
    }

    /// The same with more settings.
    pub async fn with(settings: &'static [&'static str]) -> Option<Self> {
        Self::own(settings).await.or_else(no_postgres)
    }

    /// The number of the process, of a server of our own, whose children all others are.
    pub fn pid(&self) -> u32 {
        self.own.as_ref().expect("a server of our own").daemon.pid()
    }

    /// The address of a database in this cluster.
    pub fn url(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }

    /// Makes a database, empty or as a copy of another one, and says its name.
    pub async fn create_database(&self, template: Option<&str>) -> String {
        let name = format!("{PREFIX}{}", Uuid::now_v7().simple());
        let copied = template.map(|template| format!(" TEMPLATE {template} STRATEGY FILE_COPY")).unwrap_or_default();
        self.execute(format!("CREATE DATABASE {name}{copied}")).await;
        name
    }

    /// Drops a database, whoever is still connected to it.
    pub async fn drop_database(&self, name: &str) {
        self.execute(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }

    /// Ends all connections to a database, so that it can be a template.
    pub async fn disconnect_all(&self, database: &str) {
        let theirs = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        self.execute(theirs).await;
    }

    /// Ends the server as a crash would: nothing is written any more, and the next start has to recover.
    pub async fn crash(&mut self) {
        let own = self.own.as_mut().expect("a server of our own");
        own.daemon.send(Signal::Quit);
        own.daemon.wait().await;
    }

    /// Stops the server in good order.
    pub async fn stop(&mut self) {
        let own = self.own.as_mut().expect("a server of our own");
        own.daemon.send(Signal::Int);
        own.daemon.wait().await;
    }

    /// Starts the server again, at the same address and with the same data.
    pub async fn start(&mut self) {
        let url = self.url("postgres");
        let own = self.own.as_mut().expect("a server of our own");
        own.start();
        own.wait_until_ready(&url).await;
    }

    async fn own(settings: &'static [&'static str]) -> Option<Self> {
        let binaries = find_binaries()?;
        let folder = Folder::of(Account::for_servers());
        let mut url = Url::parse("postgres://postgres@localhost/postgres").expect("an address");
        url.query_pairs_mut().append_pair("host", &folder.path().display().to_string());
        let mut own = Own { daemon: Daemon::new(folder, Signal::Quit), binaries, settings };
        own.initialise().await;
        let mut cluster = Self { url, own: Some(own) };
        cluster.start().await;
        Some(cluster)
    }

    /// A server that runs anyway. What tests that were killed have left there a day ago is dropped.
    async fn running(url: &str) -> Self {
        let url = Url::parse(url).expect("TEST_DATABASE_URL is an address");
        let cluster = Self { url, own: None };
        for name in cluster.databases_before(Duration::from_hours(24)).await {
            cluster.drop_database(&name).await;
        }
        cluster
    }

    async fn databases_before(&self, age: Duration) -> Vec<String> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
        let then = Timestamp::from_unix(NoContext, now.saturating_sub(age).as_secs(), 0);
        let (first, last) = (PREFIX, format!("{PREFIX}{}", Uuid::new_v7(then).simple()));
        let mut connection = self.connect().await;
        sea_orm::sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname >= $1 AND datname < $2")
            .bind(first)
            .bind(last)
            .fetch_all(&mut connection)
            .await
            .expect("a list of databases")
    }

    async fn execute(&self, sql: String) {
        let mut connection = self.connect().await;
        let done = raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let _ = connection.close().await;
    }

    /// A connection for one use: a pool would belong to the runtime of the test that happened to come first.
    async fn connect(&self) -> PgConnection {
        PgConnection::connect(self.url.as_str()).await.unwrap_or_else(|error| panic!("PostgreSQL: {error}"))
    }
}

impl Own {
    async fn initialise(&mut self) {
        let mut command = as_server(self.binaries.join("initdb"));
        command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"]);
        self.daemon.start(command.arg(self.daemon.folder().join("data")));
        let status = self.daemon.wait().await;
        assert!(status.success(), "initdb: {status}. {}", self.daemon.log());
    }

    fn start(&mut self) {
        let mut command = as_server(self.binaries.join("postgres"));
        command.arg("-D").arg(self.daemon.folder().join("data")).arg("-k").arg(self.daemon.folder());
        for setting in SETTINGS.iter().chain(self.settings) {
            command.args(["-c", setting]);
        }
        self.daemon.start(&mut command);
    }

    async fn wait_until_ready(&mut self, url: &str) {
        let start = Instant::now();
        loop {
            let Err(error) = PgConnection::connect(url).await else { return };
            let ended = self.daemon.ended().is_some() || start.elapsed() > Duration::from_mins(1);
            assert!(!ended, "PostgreSQL does not start: {error}. {}", self.daemon.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn as_server(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    if let Some(account) = Account::for_servers() {
        account.run(&mut command);
    }
    command
}

/// The newest server that Debian's packages have installed, else the one on the path.
fn find_binaries() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().ok();
    let newest = installed.max_by_key(version).map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = newest.into_iter().chain(std::env::split_paths(&path));
    places.into_iter().find(|place| place.join("postgres").exists() && place.join("initdb").exists())
}

fn no_postgres<T>() -> Option<T> {
    missing::skip("there is neither a PostgreSQL to start (`scripts/setup-tests` installs it) nor a TEST_DATABASE_URL");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(url: &str) -> i64 {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sea_orm::sqlx::query_scalar("SELECT count(*) FROM things").fetch_one(&mut connection).await.unwrap()
    }

    async fn run(url: &str, sql: &'static str) {
        let mut connection = PgConnection::connect(url).await.unwrap();
        raw_sql(sql).execute(&mut connection).await.unwrap();
    }

    #[tokio::test]
    async fn a_database_is_a_copy_of_its_template_and_apart_from_it() {
        let Some(cluster) = Cluster::shared().await else { return };
        let template = cluster.create_database(None).await;
        run(&cluster.url(&template), "CREATE TABLE things (id int); INSERT INTO things VALUES (1)").await;
        cluster.disconnect_all(&template).await;

        let copy = cluster.create_database(Some(&template)).await;
        run(&cluster.url(&copy), "INSERT INTO things VALUES (2)").await;
        assert_eq!(count(&cluster.url(&copy)).await, 2);
        assert_eq!(count(&cluster.url(&template)).await, 1);

        cluster.drop_database(&copy).await;
        cluster.drop_database(&template).await;
        assert!(PgConnection::connect(&cluster.url(&copy)).await.is_err());
    }

    #[tokio::test]
    async fn databases_are_found_by_their_age() {
        let Some(cluster) = Cluster::shared().await else { return };
        let name = cluster.create_database(None).await;
        assert!(!cluster.databases_before(Duration::from_mins(5)).await.contains(&name));
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(cluster.databases_before(Duration::ZERO).await.contains(&name));
        cluster.drop_database(&name).await;
    }

    #[tokio::test]
    async fn a_durable_cluster_keeps_its_data_over_a_crash_and_a_stop() {
        let Some(mut cluster) = Cluster::durable().await else { return };
        let url = cluster.url(&cluster.create_database(None).await);
        run(&url, "CREATE TABLE things (id int); INSERT INTO things VALUES (1)").await;
        cluster.crash().await;
        assert!(PgConnection::connect(&url).await.is_err());
        cluster.start().await;
        assert_eq!(count(&url).await, 1);
        cluster.stop().await;
        cluster.start().await;
        assert_eq!(count(&url).await, 1);
    }
}
