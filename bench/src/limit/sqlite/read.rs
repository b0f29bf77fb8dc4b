//! What is read: below each row its children are read at once, since asking costs nothing here.

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::{number, sql};
use crate::limit::json::{Out, parse_id};
use crate::limit::shape::{self, Cell, Cells, Shape};
use crate::limit::{Asked, Variables, Wanted, cursor};
use crate::read::Read;

/// The answer; none for whoever is not let in.
pub(super) fn answer(on: &Connection, read: Read, asked: &Asked) -> Option<Out> {
    let seen = seen(on, &asked.digest, Wanted::Read)?;
    let variables: Variables<'_> = serde_json::from_slice(&asked.body).ok()?;
    let mut out = Out::with_room(1 << 14);
    out.raw(b"{\"data\":");
    match read {
        Read::Paper => paper(on, &seen, parse_id(variables.id)?, &mut out),
        Read::Page => page(on, &seen, variables.after, &mut out),
        Read::Dashboard => dashboard(on, &seen, variables.after, &mut out),
        Read::Run => run(on, &seen, parse_id(variables.id)?, &mut out),
        Read::Events => events(on, &seen, parse_id(variables.id)?, variables.after, &mut out),
        Read::Runs => runs(on, &seen, parse_id(variables.project)?, variables.since, &mut out),
    }
    out.raw(b"}");
    Some(out)
}

/// The projects that whoever has this token sees, or may write to, as a list in JSON, by the statement by which the server
/// finds them.
pub(super) fn seen(on: &Connection, digest: &str, wanted: Wanted) -> Option<String> {
    let mut statement = on.prepare_cached(sql::VIEWER).expect("a statement");
    let mut rows = statement.query([digest]).expect("rows");
    let (mut found, mut seen) = (false, Vec::new());
    while let Some(row) = rows.next().expect("a row") {
        found = true;
        let role = row.get_ref(4).expect("a role").as_str().unwrap_or_default();
        let project = row.get_ref(6).expect("a project").as_blob().map(number);
        let member = row.get_ref(7).expect("a role").as_str().unwrap_or_default();
        let lets = role != "PENDING" && (wanted == Wanted::Read || member != "VIEWER");
        if let (Ok(project), true, true) = (project, row.get(8).expect("a flag"), lets) {
            seen.push(format!("\"{project:032x}\""));
        }
    }
    found.then(|| format!("[{}]", seen.join(",")))
}

