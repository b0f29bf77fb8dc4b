//! The worlds that are measured: papers with claims, plans, runs and evals, and of some runs series of points and events.
//!
//! What stands in them follows from numbers, so that whoever asks knows what there is without looking. It is written past
//! the server, in the form that the server writes, by SQL that is one for both databases.

mod load;
mod words;

use domain::account::{Session, User};
use domain::execution::Run;
use domain::literature::Paper;
use domain::project::Project;
use domain::{Id, Secret, Timestamp};
use server::auth::Signer;
use uuid::Uuid;

pub use load::load;

/// How large a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// For tests.
    Tiny,
    /// A thousand papers.
    Small,
    /// Ten thousand papers.
    Middle,
    /// Ten thousand papers, and ten million points and events each.
    Large,
}

/// How many of what there are.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Papers; each has 4 claims, and 2 plans with 3 runs each, which have 3 evals each.
    pub papers: u32,
    /// Projects, among which papers are dealt.
    pub projects: u32,
    /// Users; each is a member of the 3 projects from their own number on.
    pub users: u32,
    /// Runs that have series and events.
    pub watched: u32,
    /// How many points each of their four series has.
    pub points: u32,
    /// How many events each of them has.
    pub events: u32,
}

/// How many runs there are, behind those of papers, to be written to.
pub const WRITTEN: u32 = 1024;

/// The key by which the tokens of a world are signed.
pub const SIGNING_KEY: [u8; 32] = [11; 32];

/// What has ids here. The numbers are part of the ids.
#[derive(Clone, Copy, Debug)]
enum Kind {
    User,
    Session,
    Project,
    Member,
    Paper,
    Claim,
    Plan,
    Run,
    Eval,
    Series,
}

impl Kind {
    const ALL: [(&'static str, Self); 10] = [
        ("user", Self::User),
        ("session", Self::Session),
        ("project", Self::Project),
        ("member", Self::Member),
        ("paper", Self::Paper),
        ("claim", Self::Claim),
        ("plan", Self::Plan),
        ("run", Self::Run),
        ("eval", Self::Eval),
        ("series", Self::Series),
    ];

    /// The first half of the ids of this kind, and the version and variant behind it.
    fn head(self) -> String {
        let at = Self::ALL.iter().position(|(_, kind)| std::mem::discriminant(kind) == std::mem::discriminant(&self));
        format!("019b7761{:04x}70008000", at.unwrap_or_default() + 1)
    }

    fn id(self, number: u32) -> Uuid {
        Uuid::parse_str(&format!("{}{number:012x}", self.head())).expect("a UUID")
    }
}

impl Size {
    /// How many of what there are in a world of this size.
    pub const fn world(self) -> World {
        match self {
            Self::Tiny => World { papers: 120, projects: 3, users: 6, watched: 12, points: 210, events: 120 },
            Self::Small => World { papers: 1_000, projects: 10, users: 40, watched: 500, points: 200, events: 200 },
            Self::Middle => {
                World { papers: 10_000, projects: 100, users: 400, watched: 2_000, points: 200, events: 200 }
            }
            Self::Large => {
                World { papers: 10_000, projects: 100, users: 400, watched: 10_000, points: 250, events: 1_000 }
            }
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Middle => "middle",
            Self::Large => "large",
        }
    }
}

impl World {
    /// Every how manieth run is watched.
    const fn stride(self) -> u32 {
        6 * self.papers / self.watched
    }

    /// The project that is one of the three (0 to 2) that a user sees.
    pub const fn project_of(self, user: u32, which: u32) -> u32 {
        (user + which) % self.projects
    }

    /// The paper of a project that is its `nth`, counted round.
    pub const fn paper_in(self, project: u32, nth: u32) -> u32 {
        project + nth % (self.papers / self.projects) * self.projects
    }

    /// The watched run that is the `nth`, counted round.
    pub const fn watched_run(self, nth: u32) -> u32 {
        nth % self.watched * self.stride()
    }

    /// Whose project a run belongs to.
    pub const fn project_of_run(self, run: u32) -> u32 {
        if run < 6 * self.papers { run / 6 % self.projects } else { (run - 6 * self.papers) % self.projects }
    }

    /// The run that is written to which is the `nth`, counted round.
    pub const fn written_run(self, nth: u32) -> u32 {
        6 * self.papers + nth % WRITTEN
    }
}

/// The id of a paper.
pub fn paper(number: u32) -> Id<Paper> {
    id(Kind::Paper, number)
}

/// The id of a project.
pub fn project(number: u32) -> Id<Project> {
    id(Kind::Project, number)
}

/// The id of a run.
pub fn run(number: u32) -> Id<Run> {
    id(Kind::Run, number)
}

/// The token of a user.
pub fn token(user: u32) -> String {
    let session: Id<Session> = id(Kind::Session, user);
    let owner: Id<User> = id(Kind::User, user);
    let span = (time(0), time(3_000_000_000 - BEGINNING));
    let token = Signer::new(&Secret::new(SIGNING_KEY), None).sign(session, owner, span);
    token.expect("a token").reveal().clone()
}

/// When the paper of this number was added.
pub fn added(paper: u32) -> Timestamp {
    time(i64::from(paper) * 60)
}

/// When the run of this number had ended.
pub fn ended(run: u32) -> Timestamp {
    time(i64::from(run) * 10 + 600 + i64::from(run % 997))
}

/// When the worlds begin: 2026.
const BEGINNING: i64 = 1_767_225_600;

fn time(seconds: i64) -> Timestamp {
    let since_1970 = std::time::Duration::from_secs(u64::try_from(BEGINNING + seconds).expect("after 1970"));
    "1970-01-01T00:00:00Z".parse::<Timestamp>().expect("a time").plus(since_1970)
}

fn id<T>(kind: Kind, number: u32) -> Id<T> {
    Id::try_new(kind.id(number)).expect("a UUIDv7")
}
