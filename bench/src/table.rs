//! What was measured, as a table: medians of slices, with their range.

use std::fmt::Write;
use std::time::Duration;

use crate::slice::Slice;

/// What one server came to in one workload.
#[derive(Clone, Debug)]
pub struct Row {
    /// The workload.
    pub workload: String,
    /// How many connections asked.
    pub connections: usize,
    /// The server.
    pub server: String,
    /// The slices.
    pub slices: Vec<Slice>,
}

/// The server that the others are compared with.
pub const BASIS: &str = "limit";

impl Row {
    fn rates(&self) -> Vec<f64> {
        let mut rates: Vec<f64> = self.slices.iter().map(|slice| slice.rate).collect();
        rates.sort_by(f64::total_cmp);
        rates
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        middle(&self.rates())
    }

    fn median(&self, of: impl Fn(&Slice) -> Duration) -> f64 {
        let mut all: Vec<f64> = self.slices.iter().map(|slice| of(slice).as_secs_f64() * 1e6).collect();
        all.sort_by(f64::total_cmp);
        middle(&all)
    }

    fn cpu(&self) -> f64 {
        self.median(|slice| slice.server + slice.database)
    }

    /// The ratios of the slices to those of another server that were measured just beside them.
    fn ratios(&self, basis: &Self) -> Vec<f64> {
        let mut ratios: Vec<f64> =
            self.slices.iter().zip(&basis.slices).map(|(slice, basis)| slice.rate / basis.rate).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    }
}

fn middle(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

/// The head of the table.
pub const HEAD: &str = "| workload | connections | server | of the limit | range | CPU, of the limit | a second | server µs | database µs |\n\
    | --- | ---: | --- | ---: | --- | ---: | ---: | ---: | ---: |\n";

/// A line of the table, beside the row of the limit in the same workload.
pub fn line(row: &Row, basis: Option<&Row>) -> String {
    let mut line = format!("| {} | {} | {} |", row.workload, row.connections, row.server);
    // Writing to a String cannot fail.
    let _ = match basis.filter(|_| row.server != BASIS) {
        None => write!(line, " 1 | | 1 |"),
        Some(basis) => {
            let ratios = row.ratios(basis);
            let (least, most) =
                (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
            write!(line, " {:.2} | {least:.2}–{most:.2} | {:.2} |", middle(&ratios), row.cpu() / basis.cpu())
        }
    };
    let (server, database) = (row.median(|slice| slice.server), row.median(|slice| slice.database));
    let _ = writeln!(line, " {:.0} | {} | {} |", row.rate(), short(server), short(database));
    line
}

/// A number with as many digits as tell something.
fn short(number: f64) -> String {
    if number < 20.0 { format!("{number:.1}") } else { format!("{number:.0}") }
}

/// How much the machine's own speed changed: the least and the most that its fixed piece of work took.
pub fn noise(rows: &[Row]) -> (Duration, Duration) {
    let spins = || rows.iter().flat_map(|row| row.slices.iter().map(|slice| slice.spin));
    (spins().min().unwrap_or_default(), spins().max().unwrap_or_default())
}
