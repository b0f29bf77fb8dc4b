//! What is written: one transaction a request, in two round trips.

use tokio_postgres::Row;
use uuid::Uuid;

use super::cells::{Bound, real, text, uuid, whole};
use super::{Connection, Postgres, Sql, now};
use crate::limit::batch::{Event, Events, Points, Series, Totals, digest, touched};
use crate::limit::json::parse_id;
use crate::limit::{Appended, Asked, Logged, Wanted};

/// A run that is locked, and how far it is.
struct Locked {
    run: u128,
    project: u128,
    number: i64,
    last_seq: i64,
    series_count: i64,
}

/// A series as it will be.
struct Kept {
    id: u128,
    number: i64,
    totals: Totals,
}

impl Postgres {
    /// Logs points; none where that may not be.
    pub(in crate::limit) async fn log(&self, asked: &Asked) -> Option<Logged> {
        let allowed = self.connection().seen(&asked.digest, Wanted::Write).await?;
        let points: Points<'_> = serde_json::from_slice(&asked.body).ok()?;
        let (run, digest) = (parse_id(points.run)?, digest(&asked.body));
        self.exclusively(async |on| on.log(run, &points, digest, allowed).await).await
    }

    /// Appends events; none where that may not be.
    pub(in crate::limit) async fn append(&self, asked: &Asked) -> Option<Appended> {
        let allowed = self.connection().seen(&asked.digest, Wanted::Write).await?;
        let events: Events<'_> = serde_json::from_slice(&asked.body).ok()?;
        let (run, digest) = (parse_id(events.run)?, digest(&asked.body));
        self.exclusively(async |on| on.append(run, &events, digest, allowed).await).await
    }

    /// Does something on a connection that nobody else uses meanwhile.
    async fn exclusively<T>(&self, does: impl AsyncFnOnce(&Connection) -> Option<T>) -> Option<T> {
        let _permit = self.0.free.acquire().await.expect("it is never closed");
        let connection = self.0.writers.lock().expect("nobody panics here").pop().expect("one is free");
        let done = does(&connection).await;
        if done.is_none() {
            connection.client.batch_execute("ROLLBACK").await.expect("it is taken back");
        }
        self.0.writers.lock().expect("nobody panics here").push(connection);
        done
    }
}

impl Connection {
    async fn log(&self, run: u128, points: &Points<'_>, digest: String, allowed: Bound) -> Option<Logged> {
        let metrics = Bound::texts(points.series.iter().map(|series| series.metric));
        let (begun, named) = tokio::join!(
            self.begin(run, points.batch, &digest, allowed),
            self.rows(Sql::Named, [Bound::uuid(run), metrics])
        );
        let mut locked = match begun? {
            Ok(locked) => locked,
            Err((number, _)) => return Some(Logged { number, replayed: true }),
        };
        let mut kept = Vec::with_capacity(points.series.len());
        for series in &points.series {
            kept.push(locked.keep(&named, series)?);
        }
        let (at, number) = (now(), locked.number + 1);
        let numbers: Vec<i64> = kept.iter().map(|kept| kept.number).collect();
        let batch = [
            Bound::uuid(run),
            Bound::whole(number),
            Bound::uuid(locked.project),
            Bound::text(points.batch),
            Bound::text(&digest),
            Bound::whole(locked.last_seq),
            Bound::whole(locked.series_count),
            Bound::json(&touched(&points.series, &numbers)),
            Bound::whole(at),
        ];
        let (.., done) = tokio::join!(
            self.rows(Sql::Keep, keeping(&locked, &points.series, &kept, at)),
            self.rows(Sql::Insert, inserting(&locked, &points.series, &numbers, at)),
            self.rows(Sql::Logged, batch),
            self.client.batch_execute("COMMIT")
        );
        done.expect("it is committed");
        Some(Logged { number, replayed: false })
    }

    async fn append(&self, run: u128, events: &Events<'_>, digest: String, allowed: Bound) -> Option<Appended> {
        let locked = match self.begin(run, events.batch, &digest, allowed).await? {
            Ok(locked) => locked,
            Err((number, last)) => return Some(Appended { run, number, first: 0, last, at: 0, replayed: true }),
        };
        let (at, number) = (now(), locked.number + 1);
        let count = i64::try_from(events.said.len()).ok()?;
        let (first, last) = (locked.last_seq + 1, locked.last_seq + count);
        let batch = [
            Bound::uuid(run),
            Bound::whole(number),
            Bound::uuid(locked.project),
            Bound::text(events.batch),
            Bound::text(&digest),
            Bound::whole(first),
            Bound::whole(last),
            Bound::whole(locked.series_count),
            Bound::whole(at),
        ];
        let (.., done) = tokio::join!(
            self.rows(Sql::Say, saying(run, &events.said, first, at)),
            self.rows(Sql::Said, batch),
            self.client.batch_execute("COMMIT")
        );
        done.expect("it is committed");
        Some(Appended { run, number, first, last, at, replayed: false })
    }

