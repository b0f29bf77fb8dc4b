//! A database of one test's own, of either kind, as a copy of a template that is made once per run.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use futures_util::future::BoxFuture;
use sea_orm::sqlx::{Connection, SqliteConnection, raw_sql};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::folder::Folder;
use crate::postgres::Cluster;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// SQLite in a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A database that goes when its handle is dropped.
#[derive(Debug)]
pub struct Database {
    /// Its address, as the server takes it.
    pub url: String,
    /// Which database it is.
    pub kind: Kind,
    _place: Place,
}

/// What goes with the database.
#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "its drop removes it")] TempDir),
    Cluster(&'static Cluster, String),
    Elsewhere,
}

impl Database {
    /// An empty database; none, said loudly, when there is no PostgreSQL here.
    pub async fn fresh(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(Self::sqlite(None)),
            Kind::Postgres => Some(Self::postgres(Cluster::shared().await?, None).await),
        }
    }

    /// A database that is somebody else's to remove: another app's, or a template that is being filled.
    pub fn borrowed(url: String) -> Self {
        let kind = if url.starts_with("sqlite:") { Kind::Sqlite } else { Kind::Postgres };
        Self { url, kind, _place: Place::Elsewhere }
    }

    fn sqlite(template: Option<&Path>) -> Self {
        let folder = tempfile::tempdir_in(sqlite_folder()).expect("a temporary folder");
        let path = folder.path().join("reprograph.db");
        match template {
            Some(template) => std::fs::copy(template, &path).map(drop),
            None => std::fs::write(&path, ""),
        }
        .expect("a database file");
        Self { url: sqlite_url(&path), kind: Kind::Sqlite, _place: Place::Folder(folder) }
    }

    async fn postgres(cluster: &'static Cluster, template: Option<&str>) -> Self {
        let name = cluster.create_database(template).await;
        Self { url: cluster.url(&name), kind: Kind::Postgres, _place: Place::Cluster(cluster, name) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Cluster(cluster, name) = self else { return };
        // A drop cannot wait for a future, and the test's runtime may be gone: a thread has one of its own.
        std::thread::scope(|scope| {
            let dropped = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(cluster.drop_database(name));
            });
            // What could not be dropped goes with the cluster.
            let _ = dropped.join();
        });
    }
}

/// Fills an empty database at an address: runs the migrations, say. It closes its connections before it returns.
pub type Prepare = fn(url: String) -> BoxFuture<'static, ()>;

/// A filled database that tests get copies of. It stands in a `static`, and is made when the first copy is asked for.
#[derive(Debug)]
pub struct Template {
    prepare: Prepare,
    sqlite: OnceCell<PathBuf>,
    postgres: OnceCell<String>,
}

impl Template {
    /// A template that `prepare` fills, once for each kind.
    pub const fn new(prepare: Prepare) -> Self {
        Self { prepare, sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() }
    }

    /// A copy of it; none, said loudly, when there is no PostgreSQL here.
    pub async fn copy(&self, kind: Kind) -> Option<Database> {
        match kind {
            Kind::Sqlite => {
                let template = self.sqlite.get_or_init(|| self.make_sqlite()).await;
                Some(Database::sqlite(Some(template)))
            }
            Kind::Postgres => {
                let cluster = Cluster::shared().await?;
                let template = self.postgres.get_or_init(|| self.make_postgres(cluster)).await;
                Some(Database::postgres(cluster, Some(template)).await)
            }
        }
    }

    async fn make_sqlite(&self) -> PathBuf {
        let folder = tempfile::tempdir_in(sqlite_folder()).expect("a temporary folder").keep();
        let path = folder.join("template.db");
        std::fs::write(&path, "").expect("a database file");
        (self.prepare)(sqlite_url(&path)).await;
        empty_the_log(&path).await;
        path
    }

    async fn make_postgres(&self, cluster: &'static Cluster) -> String {
        let name = cluster.create_database(None).await;
        (self.prepare)(cluster.url(&name)).await;
        cluster.disconnect_all(&name).await;
        name
    }
}

/// Moves what stands in the write-ahead log to the database's file, which alone is copied.
async fn empty_the_log(path: &Path) {
    let mut connection = SqliteConnection::connect(&sqlite_url(path)).await.expect("the template");
    raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("a checkpoint");
    connection.close().await.expect("nobody else has the template open");
    let log = path.with_extension("db-wal");
    let left = std::fs::metadata(&log).map_or(0, |log| log.len());
    assert_eq!(left, 0, "{} is still in use: `prepare` has to close its connections", path.display());
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// Where all of this process's SQLite databases are.
fn sqlite_folder() -> &'static Path {
    static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);
    FOLDER.path()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, Statement};

    static TEMPLATE: Template = Template::new(|url| {
        Box::pin(async move {
            let database = sea_orm::Database::connect(url).await.unwrap();
            database.execute_unprepared("CREATE TABLE things (id int)").await.unwrap();
            database.execute_unprepared("INSERT INTO things VALUES (1)").await.unwrap();
            database.close().await.unwrap();
        })
    });

    async fn add_and_count(url: &str) -> i64 {
        let database = sea_orm::Database::connect(url).await.unwrap();
        database.execute_unprepared("INSERT INTO things VALUES (2)").await.unwrap();
        let count = Statement::from_string(database.get_database_backend(), "SELECT count(*) FROM things");
        database.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn every_copy_is_as_the_template_was() {
        for kind in Kind::ALL {
            for _ in 0..3 {
                let Some(database) = TEMPLATE.copy(kind).await else { continue };
                assert_eq!(database.kind, kind);
                assert_eq!(add_and_count(&database.url).await, 2, "{kind:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_database_goes_with_its_handle() {
        for kind in Kind::ALL {
            let Some(database) = Database::fresh(kind).await else { continue };
            let url = database.url.clone();
            let open = sea_orm::Database::connect(&url).await.unwrap();
            drop(database);
            drop(open);
            assert!(sea_orm::Database::connect(&url).await.is_err(), "{kind:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn forty_tests_at_once_get_a_database_each() {
        for kind in Kind::ALL {
            let copies = (0..40).map(|_| tokio::spawn(TEMPLATE.copy(kind)));
            let copies = futures_util::future::join_all(copies).await;
            let urls: std::collections::HashSet<_> =
                copies.into_iter().filter_map(|copy| copy.unwrap().map(|it| it.url.clone())).collect();
            assert!(urls.len() == 40 || urls.is_empty(), "{kind:?}");
        }
    }
}
