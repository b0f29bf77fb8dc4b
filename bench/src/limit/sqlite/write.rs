//! What is written: one transaction a request, on the one connection that writes.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::{Sqlite, read};
use crate::limit::batch::{Events, Points, Series, Totals, digest, touched};
use crate::limit::json::parse_id;
use crate::limit::{Appended, Asked, Logged, Wanted};

/// A run that may be written to, and how far it is.
struct Begun {
    run: [u8; 16],
    project: [u8; 16],
    number: i64,
    last_seq: i64,
    series_count: i64,
}

const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

const LOCK: &str = "SELECT project_id FROM runs
    WHERE id = ?1 AND project_id IN (SELECT unhex(value) FROM json_each(?2)) AND deleted_at IS NULL
        AND origin = 'IMPORTED'";

const BATCHES: &str = "SELECT number, batch_id, digest, last_seq, series_count FROM run_batches
    WHERE run_id = ?1 AND batch_id = ?2
    UNION ALL
    SELECT * FROM (
        SELECT number, batch_id, digest, last_seq, series_count FROM run_batches
        WHERE run_id = ?1 ORDER BY number DESC LIMIT 1
    )";

const NAMED: &str = "SELECT number, count, first_step, last_step, first, last, min, max FROM run_series
    WHERE run_id = ?1 AND metric = ?2 AND split IS ?3";

const POINT: &str = "INSERT INTO series_points (run_id, series_number, step, value, ts, batch_number)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (run_id, series_number, step) DO UPDATE SET
        value = excluded.value, special = excluded.special, t = excluded.t, ts = excluded.ts,
        batch_number = excluded.batch_number";

const EVENT: &str = "INSERT INTO run_events (run_id, seq, ts, event_type, payload) VALUES (?1, ?2, ?3, ?4, ?5)";

impl Sqlite {
    /// Logs points; none where that may not be.
    pub(in crate::limit) fn log(&self, asked: &Asked) -> Option<Logged> {
        let points: Points<'_> = serde_json::from_slice(&asked.body).ok()?;
        self.write(|on| log(on, &points, asked))
    }

    /// Appends events; none where that may not be.
    pub(in crate::limit) fn append(&self, asked: &Asked) -> Option<Appended> {
        let events: Events<'_> = serde_json::from_slice(&asked.body).ok()?;
        self.write(|on| append(on, &events, asked))
    }

    fn write<T>(&self, does: impl FnOnce(&Transaction<'_>) -> Option<T>) -> Option<T> {
        let mut writer = self.writer().lock().expect("nobody panics here");
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate).expect("it begins");
        let done = does(&transaction)?;
        transaction.commit().expect("it is committed");
        Some(done)
    }
}

/// Finds the run; or, where the batch was taken in before, its number and its last event. None where that may not be.
fn begin(on: &Connection, run: u128, batch: &str, asked: &Asked) -> Option<Result<Begun, (i64, i64)>> {
    let (run, allowed) = (run.to_be_bytes(), read::seen(on, &asked.digest, Wanted::Write)?);
    let mut lock = on.prepare_cached(LOCK).expect("a statement");
    let project = lock.query_row(params![run, allowed], |row| row.get(0)).optional().expect("a row")?;
    let mut batches = on.prepare_cached(BATCHES).expect("a statement");
    let mut rows = batches.query(params![run, batch]).expect("rows");
    let mut begun = Begun { run, project, number: 0, last_seq: 0, series_count: 0 };
    while let Some(row) = rows.next().expect("a row") {
        let (name, held): (String, String) = (row.get(1).expect("a name"), row.get(2).expect("a digest"));
        (begun.number, begun.last_seq) = (row.get(0).expect("a number"), row.get(3).expect("a number"));
        begun.series_count = row.get(4).expect("a number");
        if name == batch {
            return (held == digest(&asked.body)).then_some(Err((begun.number, begun.last_seq)));
        }
    }
    Some(Ok(begun))
}

