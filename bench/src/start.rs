//! How long a server takes from its start to its first answer, and what it holds then.

use std::path::Path;
use std::time::{Duration, Instant};

use tests::dice::Dice;

use crate::client::Connection;
use crate::measure;
use crate::place::Place;
use crate::read::Read;
use crate::server::Server;
use crate::world::World;

/// The starts of a server, with nothing to migrate.
#[derive(Clone, Debug)]
pub struct Start {
    /// The server.
    pub name: String,
    /// How long each took up to the first answer, the shortest first.
    pub took: Vec<Duration>,
    /// How much memory it held after that.
    pub memory: u64,
}

impl Start {
    /// Starts a server so many times.
    pub async fn measure(name: &str, binary: &Path, (url, world, times): (&str, World, usize), place: &Place) -> Self {
        let (mut took, mut memory) = (Vec::with_capacity(times), 0);
        for _ in 0..times {
            let server = Server::real(name, binary, url, &place.objects()).await;
            let request = server.request(Read::Paper, &Read::Paper.draw(world, &mut Dice::new(3)));
            let ready = Instant::now();
            let mut connection = Connection::open(server.process.address()).await;
            connection.ask(&request).await;
            assert_eq!(connection.status(), "200", "{}", connection.said());
            took.push(server.process.started_in() + ready.elapsed());
            memory = measure::memory(server.process.pid());
        }
        took.sort();
        Self { name: name.to_owned(), took, memory }
    }

    /// The one in the middle.
    pub fn median(&self) -> Duration {
        self.took.get(self.took.len() / 2).copied().unwrap_or_default()
    }
}
