//! What a run came to: in the terminal, and in docs/PERFORMANCE.md.

use std::fmt::Write;
use std::path::Path;

use tests::database::Kind;

use crate::measure;
use crate::peer::PEERS;
use crate::place::SETTINGS;
use crate::run::Plan;
use crate::start::Start;
use crate::table::{self, BASIS, HEAD, Row};

/// What a run came to.
#[derive(Debug)]
pub struct Report {
    database: Kind,
    rows: Vec<Row>,
    /// The starts of servers.
    pub starts: Vec<Start>,
    /// What subscribers cost who wait.
    pub waiting: Vec<Waiting>,
    /// What servers held in the end, in bytes.
    pub held: Vec<(String, u64)>,
}

/// What each subscriber costs who waits.
#[derive(Debug)]
pub struct Waiting {
    /// The server.
    pub name: String,
    /// How many bytes it needs for each.
    pub each: u64,
}

/// The document.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/PERFORMANCE.md");

impl Report {
    /// A report that says nothing yet.
    pub fn of(database: Kind) -> Self {
        Self { database, rows: Vec::new(), starts: Vec::new(), waiting: Vec::new(), held: Vec::new() }
    }

    /// Adds the rows of a workload, and prints them.
    pub fn add(&mut self, rows: Vec<Row>) {
        print!("{}", lines(&rows));
        self.rows.extend(rows);
    }

    /// Starts, memory and noise.
    pub fn beside_the_table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        for start in &self.starts {
            let (took, kib) = (start.median().as_millis(), start.memory >> 10);
            let _ = writeln!(text, "- `{}`: {took} ms from its start to its first answer, then {kib} KiB.", start.name);
        }
        for Waiting { name, each } in &self.waiting {
            let _ = writeln!(text, "- `{name}`: {each} bytes for each subscriber who waits.");
        }
        for (name, held) in &self.held {
            let _ = writeln!(text, "- `{name}`: {} MiB after all that was measured.", held >> 20);
        }
        for (row, peer) in self.beside_peers() {
            let times = row.rate() / peer.rate();
            let (workload, connections) = (&row.workload, row.connections);
            let _ = writeln!(
                text,
                "- `{}`: {times:.1} times {}, {workload}, {connections} connections.",
                row.server, peer.server
            );
        }
        let (least, most) = table::noise(&self.rows);
        let _ = writeln!(
            text,
            "- Noise: a fixed piece of work took {} to {} ms beside the slices.",
            least.as_millis(),
            most.as_millis()
        );
        text
    }

    /// Each row of the first server, and that of each peer in the same workload.
    fn beside_peers(&self) -> impl Iterator<Item = (&Row, &Row)> {
        let first = self.rows.first().map(|row| row.server.as_str());
        let own = self.rows.iter().filter(move |row| Some(row.server.as_str()) == first);
        own.flat_map(|row| {
            let beside = |peer: &&Row| peer.workload == row.workload && peer.connections == row.connections;
            let peers = self.rows.iter().filter(|peer| PEERS.contains(&peer.server.as_str()));
            peers.filter(beside).map(move |peer| (row, peer))
        })
    }

    /// Writes what this run came to into the document, in place of what the last run on this database did.
    pub fn write(&self, plan: &Plan) {
        let page = Path::new(PAGE);
        let before = std::fs::read_to_string(page).expect("the document");
        let (open, close) = self.marks();
        let (head, rest) = before.split_once(&open).expect("where it begins");
        let (_, tail) = rest.split_once(&close).expect("where it ends");
        std::fs::write(page, format!("{head}{open}\n{}\n{close}{tail}", self.text(plan))).expect("it is written");
    }

    fn marks(&self) -> (String, String) {
        let name = match self.database {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        };
        (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"))
    }

    fn text(&self, plan: &Plan) -> String {
        let settings = match self.database {
            Kind::Sqlite => "a file, with a write-ahead log that is synchronised in full".to_owned(),
            Kind::Postgres => format!("fsync on, and {}", SETTINGS.map(|setting| format!("`{setting}`")).join(", ")),
        };
        format!(
            "Machine: {}. World: {}. {} slices of {} ms for each server, in turns. Database: {settings}.\n\n{HEAD}{}\n{}",
            measure::machine(),
            plan.size.name(),
            plan.slices,
            plan.slice_ms,
            lines(&self.rows),
            self.beside_the_table(),
        )
    }
}

/// The lines of rows, each beside the limit of its workload.
fn lines(rows: &[Row]) -> String {
    let basis = |row: &Row| {
        let same = |other: &&Row| {
            other.server == BASIS && other.workload == row.workload && other.connections == row.connections
        };
        rows.iter().find(same)
    };
    rows.iter().map(|row| table::line(row, basis(row))).collect()
}