fn log(on: &Connection, points: &Points<'_>, asked: &Asked) -> Option<Logged> {
    let mut begun = match begin(on, parse_id(points.run)?, points.batch, asked)? {
        Ok(begun) => begun,
        Err((number, _)) => return Some(Logged { number, replayed: true }),
    };
    let (at, number) = (now(on), begun.number + 1);
    let mut numbers = Vec::with_capacity(points.series.len());
    for series in &points.series {
        let of = begun.keep(on, series)?;
        numbers.push(of);
        let mut insert = on.prepare_cached(POINT).expect("a statement");
        for (step, value) in series.steps.iter().zip(&series.values) {
            insert.execute(params![begun.run, of, step, value, at, number]).expect("it is written");
        }
    }
    let touched = touched(&points.series, &numbers);
    begun.end(on, (points.batch, "LOG", &digest(&asked.body)), None, &touched);
    Some(Logged { number, replayed: false })
}

fn append(on: &Connection, events: &Events<'_>, asked: &Asked) -> Option<Appended> {
    let run = parse_id(events.run)?;
    let mut begun = match begin(on, run, events.batch, asked)? {
        Ok(begun) => begun,
        Err((number, last)) => return Some(Appended { run, number, first: 0, last, at: 0, replayed: true }),
    };
    let (at, number, first) = (now(on), begun.number + 1, begun.last_seq + 1);
    let mut insert = on.prepare_cached(EVENT).expect("a statement");
    for event in &events.said {
        begun.last_seq += 1;
        let values = params![begun.run, begun.last_seq, at, event.kind, event.payload.get()];
        insert.execute(values).expect("it is written");
    }
    begun.end(on, (events.batch, "APPEND", &digest(&asked.body)), Some(first), "[]");
    let at = on.query_row("SELECT unixepoch('now', 'subsec')", [], |row| row.get::<_, f64>(0)).expect("a time");
    Some(Appended { run, number, first, last: begun.last_seq, at: micros(at), replayed: false })
}

fn now(on: &Connection) -> String {
    on.query_row(&format!("SELECT {NOW}"), [], |row| row.get(0)).expect("a time")
}

/// Seconds since 1970 as microseconds since 2000.
fn micros(seconds: f64) -> i64 {
    let since = std::time::Duration::from_secs_f64(seconds);
    i64::try_from(since.as_micros()).expect("a time") - 946_684_800_000_000
}

impl Begun {
    /// Keeps what a series comes to with the points of a batch, and says its number.
    fn keep(&mut self, on: &Connection, series: &Series<'_>) -> Option<i64> {
        const ADD: &str =
            "INSERT INTO run_series (id, project_id, run_id, number, metric, split, count, first_step, last_step,
                first, last, min, max)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        const KEEP: &str = "UPDATE run_series SET count = ?3, last_step = ?4, last = ?5, min = ?6, max = ?7,
            updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE run_id = ?1 AND number = ?2";
        let mut named = on.prepare_cached(NAMED).expect("a statement");
        let found = named.query_row(params![self.run, series.metric, series.split], |row| {
            let totals = Totals {
                count: row.get(1)?,
                first_step: row.get(2)?,
                last_step: row.get(3)?,
                first: row.get(4)?,
                last: row.get(5)?,
                min: row.get(6)?,
                max: row.get(7)?,
            };
            Ok((row.get::<_, i64>(0)?, totals))
        });
        if let Some((number, before)) = found.optional().expect("a row") {
            let Totals { count, last_step, last, min, max, .. } = Totals::with(Some(before), series)?;
            let values = params![self.run, number, count, last_step, last, min, max];
            on.prepare_cached(KEEP).expect("a statement").execute(values).expect("it is written");
            return Some(number);
        }
        self.series_count += 1;
        let t = Totals::with(None, series)?;
        let (id, number) = (Uuid::now_v7().into_bytes(), self.series_count);
        let (run, project) = (self.run, self.project);
        let values = params![
            id,
            project,
            run,
            number,
            series.metric,
            series.split,
            t.count,
            t.first_step,
            t.last_step,
            t.first,
            t.last,
            t.min,
            t.max
        ];
        on.prepare_cached(ADD).expect("a statement").execute(values).expect("it is written");
        Some(number)
    }

    /// Keeps the batch.
    fn end(&self, on: &Connection, (name, kind, digest): (&str, &str, &str), first: Option<i64>, touched: &str) {
        const ADD: &str =
            "INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq,
                series_count, touched)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let (number, last) = (self.number + 1, self.last_seq);
        let values =
            params![self.run, number, self.project, name, kind, digest, first, last, self.series_count, touched];
        on.prepare_cached(ADD).expect("a statement").execute(values).expect("it is written");
    }
}
