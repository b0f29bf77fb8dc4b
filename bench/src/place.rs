//! Where what is measured runs: a database with a world, and what its servers have beside it.

use std::path::PathBuf;

use tests::database::Kind;
use tests::folder::Folder;
use tests::postgres::Cluster;

use crate::slice::Counted;
use crate::world::{self, World};

/// What a cluster that is measured has beside its defaults. It loses nothing that it has acknowledged.
pub const SETTINGS: [&str; 4] =
    ["shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min", "effective_cache_size=8GB"];

/// A loaded world, for as long as it is measured.
pub struct Place {
    /// The database.
    pub kind: Kind,
    url: String,
    cluster: Option<Cluster>,
    folder: Folder,
}

impl Place {
    /// A loaded world; none, said loudly, when there is no PostgreSQL here.
    pub async fn load(kind: Kind, world: World) -> Option<Self> {
        let folder = Folder::new();
        let (url, cluster) = match kind {
            Kind::Sqlite => (format!("sqlite://{}", folder.path().join("world.db").display()), None),
            Kind::Postgres => {
                let cluster = Cluster::with(&SETTINGS).await?;
                (cluster.url(&cluster.create_database(None).await), Some(cluster))
            }
        };
        world::load(&url, world).await;
        Some(Self { kind, url, cluster, folder })
    }

    /// The address of the database for the server of this name: SQLite has one server a file, so each gets its own.
    pub fn url(&self, name: &str) -> String {
        if self.kind == Kind::Postgres {
            return self.url.clone();
        }
        let copy = self.folder.path().join(format!("{name}.db"));
        for of_another in ["db-wal", "db-shm"] {
            // Mostly there was none before.
            let _ = std::fs::remove_file(copy.with_extension(of_another));
        }
        std::fs::copy(self.folder.path().join("world.db"), &copy).expect("a copy of the world");
        format!("sqlite://{}", copy.display())
    }

    /// Another database, empty, in the same PostgreSQL.
    pub async fn database(&self) -> String {
        let cluster = self.cluster.as_ref().expect("PostgreSQL");
        cluster.url(&cluster.create_database(None).await)
    }

    /// Where files are kept.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    /// The processes whose time counts for the server that begins with this one.
    pub fn counted(&self, server: u32) -> Counted {
        Counted { server, cluster: self.cluster.as_ref().map(Cluster::pid) }
    }
}
