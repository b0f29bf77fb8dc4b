//! A slice: a closed loop of so many connections for so long, and what it took.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::client::Connection;
use crate::measure;

/// What a slice came to.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Answers a second.
    pub rate: f64,
    /// Processor time of the server, for each answer.
    pub server: Duration,
    /// Processor time of the database's processes, for each answer.
    pub database: Duration,
    /// How long the machine's fixed piece of work took before it.
    pub spin: Duration,
}

/// Whose processor time is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// The server's first process.
    pub server: u32,
    /// The first process of PostgreSQL, where there is one.
    pub cluster: Option<u32>,
}

/// The requests of a slice: that of a connection, which is the `nth` of all.
pub type Source = Arc<dyn Fn(usize, usize) -> Bytes + Send + Sync>;

/// Asks a server for these requests, as fast as it answers.
pub async fn measure(
    address: std::net::SocketAddr,
    requests: &Source,
    (connections, time): (usize, Duration),
    counted: Counted,
) -> Slice {
    let next = Arc::new(AtomicUsize::new(0));
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await);
    }
    let spin = measure::spin();
    let before = counted.now();
    let began = Instant::now();
    let loops: Vec<_> = open
        .into_iter()
        .enumerate()
        .map(|(place, mut connection)| {
            let (requests, next) = (Arc::clone(requests), Arc::clone(&next));
            tokio::spawn(async move {
                let mut answers = 0_u32;
                while began.elapsed() < time {
                    let request = requests(place, next.fetch_add(1, Ordering::Relaxed));
                    let body = connection.ask(&request).await;
                    let fine = body.starts_with(b"{") && !body.starts_with(b"{\"errors\"");
                    assert!(fine && connection.status() == "200", "{}", connection.said());
                    answers += 1;
                }
                answers
            })
        })
        .collect();
    let mut answers = 0;
    for one in loops {
        answers += one.await.expect("it goes on to the end");
    }
    Slice::of(answers, began.elapsed(), (before, counted.now()), spin)
}

impl Slice {
    /// What so many answers took.
    pub fn of(answers: u32, took: Duration, (before, after): (Spent, Spent), spin: Duration) -> Self {
        let each = |before: Duration, after: Duration| after.saturating_sub(before) / answers.max(1);
        Self {
            rate: f64::from(answers) / took.as_secs_f64(),
            server: each(before.server, after.server),
            database: each(before.database, after.database),
            spin,
        }
    }
}

impl Slice {
    /// The same, where so many answers are one.
    #[must_use]
    pub fn per(self, answers: u32) -> Self {
        let (server, database) = (self.server * answers, self.database * answers);
        Self { rate: self.rate / f64::from(answers), server, database, ..self }
    }
}

/// The processor time that was used so far.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    server: Duration,
    database: Duration,
}

impl Counted {
    /// What was used so far.
    pub fn now(self) -> Spent {
        let database = self.cluster.map(measure::cpu_of_all).unwrap_or_default();
        Spent { server: measure::cpu_of_all(self.server), database }
    }
}
