//! What is read: a statement a level, and of the rows of all levels one pass that writes.

use std::iter::Peekable;
use std::slice::Iter;

use tokio_postgres::Row;

use super::cells::{Bound, items, raw, uuid, whole, write_real, write_whole};
use super::{Connection, Postgres, Sql};
use crate::limit::json::{Out, parse_id};
use crate::limit::shape::{self, Cell, Cells, Shape};
use crate::limit::{Asked, Variables, Wanted, cursor};
use crate::read::Read;

/// The rows of a level, in the order of their parents, whose numbers stand in the first column.
type Level<'a> = Peekable<Iter<'a, Row>>;

impl Postgres {
    /// The answer; none for whoever is not let in.
    pub(in crate::limit) async fn read(&self, read: Read, asked: Asked) -> Option<Out> {
        let connection = self.connection();
        let seen = connection.seen(&asked.digest, Wanted::Read).await?;
        let variables: Variables<'_> = serde_json::from_slice(&asked.body).ok()?;
        match read {
            Read::Paper => connection.paper(seen, parse_id(variables.id)?).await,
            Read::Page => connection.page(seen, variables.after).await,
            Read::Dashboard => connection.dashboard(seen, variables.after).await,
            Read::Run => connection.run(seen, parse_id(variables.id)?).await,
            Read::Events => connection.events(seen, parse_id(variables.id)?, variables.after).await,
            Read::Runs => connection.runs(seen, parse_id(variables.project)?, variables.since).await,
        }
        .into()
    }
}

impl Connection {
    async fn paper(&self, seen: Bound, id: u128) -> Out {
        let rows = self.rows(Sql::Paper, [Bound::uuid(id), seen]).await;
        let mut out = Out::with_room(2048);
        out.raw(b"{\"data\":{\"paper\":");
        match rows.first() {
            Some(row) => row.object(shape::PAPER, &mut out),
            None => out.raw(b"null"),
        }
        out.raw(b"}}");
        out
    }

    async fn page(&self, seen: Bound, after: &str) -> Out {
        let (added, id) = place(after);
        let mut papers = self.rows(Sql::Papers, [seen, added, id]).await;
        let more = cut(&mut papers, 50);
        let ids = Bound::uuids(&ids(&papers, 0));
        let (claims, (plans, runs, evals)) =
            tokio::join!(self.rows(Sql::Claims, [ids.clone()]), self.below_papers(ids.clone()));
        let (mut claims, mut plans) = (claims.iter().peekable(), (1_i64..).zip(&plans).peekable());
        let (mut runs, mut evals) = ((1_i64..).zip(&runs).peekable(), evals.iter().peekable());
        let mut out = Out::with_room(1 << 19);
        out.raw(b"{\"data\":{\"papers\":");
        list(&mut out, (1_i64..).zip(&papers), |(at, paper), out| {
            paper.open(shape::PAPER_OF_PAGE, out);
            out.raw(b",\"claims\":");
            leaves(out, &mut claims, at, shape::CLAIM);
            out.raw(b"},\"plans\":");
            list(out, std::iter::from_fn(|| plans.next_if(|(_, plan)| whole(plan, 0) == at)), |(at, plan), out| {
                plan.open_from(1, shape::PLAN, out);
                out.raw(b",\"runs\":");
                list(out, std::iter::from_fn(|| runs.next_if(|(_, run)| whole(run, 0) == at)), |(at, run), out| {
                    run.open_from(1, shape::RUN_OF_PLAN, out);
                    out.raw(b",\"evals\":");
                    leaves(out, &mut evals, at, shape::EVAL);
                    out.raw(b"}}");
                });
                out.raw(b"}}");
            });
            out.raw(b"}}");
        });
        close(&mut out, more, "}}");
        out
    }

    async fn below_papers(&self, papers: Bound) -> (Vec<Row>, Vec<Row>, Vec<Row>) {
        let plans = self.rows(Sql::Plans, [papers]).await;
        let runs = self.rows(Sql::Runs, [Bound::uuids(&ids(&plans, 1))]).await;
        let evals = self.rows(Sql::Evals, [Bound::uuids(&ids(&runs, 1))]).await;
        (plans, runs, evals)
    }

    async fn dashboard(&self, seen: Bound, after: &str) -> Out {
        let (added, id) = place(after);
        let mut papers = self.rows(Sql::Dashboard, [seen, added, id]).await;
        let more = cut(&mut papers, 100);
        let mut out = Out::with_room(1 << 15);
        out.raw(b"{\"data\":{\"papers\":");
        list(&mut out, papers.iter(), |paper, out| {
            paper.open(shape::PAPER_OF_DASHBOARD, out);
            out.raw(b",\"latestRun\":");
            if raw(paper, 2).is_some() {
                paper.open_from(2, shape::LATEST, out);
                out.raw(b"}");
            } else {
                out.raw(b"null");
            }
            out.raw(b",\"summary\":");
            paper.open_from(6, shape::SUMMARY, out);
            out.raw(b"},\"claims\":{\"totalCount\":");
            paper.write(10, Cell::Whole, out);
            out.raw(b"},\"evals\":{\"totalCount\":");
            paper.write(11, Cell::Whole, out);
            out.raw(b"}}");
        });
        close(&mut out, more, "}}");
        out
    }

