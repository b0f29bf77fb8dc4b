//! Peers: what others offer on the same tables, or for the same work, as they are installed from their registries.

mod mlflow;
mod postgraphile;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tests::daemon::{Daemon, Signal};
use tests::folder::Folder;
use tokio::net::TcpStream;

use crate::client::Connection;
use crate::place::Place;
use crate::read::Read;
use crate::slice::Source;
use crate::world::World;
use crate::write::Write;

/// What the peers are called.
pub const PEERS: [&str; 2] = [postgraphile::NAME, mlflow::NAME];

/// A peer that runs.
pub struct Peer {
    /// What it is called in the table.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    daemon: Daemon,
    reads: Box<dyn Fn(Read) -> Option<Offer>>,
    writes: Box<dyn Fn(Write) -> Option<Offer>>,
}

/// How a peer does a workload.
pub struct Offer {
    /// What it is asked.
    pub source: Source,
    /// How many answers of it are as much as one of ours.
    pub per: u32,
}

/// How long a peer may take until it answers.
const PATIENCE: Duration = Duration::from_mins(3);

impl Peer {
    /// All peers, on this world or beside it.
    pub async fn all(place: &Place, world: World) -> Vec<Self> {
        let postgraphile = postgraphile::start(&place.url("peer"), world).await;
        vec![postgraphile, mlflow::start(&place.database().await).await]
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.daemon.pid()
    }

    /// How it reads what is read, where it can.
    pub fn reads(&self, read: Read) -> Option<Offer> {
        (self.reads)(read)
    }

    /// How it writes what is written, where it can.
    pub fn writes(&self, write: Write) -> Option<Offer> {
        (self.writes)(write)
    }
}

/// Starts a program and waits until it answers this.
async fn launch(name: &str, address: SocketAddr, command: &mut Command, asked: &[u8]) -> Daemon {
    let mut daemon = Daemon::new(Folder::new(), Signal::Term);
    daemon.start(command);
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < PATIENCE && daemon.ended().is_none(), "{name}: {}", daemon.log());
        if TcpStream::connect(address).await.is_ok() {
            let mut connection = Connection::open(address).await;
            connection.ask(asked).await;
            if connection.status() == "200" {
                return daemon;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the checkout")
}

/// Runs a command that installs something.
fn install(command: &mut Command) {
    eprintln!("installing by {} …", command.get_program().display());
    assert!(command.status().is_ok_and(|status| status.success()), "{command:?} does not succeed");
}
