//! `PostGraphile` on the tables of a world, as npm installs it.

use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;
use tests::dice::Dice;
use tests::http::free_address;

use super::{Offer, Peer, install, launch, root};
use crate::client::request;
use crate::read::Read;
use crate::world::World;

/// What it is called.
pub(super) const NAME: &str = "PostGraphile";

/// How many requests are drawn for a workload.
const DRAWN: usize = 4000;

pub(super) async fn start(database_url: &str, world: World) -> Peer {
    let folder = root().join("bench/peers/postgraphile");
    install(Command::new(root().join("scripts/npm-packages")).arg(&folder));
    let (name, address) = (NAME, free_address());
    let mut command = Command::new("node");
    command.arg("--import").arg(folder.join("older-node.js"));
    command.arg(folder.join("node_modules/postgraphile/dist/cli-run.js"));
    command.arg("-C").arg(folder.join("graphile.config.js"));
    command.args(["-n", "127.0.0.1", "-p", &address.port().to_string()]);
    command.env("DATABASE_URL", database_url).env("GRAPHILE_ENV", "production").env("NODE_ENV", "production");
    let asked = request("/graphql", "", "{\"query\":\"{ __typename }\"}");
    let daemon = launch(name, address, &mut command, &asked).await;
    Peer { name, address, daemon, reads: Box::new(move |read| reads(world, read)), writes: Box::new(|_| None) }
}

fn reads(world: World, read: Read) -> Option<Offer> {
    let document = read.of_postgraphile()?;
    let mut dice = Dice::new(1);
    let draw = |_| {
        let body = json!({ "query": document, "variables": read.draw(world, &mut dice).plain });
        Bytes::from(request("/graphql", "", &body.to_string()))
    };
    let all: Vec<Bytes> = (0..DRAWN).map(draw).collect();
    Some(Offer { source: Arc::new(move |_, nth| all[nth % DRAWN].clone()), per: 1 })
}