    /// Locks a run; or, where the batch was taken in before, its number and its last event. None where that may not be.
    async fn begin(&self, run: u128, batch: &str, digest: &str, allowed: Bound) -> Option<Result<Locked, (i64, i64)>> {
        let (begun, runs, batches) = tokio::join!(
            self.client.batch_execute("BEGIN"),
            self.rows(Sql::Lock, [Bound::uuid(run), allowed]),
            self.rows(Sql::Batches, [Bound::uuid(run), Bound::text(batch)])
        );
        begun.expect("it begins");
        let project = uuid(runs.first()?, 0);
        if let Some(before) = batches.iter().find(|before| text(before, 1) == batch) {
            self.client.batch_execute("COMMIT").await.expect("it ends");
            return (text(before, 2) == digest).then(|| Err((whole(before, 0), whole(before, 3))));
        }
        let newest = |column| batches.last().map_or(0, |newest| whole(newest, column));
        Some(Ok(Locked { run, project, number: newest(0), last_seq: newest(3), series_count: newest(4) }))
    }
}

impl Locked {
    /// A series with the points of a batch; none where they are not all after its last.
    fn keep(&mut self, named: &[Row], series: &Series<'_>) -> Option<Kept> {
        let same = |row: &&Row| text(row, 1) == series.metric && text(row, 2) == series.split.unwrap_or_default();
        if let Some(row) = named.iter().find(same) {
            let before = Totals {
                count: whole(row, 4),
                first_step: whole(row, 5),
                last_step: whole(row, 6),
                first: real(row, 7),
                last: real(row, 8),
                min: real(row, 9),
                max: real(row, 10),
            };
            return Some(Kept { id: uuid(row, 0), number: whole(row, 3), totals: Totals::with(Some(before), series)? });
        }
        self.series_count += 1;
        let id = Uuid::now_v7().as_u128();
        Some(Kept { id, number: self.series_count, totals: Totals::with(None, series)? })
    }
}

fn keeping(locked: &Locked, series: &[Series<'_>], kept: &[Kept], at: i64) -> [Bound; 14] {
    let ids: Vec<u128> = kept.iter().map(|kept| kept.id).collect();
    let wholes = |of: fn(&Kept) -> i64| Bound::wholes(kept.iter().map(of));
    let reals = |of: fn(&Kept) -> f64| Bound::reals(kept.iter().map(of));
    [
        Bound::uuid(locked.project),
        Bound::uuid(locked.run),
        Bound::whole(at),
        Bound::uuids(&ids),
        wholes(|kept| kept.number),
        Bound::texts(series.iter().map(|series| series.metric)),
        Bound::texts(series.iter().map(|series| series.split.unwrap_or_default())),
        wholes(|kept| kept.totals.count),
        wholes(|kept| kept.totals.first_step),
        wholes(|kept| kept.totals.last_step),
        reals(|kept| kept.totals.first),
        reals(|kept| kept.totals.last),
        reals(|kept| kept.totals.min),
        reals(|kept| kept.totals.max),
    ]
}

fn inserting(locked: &Locked, series: &[Series<'_>], numbers: &[i64], at: i64) -> [Bound; 7] {
    let all = |of: &dyn Fn(&Series<'_>, i64) -> Vec<i64>| -> Vec<i64> {
        series.iter().zip(numbers).flat_map(|(series, number)| of(series, *number)).collect()
    };
    let of_series = all(&|series, number| vec![number; series.steps.len()]);
    let steps = all(&|series, _| series.steps.clone());
    let values: Vec<f64> = series.iter().flat_map(|series| series.values.iter().copied()).collect();
    let count = steps.len();
    [
        Bound::uuid(locked.run),
        Bound::whole(locked.number + 1),
        Bound::wholes(of_series.into_iter()),
        Bound::wholes(steps.into_iter()),
        Bound::reals(values.into_iter()),
        Bound::reals(std::iter::repeat_n(f64::NAN, count)),
        Bound::times(std::iter::repeat_n(at, count)),
    ]
}

fn saying(run: u128, events: &[Event<'_>], first: i64, at: i64) -> [Bound; 5] {
    let seqs: Vec<i64> = (first..).take(events.len()).collect();
    [
        Bound::uuid(run),
        Bound::wholes(seqs.into_iter()),
        Bound::times(std::iter::repeat_n(at, events.len())),
        Bound::texts(events.iter().map(|event| event.kind)),
        Bound::jsons(events.iter().map(|event| event.payload.get())),
    ]
}
