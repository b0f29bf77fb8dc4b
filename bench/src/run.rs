//! A run: all servers on one world, slice by slice in turns.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tests::database::Kind;
use tests::dice::Dice;
use tests::process::open_many_files;

use crate::equal;
use crate::live::Crowd;
use crate::measure;
use crate::peer::{Offer, Peer};
use crate::place::Place;
use crate::read::Read;
use crate::report::{Report, Waiting};
use crate::server::Server;
use crate::slice::{self, Counted, Source};
use crate::start::Start;
use crate::table::{self, BASIS, Row};
use crate::world::{self, Size, World};
use crate::write::{WRITERS, Write};

/// What is measured, and how.
#[derive(Clone, Debug, clap::Args)]
pub struct Plan {
    /// The database: postgres or sqlite.
    #[arg(long, default_value = "postgres", value_parser = database)]
    database: Kind,
    /// How large the world is.
    #[arg(long, default_value = "small")]
    pub size: Size,
    /// Only these workloads: paper, page, dashboard, run, events, runs, points, many-points, said, followed, idle, start.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// With how many connections.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    connections: Vec<usize>,
    /// How many slices of each server.
    #[arg(long, default_value_t = 5)]
    pub slices: usize,
    /// How long a slice is, in milliseconds.
    #[arg(long, default_value_t = 2000)]
    pub slice_ms: u64,
    /// How many subscribe to one run.
    #[arg(long, default_value_t = 1000)]
    subscribers: usize,
    /// How many subscribe and wait.
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// The server; without it, that of this checkout, which is built first.
    #[arg(long)]
    server: Option<PathBuf>,
    /// More servers to compare, each as `NAME=PATH`.
    #[arg(long, value_parser = named)]
    against: Vec<(String, PathBuf)>,
    /// Measures peers as well, which are installed first; only on PostgreSQL.
    #[arg(long)]
    peers: bool,
    /// Writes docs/PERFORMANCE.md.
    #[arg(long)]
    pub write: bool,
}

/// How many requests are drawn for a workload.
const DRAWN: usize = 4000;
/// How often the limit is compared before it is measured.
const COMPARED: usize = 25;

fn database(text: &str) -> Result<Kind, String> {
    match text {
        "postgres" => Ok(Kind::Postgres),
        "sqlite" => Ok(Kind::Sqlite),
        other => Err(format!("{other} is neither postgres nor sqlite")),
    }
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("it must be NAME=PATH")?;
    Ok((name.to_owned(), path.into()))
}

/// The servers of a run, on their world.
struct Run<'a> {
    plan: &'a Plan,
    place: &'a Place,
    world: World,
    /// The real ones first, the limit last.
    servers: Vec<Arc<Server>>,
    peers: Vec<Peer>,
    report: Report,
}

/// Somebody who takes part in a workload.
struct Party {
    name: String,
    address: SocketAddr,
    counted: Counted,
    source: Source,
    /// How many answers are one.
    per: u32,
}

/// Runs a plan, and prints its table.
pub async fn run(plan: &Plan) {
    open_many_files();
    let binaries = plan.binaries();
    let world = plan.size.world();
    eprintln!("loading the {} world …", plan.size.name());
    let place = Place::load(plan.database, world).await.expect("a database");
    let mut run =
        Run { plan, place: &place, world, servers: Vec::new(), peers: Vec::new(), report: Report::of(place.kind) };
    run.start(&binaries).await;
    run.read().await;
    run.write().await;
    run.follow().await;
    run.weigh();
    println!("\n{}", run.report.beside_the_table());
    if plan.write {
        run.report.write(plan);
    }
}

impl Plan {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// The servers that are measured, by their names.
    fn binaries(&self) -> Vec<(String, PathBuf)> {
        let first = ("reprograph".to_owned(), self.server.clone().unwrap_or_else(beside));
        std::iter::once(first).chain(self.against.clone()).collect()
    }

    /// How long a slice of a turn is; the first turn warms up.
    fn time(&self, turn: usize) -> Duration {
        Duration::from_millis(if turn == 0 { self.slice_ms / 4 } else { self.slice_ms })
    }
}