    async fn run(&self, seen: Bound, id: u128) -> Out {
        // The second does not need the first, but what it finds is shown only when the first is seen.
        let (run, series) =
            tokio::join!(self.rows(Sql::Run, [Bound::uuid(id), seen]), self.rows(Sql::Series, [Bound::uuid(id)]));
        let mut out = Out::with_room(1 << 15);
        out.raw(b"{\"data\":{\"run\":");
        let Some(run) = run.first() else {
            out.raw(b"null}}");
            return out;
        };
        run.open(shape::RUN, &mut out);
        out.raw(b",\"series\":");
        list(&mut out, series.iter(), |series, out| {
            series.open(shape::SERIES, out);
            out.raw(b",\"points\":");
            points(series, out);
            out.raw(b"}");
        });
        out.raw(b"}}}}");
        out
    }

    async fn events(&self, seen: Bound, id: u128, after: &str) -> Out {
        let after = cursor::<(String, i64, String, i64)>(after).map_or(0, |(.., seq)| seq);
        let (run, mut events) = tokio::join!(
            self.rows(Sql::Run, [Bound::uuid(id), seen]),
            self.rows(Sql::Events, [Bound::uuid(id), Bound::whole(after)])
        );
        let mut out = Out::with_room(1 << 15);
        if run.is_empty() {
            out.raw(b"{\"data\":{\"run\":null}}");
            return out;
        }
        let more = cut(&mut events, 100);
        out.raw(b"{\"data\":{\"run\":{\"events\":");
        list(&mut out, events.iter(), |event, out| {
            out.raw(b"{\"id\":");
            out.nth("runevent", id, whole(event, 0));
            for (at, (name, cell)) in shape::EVENT.iter().enumerate() {
                out.name(at + 1, name);
                event.write(at, *cell, out);
            }
            out.raw(b"}");
        });
        close(&mut out, more, "}}}");
        out
    }

    async fn runs(&self, seen: Bound, project: u128, since: &str) -> Out {
        let mut runs = self.rows(Sql::RunsByMetric, [Bound::uuid(project), seen, Bound::text(since)]).await;
        let more = cut(&mut runs, 20);
        let mut out = Out::with_room(1 << 13);
        out.raw(b"{\"data\":{\"runs\":");
        list(&mut out, runs.iter(), |run, out| run.object(shape::RUN_OF_LIST, out));
        close(&mut out, more, "}}");
        out
    }
}

/// Writes a list of nodes, and leaves its connection open.
fn list<T>(out: &mut Out, rows: impl Iterator<Item = T>, mut write: impl FnMut(T, &mut Out)) {
    out.raw(b"{\"nodes\":[");
    for (at, row) in rows.enumerate() {
        if at > 0 {
            out.raw(b",");
        }
        write(row, out);
    }
    out.raw(b"]");
}

/// Writes those rows of a level whose parent has this number.
fn leaves(out: &mut Out, level: &mut Level<'_>, parent: i64, shape: Shape) {
    list(out, std::iter::from_fn(|| level.next_if(|row| whole(row, 0) == parent)), |row, out| {
        row.open_from(1, shape, out);
        out.raw(b"}");
    });
}

/// Closes the connection of a page, and what is open around it.
fn close(out: &mut Out, more: bool, brackets: &str) {
    out.raw(b",\"pageInfo\":{\"hasNextPage\":");
    out.value(&more);
    out.raw(b"}}");
    out.raw(brackets.as_bytes());
}

/// The first points of a series, as columns.
fn points(series: &Row, out: &mut Out) {
    let column = |column: usize| raw(series, column).unwrap_or_default();
    let steps: Vec<_> = items(column(8)).flatten().collect();
    let more = steps.len() > 200;
    out.raw(b"{\"steps\":[");
    for (at, step) in steps.iter().take(200).enumerate() {
        if at > 0 {
            out.raw(b",");
        }
        write_whole(step, out);
    }
    out.raw(b"],\"values\":[");
    let mut specials = items(column(10));
    for (at, value) in items(column(9)).take(200).enumerate() {
        if at > 0 {
            out.raw(b",");
        }
        match (value, specials.next().flatten()) {
            (Some(value), _) => write_real(value, out),
            (None, special) => out.text(special.unwrap_or_default()),
        }
    }
    out.raw(b"],\"hasNextPage\":");
    out.value(&more);
    out.raw(b"}");
}

fn ids(rows: &[Row], column: usize) -> Vec<u128> {
    rows.iter().map(|row| uuid(row, column)).collect()
}

/// Cuts rows to a page, and says whether there were more.
fn cut(rows: &mut Vec<Row>, page: usize) -> bool {
    let more = rows.len() > page;
    rows.truncate(page);
    more
}

/// Where a page of papers begins: when the paper before it was added, and its id.
fn place(after: &str) -> (Bound, Bound) {
    let (_, added, id) = cursor::<(String, String, String)>(after).expect("a cursor");
    (Bound::text(&added), Bound::uuid(u128::from_str_radix(&id, 16).expect("an id")))
}
