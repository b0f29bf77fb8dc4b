//! What is measured: servers as processes of their own, and how each of them is asked.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tests::process::{Launch, Process};

use crate::client;
use crate::read::{Ask, Read};
use crate::world::{self, SIGNING_KEY, World};
use crate::write::Write;

/// A server that is measured.
pub struct Server {
    /// What it is called in the table.
    pub name: String,
    /// The process.
    pub process: Process,
    speaks: Speaks,
}

/// How a server is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// By a document at `/graphql`.
    GraphQL,
    /// By the variables alone, at the route of what is asked.
    Bare,
}

impl Server {
    /// The real server, of a binary.
    pub async fn real(name: &str, binary: &Path, database_url: &str, objects: &Path) -> Self {
        let hex = |key: [u8; 32]| key.map(|byte| format!("{byte:02x}")).concat();
        let launch = Launch::of(binary.to_owned(), "serve")
            .args(["--database-url", database_url, "--migrate"])
            .args(["--objects".into(), objects.as_os_str().to_owned()])
            .env("REPROGRAPH_SIGNING_KEY", hex(SIGNING_KEY))
            .env("REPROGRAPH_AUDIT_KEY", hex([7; 32]))
            .env("REPROGRAPH_LOG", "warn");
        Self { name: name.to_owned(), process: launch.start().await, speaks: Speaks::GraphQL }
    }

    /// The limit.
    pub async fn limit(database_url: &str) -> Self {
        let ourselves: PathBuf = std::env::current_exe().expect("a path of our own");
        let launch = Launch::of(limit_program(ourselves), "limit").args(["--database-url", database_url]);
        Self { name: "limit".to_owned(), process: launch.start().await, speaks: Speaks::Bare }
    }

    /// A request of this server, as it goes over the wire.
    pub fn request(&self, read: Read, ask: &Ask) -> Vec<u8> {
        let token = world::token(ask.user);
        match self.speaks {
            Speaks::Bare => client::request(&format!("/{}", read.name()), &token, &ask.variables.to_string()),
            Speaks::GraphQL => {
                let body = json!({ "query": read.document(), "variables": ask.variables });
                client::request("/graphql", &token, &body.to_string())
            }
        }
    }

    /// A request that writes a batch to a run.
    pub fn write(&self, world: World, write: Write, run: u32, nth: u32) -> Vec<u8> {
        self.send(world, write, run, &write.variables(run, nth))
    }

    /// A request by which a run says something.
    pub fn say(&self, world: World, run: u32, variables: &Value) -> Vec<u8> {
        self.send(world, Write::Events, run, variables)
    }

    fn send(&self, world: World, write: Write, run: u32, variables: &Value) -> Vec<u8> {
        // The user of a project's own number may write there.
        let token = world::token(world.project_of_run(run));
        match self.speaks {
            Speaks::Bare => client::request(write.route(), &token, &variables.to_string()),
            Speaks::GraphQL => {
                let body = json!({ "query": write.document(), "variables": variables });
                client::request("/graphql", &token, &body.to_string())
            }
        }
    }
}

/// The program that has the limit: this one, or in a test the one beside it.
fn limit_program(ourselves: PathBuf) -> PathBuf {
    if ourselves.parent().is_some_and(|parent| parent.ends_with("deps")) {
        return ourselves.parent().and_then(Path::parent).expect("target/debug").join("bench");
    }
    ourselves
}
