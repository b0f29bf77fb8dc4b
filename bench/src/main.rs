//! How fast Reprograph is: beside a limit server that does nothing but the work, in one run and in one table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate measures: what goes wrong in it is a panic"
)]

mod client;
mod equal;
mod limit;
mod live;
mod measure;
mod peer;
mod place;
#[cfg(test)]
mod proof;
mod read;
mod report;
mod run;
mod server;
mod slice;
mod start;
mod table;
mod world;
mod write;

use std::net::SocketAddr;

use clap::{Parser, Subcommand};

use world::Size;

/// Measures Reprograph.
#[derive(Debug, Parser)]
struct Command {
    #[command(subcommand)]
    does: Does,
}

#[derive(Debug, Subcommand)]
enum Does {
    /// Writes a world into an empty database.
    World {
        /// The database, as the server takes it.
        #[arg(long)]
        database_url: String,
        /// How large it is to be.
        #[arg(long, default_value = "small")]
        size: Size,
    },
    /// Measures a world.
    Run(run::Plan),
    /// Serves a world as the limit.
    Limit {
        /// Where it listens.
        #[arg(long)]
        listen: SocketAddr,
        /// The database, as the server takes it.
        #[arg(long)]
        database_url: String,
    },
}

#[tokio::main]
async fn main() {
    match Command::parse().does {
        Does::World { database_url, size } => world::load(&database_url, size.world()).await,
        Does::Run(plan) => run::run(&plan).await,
        Does::Limit { listen, database_url } => limit::serve(listen, &database_url).await,
    }
}