/// The first row of a statement, written; null where there is none.
fn first(on: &Connection, sql: &str, values: impl Params, out: &mut Out, write: impl Fn(&Row<'_>, &mut Out)) -> bool {
    let mut statement = on.prepare_cached(sql).expect("a statement");
    let found = statement.query_row(values, |row| {
        write(row, out);
        Ok(())
    });
    let found = found.optional().expect("a row").is_some();
    if !found {
        out.raw(b"null");
    }
    found
}

/// The rows of a statement as nodes, at most so many; leaves the connection open, and says whether there are more.
fn nodes(
    (on, sql, most): (&Connection, &str, usize),
    values: impl Params,
    out: &mut Out,
    mut write: impl FnMut(&Row<'_>, &mut Out),
) -> bool {
    let mut statement = on.prepare_cached(sql).expect("a statement");
    let mut rows = statement.query(values).expect("rows");
    out.raw(b"{\"nodes\":[");
    let mut count = 0;
    while let Some(row) = rows.next().expect("a row") {
        if count == most {
            out.raw(b"]");
            return true;
        }
        if count > 0 {
            out.raw(b",");
        }
        write(row, out);
        count += 1;
    }
    out.raw(b"]");
    false
}

/// Rows that have none below them.
fn leaves(on: &Connection, sql: &str, parent: &[u8], shape: Shape, out: &mut Out) {
    nodes((on, sql, usize::MAX), [parent], out, |row, out| row.object(shape, out));
    out.raw(b"}");
}

fn close(more: bool, out: &mut Out) {
    out.raw(b",\"pageInfo\":{\"hasNextPage\":");
    out.value(&more);
    out.raw(b"}}");
}

fn id<'a>(row: &'a Row<'_>) -> &'a [u8] {
    row.get_ref(0).and_then(|id| Ok(id.as_blob()?)).expect("an id")
}

fn place(after: &str) -> (String, [u8; 16]) {
    let (_, added, id) = cursor::<(String, String, String)>(after).expect("a cursor");
    (added, u128::from_str_radix(&id, 16).expect("an id").to_be_bytes())
}

fn paper(on: &Connection, seen: &str, id: u128, out: &mut Out) {
    out.raw(b"{\"paper\":");
    first(on, sql::PAPER, params![id.to_be_bytes(), seen], out, |row, out| row.object(shape::PAPER, out));
    out.raw(b"}");
}

fn page(on: &Connection, seen: &str, after: &str, out: &mut Out) {
    let (added, last) = place(after);
    out.raw(b"{\"papers\":");
    let more = nodes((on, sql::PAPERS, 50), params![seen, added, last], out, |paper, out| {
        paper.open(shape::PAPER_OF_PAGE, out);
        out.raw(b",\"claims\":");
        leaves(on, sql::CLAIMS, id(paper), shape::CLAIM, out);
        out.raw(b",\"plans\":");
        nodes((on, sql::PLANS, 5), [id(paper)], out, |plan, out| {
            plan.open(shape::PLAN, out);
            out.raw(b",\"runs\":");
            nodes((on, sql::RUNS, 5), [id(plan)], out, |run, out| {
                run.open(shape::RUN_OF_PLAN, out);
                out.raw(b",\"evals\":");
                leaves(on, sql::EVALS, id(run), shape::EVAL, out);
                out.raw(b"}");
            });
            out.raw(b"}}");
        });
        out.raw(b"}}");
    });
    close(more, out);
    out.raw(b"}");
}

fn dashboard(on: &Connection, seen: &str, after: &str, out: &mut Out) {
    let (added, last) = place(after);
    out.raw(b"{\"papers\":");
    let more = nodes((on, sql::PAPERS_OF_DASHBOARD, 100), params![seen, added, last], out, |paper, out| {
        paper.open(shape::PAPER_OF_DASHBOARD, out);
        out.raw(b",\"latestRun\":");
        first(on, sql::LATEST, [id(paper)], out, |run, out| run.object(shape::LATEST, out));
        out.raw(b",\"summary\":");
        first(on, sql::SUMMARY, [id(paper)], out, |summary, out| {
            summary.object(shape::SUMMARY, out);
            out.raw(b",\"claims\":{\"totalCount\":");
            summary.write(4, Cell::Whole, out);
            out.raw(b"},\"evals\":{\"totalCount\":");
            summary.write(5, Cell::Whole, out);
            out.raw(b"}}");
        });
    });
    close(more, out);
    out.raw(b"}");
}

fn run(on: &Connection, seen: &str, run: u128, out: &mut Out) {
    let run = run.to_be_bytes();
    out.raw(b"{\"run\":");
    if first(on, sql::RUN, params![run, seen], out, |row, out| row.open(shape::RUN, out)) {
        out.raw(b",\"series\":");
        nodes((on, sql::SERIES, 10), [run.as_slice()], out, |series, out| {
            series.open(shape::SERIES, out);
            out.raw(b",\"points\":");
            points(on, &run, series.get(8).expect("a number"), out);
            out.raw(b"}");
        });
        out.raw(b"}}");
    }
    out.raw(b"}");
}

/// The first points of a series, as columns: the values are kept aside until all steps are written.
fn points(on: &Connection, run: &[u8], series: i64, out: &mut Out) {
    let mut statement = on.prepare_cached(sql::POINTS).expect("a statement");
    let mut rows = statement.query(params![run, series]).expect("rows");
    let (mut values, mut count) = (Out::with_room(4096), 0);
    out.raw(b"{\"steps\":[");
    let more = loop {
        let Some(row) = rows.next().expect("a row") else { break false };
        if count == 200 {
            break true;
        }
        if count > 0 {
            out.raw(b",");
            values.raw(b",");
        }
        row.write(0, Cell::Whole, out);
        row.write(1, Cell::Reading(1), &mut values);
        count += 1;
    };
    out.raw(b"],\"values\":[");
    out.raw(&values.0);
    out.raw(b"],\"hasNextPage\":");
    out.value(&more);
    out.raw(b"}");
}

fn events(on: &Connection, seen: &str, run: u128, after: &str, out: &mut Out) {
    let after = cursor::<(String, i64, String, i64)>(after).map_or(0, |(.., seq)| seq);
    let bytes = run.to_be_bytes();
    let mut unseen = Out::default();
    out.raw(b"{\"run\":");
    if !first(on, sql::RUN, params![bytes, seen], &mut unseen, |_, _| ()) {
        out.raw(b"null}");
        return;
    }
    out.raw(b"{\"events\":");
    let more = nodes((on, sql::EVENTS, 100), params![bytes, after], out, |event, out| {
        out.raw(b"{\"id\":");
        out.nth("runevent", run, event.get(0).expect("a number"));
        for (at, (name, cell)) in shape::EVENT.iter().enumerate() {
            out.name(at + 1, name);
            event.write(at, *cell, out);
        }
        out.raw(b"}");
    });
    close(more, out);
    out.raw(b"}}");
}

fn runs(on: &Connection, seen: &str, project: u128, since: &str, out: &mut Out) {
    let values = params![project.to_be_bytes(), seen, since];
    out.raw(b"{\"runs\":");
    let more = nodes((on, sql::RUNS_BY_METRIC, 20), values, out, |run, out| run.object(shape::RUN_OF_LIST, out));
    close(more, out);
    out.raw(b"}");
}
