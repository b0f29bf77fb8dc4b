//! The worlds from which cases start: each is made once per run and kind of database, through the API, and copied.

mod access;
mod large;
mod maker;
mod two_projects;

use std::path::Path;
use std::sync::LazyLock;

use futures_util::future::BoxFuture;

use crate::app::App;
use crate::database::{Database, Kind, Template};
use crate::folder::Folder;
use crate::names;
use domain::Id;
use domain::account::User;

pub use access::{Asker, askers};
pub use large::large;
pub use maker::Maker;

/// A world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum World {
    /// Nothing but its users.
    Empty,
    /// Two projects, alpha and beta, with people who see one of them, both or neither.
    TwoProjects,
    /// The same, with sign-ins and keys of all sorts.
    Access,
}

/// Who can be asked as, in every world.
pub const USERS: [&str; 7] = ["alice", "ann", "bob", "ed", "pen", "stranger", "vic"];

/// Who asks without having signed in.
pub const NOBODY: &str = "nobody";

/// What every text of beta holds, and no answer to those who do not see it.
pub const CANARY: &str = "canary";

static EMPTY: Template = Template::new(|url| Box::pin(fill(url, EMPTY_OBJECTS.path(), |_| Box::pin(async {}))));
static TWO_PROJECTS: Template =
    Template::new(|url| Box::pin(fill(url, TWO_PROJECTS_OBJECTS.path(), |maker| Box::pin(two_projects::fill(maker)))));

static ACCESS: Template =
    Template::new(|url| Box::pin(fill(url, ACCESS_OBJECTS.path(), |maker| Box::pin(access::fill(maker)))));

static EMPTY_OBJECTS: LazyLock<Folder> = LazyLock::new(Folder::new);
static TWO_PROJECTS_OBJECTS: LazyLock<Folder> = LazyLock::new(Folder::new);
static ACCESS_OBJECTS: LazyLock<Folder> = LazyLock::new(Folder::new);

impl World {
    /// The world that a case's header names.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "empty" => Some(Self::Empty),
            "two_projects" => Some(Self::TwoProjects),
            "access" => Some(Self::Access),
            _ => None,
        }
    }

    /// An app on a copy of the world, a day later; none, said loudly, when there is no PostgreSQL here.
    pub async fn start(self, kind: Kind) -> Option<App> {
        let (template, objects) = match self {
            Self::Empty => (&EMPTY, &EMPTY_OBJECTS),
            Self::TwoProjects => (&TWO_PROJECTS, &TWO_PROJECTS_OBJECTS),
            Self::Access => (&ACCESS, &ACCESS_OBJECTS),
        };
        let database = template.copy(kind).await?;
        let folder = tempfile::tempdir().expect("a folder");
        copy(objects.path(), folder.path());
        Some(App::on_day(1, database, folder).await)
    }

    /// Whether beta is hidden from this user.
    pub fn hides_beta_from(self, user: &str) -> bool {
        self != Self::Empty && user != "bob" && user != "ann"
    }
}

/// The user of this name.
pub fn user(name: &str) -> Id<User> {
    assert!(USERS.contains(&name), "there is no user {name}");
    names::id(name)
}

/// Makes an empty database and an empty folder a world.
async fn fill(url: String, objects: &Path, content: for<'a> fn(&'a mut Maker) -> BoxFuture<'a, ()>) {
    migrate(&url).await;
    // Both kinds of database make the same objects under the same paths.
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::on_day(0, Database::borrowed(url), folder).await;
    let mut maker = Maker::new(app);
    maker.users().await;
    content(&mut maker).await;
    copy(maker.app.folder(), objects);
    maker.app.store.pools().close().await.expect("the database closes");
}

async fn migrate(url: &str) {
    let pools = storage::Pools::open(&storage::ConnectSettings::new(url)).await.expect("the database opens");
    migration::up(pools.writer()).await.expect("the migrations run");
    pools.close().await.expect("the database closes");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a folder's entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an entry's type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).map(drop).expect("a file is copied");
        }
    }
}