impl Run<'_> {
    /// Starts the servers, and notes how long that takes.
    async fn start(&mut self, binaries: &[(String, PathBuf)]) {
        for (name, binary) in binaries.iter().filter(|_| self.plan.wants("start")) {
            let at = (&*self.place.url("fresh"), self.world, self.plan.slices);
            self.report.starts.push(Start::measure(name, binary, at, self.place).await);
        }
        for (name, binary) in binaries.iter().filter(|_| self.plan.wants("idle")) {
            let server = Server::real(name, binary, &self.place.url("fresh"), &self.place.objects()).await;
            let waiting = self.wait(&server).await;
            self.report.waiting.push(waiting);
        }
        if self.plan.wants("idle") {
            let waiting = self.wait(&Server::limit(&self.place.url("fresh")).await).await;
            self.report.waiting.push(waiting);
        }
        for (name, binary) in binaries {
            let server = Server::real(name, binary, &self.place.url(name), &self.place.objects()).await;
            self.servers.push(Arc::new(server));
        }
        self.servers.push(Arc::new(Server::limit(&self.place.url(BASIS)).await));
        if self.plan.peers && self.place.kind == Kind::Postgres {
            self.peers = Peer::all(self.place, self.world).await;
        }
        print!("\n{}", table::HEAD);
    }

    /// A server with what it is asked.
    fn party(&self, server: &Server, source: Source) -> Party {
        let counted = self.place.counted(server.process.pid());
        Party { name: server.name.clone(), address: server.process.address(), counted, source, per: 1 }
    }

    /// The peers that can do something, with what they are asked.
    fn of_peers(&self, offers: impl Fn(&Peer) -> Option<Offer>) -> Vec<Party> {
        let party = |peer: &Peer| {
            let Offer { source, per } = offers(peer)?;
            let counted = self.place.counted(peer.pid());
            Some(Party { name: peer.name.to_owned(), address: peer.address, counted, source, per })
        };
        self.peers.iter().filter_map(party).collect()
    }

    async fn read(&mut self) {
        for read in Read::ALL.into_iter().filter(|read| self.plan.wants(read.name())) {
            let (limit, real) = self.servers.split_last().expect("the limit");
            for real in real {
                equal::check(self.world, read, COMPARED, (real, limit)).await;
            }
            let ours = self.servers.iter().map(|server| self.party(server, drawn(self.world, read, server)));
            let theirs = self.of_peers(|peer| peer.reads(read));
            let parties: Vec<Party> = ours.chain(theirs).collect();
            self.turns((read.words(), usize::MAX), &parties).await;
        }
    }

    async fn write(&mut self) {
        let mut blocks = (1..WRITERS).map(|block| block * 64);
        for write in Write::ALL.into_iter().filter(|write| self.plan.wants(write.name())) {
            let mut own = || blocks.next().expect("runs that nobody writes to yet");
            let parties = self.servers.iter().map(|server| self.party(server, write.source(self.world, server, own())));
            let parties: Vec<Party> = parties.chain(self.of_peers(|peer| peer.writes(write))).collect();
            self.turns((write.words(), write.most_connections()), &parties).await;
        }
    }

    /// Measures all servers in turns, with each number of connections.
    async fn turns(&mut self, (workload, most): (&str, usize), parties: &[Party]) {
        for connections in self.plan.connections.iter().filter(|connections| **connections <= most) {
            let mut rows: Vec<Row> = parties.iter().map(|party| row(workload, *connections, &party.name)).collect();
            for turn in 0..=self.plan.slices {
                for (party, row) in parties.iter().zip(&mut rows) {
                    let load = (*connections, self.plan.time(turn));
                    let slice = slice::measure(party.address, &party.source, load, party.counted).await;
                    row.slices.extend(Some(slice.per(party.per)).filter(|_| turn > 0));
                }
            }
            self.report.add(rows);
        }
    }

    /// Measures what those are told who subscribe to one run.
    async fn follow(&mut self) {
        if !self.plan.wants("followed") {
            return;
        }
        let (many, mut crowds) = (self.plan.subscribers, Vec::new());
        for (nth, server) in (0..).zip(&self.servers) {
            let (run, token) = self.waiting(nth);
            crowds.push((run, Crowd::gather(server.process.address(), &token, run, many).await));
        }
        let mut rows: Vec<Row> =
            self.servers.iter().map(|server| row("frames to subscribers of one run", many, &server.name)).collect();
        for turn in 0..=self.plan.slices {
            for ((server, (run, crowd)), row) in self.servers.iter().zip(&crowds).zip(&mut rows) {
                let counted = self.place.counted(server.process.pid());
                let slice = crowd.measure((self.world, server, *run), self.plan.time(turn), counted).await;
                row.slices.extend(Some(slice).filter(|_| turn > 0));
            }
        }
        self.report.add(rows);
    }

    /// Notes what all servers hold in the end.
    fn weigh(&mut self) {
        for server in &self.servers {
            self.report.held.push((server.name.clone(), measure::memory(server.process.pid())));
        }
    }

    /// Measures what those cost a fresh server who subscribe and wait.
    async fn wait(&self, server: &Server) -> Waiting {
        let pid = server.process.pid();
        // What the first of all needs is not what each needs.
        let (run, token) = self.waiting(0);
        drop(Crowd::gather(server.process.address(), &token, run, 10).await);
        let before = measure::memory(pid);
        let crowd = Crowd::gather(server.process.address(), &token, run, self.plan.idle).await;
        let grown = measure::memory(pid).saturating_sub(before);
        drop(crowd);
        Waiting { name: server.name.clone(), each: grown / u64::try_from(self.plan.idle).expect("a number") }
    }

    /// A run that is followed, and the token of somebody who sees it.
    fn waiting(&self, nth: u32) -> (u32, String) {
        let run = self.world.written_run(nth);
        (run, world::token(self.world.project_of_run(run)))
    }
}

/// The server of this checkout, built as this program was.
fn beside() -> PathBuf {
    let mut build = std::process::Command::new("cargo");
    build.args(["build", "--workspace"]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.status().expect("cargo").success(), "the server does not build");
    let ourselves = std::env::current_exe().expect("a path of our own");
    ourselves.parent().map(|folder| folder.join("reprograph")).filter(|path| Path::exists(path)).expect("the server")
}

fn drawn(world: World, read: Read, server: &Server) -> Source {
    let mut dice = Dice::new(1);
    let draw = |_| Bytes::from(server.request(read, &read.draw(world, &mut dice)));
    let all: Vec<Bytes> = (0..DRAWN).map(draw).collect();
    Arc::new(move |_, nth| all[nth % DRAWN].clone())
}

fn row(workload: &str, connections: usize, server: &str) -> Row {
    Row { workload: workload.to_owned(), connections, server: server.to_owned(), slices: Vec::new() }
}
