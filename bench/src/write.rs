//! What running work writes: batches of points and of events, each of another step, to a run for each connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde_json::json;

use crate::server::Server;
use crate::slice::Source;
use crate::world::{self, WRITTEN, World};

/// What is written by one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// 1,000 points in four series.
    Points,
    /// 100,000 points in four series.
    ManyPoints,
    /// 1,000 events.
    Events,
}

impl Write {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Points, Self::ManyPoints, Self::Events];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::ManyPoints => "many-points",
            Self::Events => "said",
        }
    }

    /// What it is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Points => "ingest of 1,000 points",
            Self::ManyPoints => "ingest of 100,000 points",
            Self::Events => "ingest of 1,000 run events",
        }
    }

    /// The document.
    pub const fn document(self) -> &'static str {
        match self {
            Self::Points | Self::ManyPoints => include_str!("../workloads/points.graphql"),
            Self::Events => include_str!("../workloads/said.graphql"),
        }
    }

    /// The route of the limit.
    pub const fn route(self) -> &'static str {
        match self {
            Self::Points | Self::ManyPoints => "/points",
            Self::Events => "/said",
        }
    }

    /// The most connections that may write so much at once.
    pub const fn most_connections(self) -> usize {
        match self {
            Self::ManyPoints => 16,
            Self::Points | Self::Events => 64,
        }
    }

    /// The variables of a batch that is the `nth` of a run: what it says follows what was said before.
    pub fn variables(self, run: u32, nth: u32) -> serde_json::Value {
        let mut variables = json!({ "run": world::run(run).to_string(), "batch": format!("{}-{nth}", self.name()) });
        let (name, list) = match self {
            Self::Points => ("series", series(nth, 250)),
            Self::ManyPoints => ("series", series(nth, 25_000)),
            Self::Events => ("events", events(nth, 1000)),
        };
        variables[name] = list;
        variables
    }

    /// Requests of a server that write to runs of its own, from `first` on, whatever was written before.
    pub fn source(self, world: World, server: &Arc<Server>, first: u32) -> Source {
        let counters: Vec<AtomicU32> = (0..64).map(|_| AtomicU32::new(0)).collect();
        let server = Arc::clone(server);
        Arc::new(move |connection, _| {
            let nth = counters[connection].fetch_add(1, Ordering::Relaxed);
            let run = world.written_run(first + u32::try_from(connection).expect("few connections"));
            Bytes::from(server.write(world, self, run, nth))
        })
    }
}

/// How many kinds of writers there may be at once: each has 64 runs.
pub const WRITERS: u32 = WRITTEN / 64;

fn series(nth: u32, points: u32) -> serde_json::Value {
    let steps: Vec<u32> = (nth * points..(nth + 1) * points).collect();
    let one = |metric: &str, split: &str, salt: u32| {
        let values: Vec<f64> = steps.iter().map(|step| f64::from(step % 10_007 + salt) / 10_007.0).collect();
        json!({ "metric": metric, "split": split, "steps": steps, "values": values })
    };
    json!([one("loss", "train", 1), one("loss", "val", 2), one("accuracy", "train", 3), one("accuracy", "val", 4)])
}

/// So many events.
pub fn events(nth: u32, count: u32) -> serde_json::Value {
    let event = |at: u32| {
        let line = format!("epoch {} went as it should", nth * count + at);
        json!({ "eventType": "LOG_LINE", "payload": { "line": line, "step": at } })
    };
    (0..count).map(event).collect()
}
