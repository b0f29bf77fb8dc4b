//! `GET /runs/export`: streams runs with their config, what their series come to, and all points, page by page: what is in
//! memory does not grow with what is sent.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::access::Demand;
use domain::account::KeyScope;
use domain::execution::{Run, RunSeries};
use domain::project::Project;
use domain::{Count, Entity, Id};
use futures_util::stream;
use std::sync::Arc;
use storage::execution::curve::{OfSeries, Points, Steps};
use storage::execution::run::Column;
use storage::execution::run_series::SeriesOfRun;
use storage::read::{ById, List, Load, Within, load};
use storage::{Cursor, End, Error, Page, Predicate, Reader, Result, Row, Slice, Sorted, Test, Window};
use tokio::sync::mpsc::{Sender, channel};

use super::lines::Lines;
use crate::http::App;
use crate::http::answer::Refusal;
use crate::http::query;

/// How many runs, or series of a run, are read at a time.
const PAGE: u64 = 100;
/// How many points are read at a time.
const POINTS: u32 = 10_000;
/// The most runs that can be named.
const MOST: usize = 200;

/// Which runs are asked for.
enum Wanted {
    /// All that are live in a project.
    Project(Id<Project>),
    /// These.
    Runs(Vec<Arc<Run>>),
}

pub(in crate::http) async fn export(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    let reader = app.reader(&head).await?;
    reader.viewer().meets(Demand::Scope(KeyScope::Read)).map_err(Error::denied(Run::NAME))?;
    let pairs = query::pairs(head.uri.query().unwrap_or_default())?;
    let lines = form(&pairs, &head.headers)?;
    let wanted = wanted(&reader, &pairs).await?;
    let (sender, receiver) = channel(4);
    tokio::spawn(async move {
        let (read_on, mut out) = (sender.clone(), Out { lines, sender });
        let done = tokio::select! {
            done = all(&reader, wanted, &mut out) => done,
            // Whoever does not read on waits for no statement either.
            () = read_on.closed() => return,
        };
        if let Err(Stop::Failed(why)) = done {
            tracing::error!(?why, "an export broke off");
            let _ = out.sender.send(Err("the export broke off")).await;
        }
    });
    let pieces = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(lines.media_type()));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(lines.disposition()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The form that `format` names, or else the one that is accepted.
fn form(pairs: &[(String, String)], headers: &HeaderMap) -> Result<Lines, Refusal> {
    let named = pairs.iter().find(|(key, _)| key == "format").map(|(_, value)| value.as_str());
    match named {
        Some("csv") => Ok(Lines::Csv),
        Some("jsonl") => Ok(Lines::Json),
        Some(_) => Err(Refusal::bad_input("format must be csv or jsonl")),
        None => {
            let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
            Ok(if accepted.contains("text/csv") { Lines::Csv } else { Lines::Json })
        }
    }
}

/// The runs that the address names: those of a `project`, or each `run`. What the viewer does not see is not there.
async fn wanted(reader: &Reader, pairs: &[(String, String)]) -> Result<Wanted, Refusal> {
    let named = |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
    let (projects, runs): (Vec<String>, Vec<String>) = (named("project"), named("run"));
    match (projects.as_slice(), runs.as_slice()) {
        ([project], []) => {
            let found = find::<Project>(reader, std::slice::from_ref(project)).await?;
            Ok(Wanted::Project(found.first().ok_or_else(Refusal::not_found)?.id))
        }
        ([], [_, ..]) if runs.len() <= MOST => Ok(Wanted::Runs(find::<Run>(reader, &runs).await?)),
        ([], [_, ..]) => Err(Refusal::bad_input(format!("at most {MOST} runs can be named"))),
        _ => Err(Refusal::bad_input("name one project, or runs: ?project=… or ?run=…&run=…")),
    }
}

/// The rows of these ids, in their order; all of them must be there.
async fn find<E: Row>(reader: &Reader, ids: &[String]) -> Result<Vec<Arc<E>>, Refusal> {
    let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<E::Id>, _>>().map_err(|_| Refusal::not_found())?;
    let found = ById::<E>::load(ids.into_iter().map(|id| ById { id }).collect(), reader).await?;
    found.into_iter().map(|found| found.ok_or_else(Refusal::not_found)).collect()
}

/// Where lines go.
struct Out {
    lines: Lines,
    sender: Sender<Result<Bytes, &'static str>>,
}

/// Why an export ends early.
enum Stop {
    /// Nobody reads on.
    Gone,
    /// It cannot go on.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(why: Error) -> Self {
        Self::Failed(why)
    }
}

impl From<domain::Invalid> for Stop {
    fn from(why: domain::Invalid) -> Self {
        Self::Failed(why.into())
    }
}

impl Out {
    async fn send(&self, text: String) -> Result<(), Stop> {
        if text.is_empty() { Ok(()) } else { self.sender.send(Ok(text.into())).await.map_err(|_| Stop::Gone) }
    }
}

async fn all(reader: &Reader, wanted: Wanted, out: &mut Out) -> Result<(), Stop> {
    out.send(out.lines.head()).await?;
    match wanted {
        Wanted::Runs(runs) => each(reader, &runs, out).await,
        Wanted::Project(project) => {
            let filter = Predicate::Column(Column::ProjectId, Test::Eq(project.uuid().into()));
            let mut after = None;
            loop {
                let window = window::<Run>(Some(filter.clone()), "CREATED_AT_ASC", after)?;
                let Some(slice) = load(List { window: window.clone() }, reader).await? else { return Ok(()) };
                each(reader, &rows(&slice), out).await?;
                after = next(&window, &slice)?;
                if after.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

async fn each(reader: &Reader, runs: &[Arc<Run>], out: &mut Out) -> Result<(), Stop> {
    for run in runs {
        out.send(out.lines.run(run)).await?;
        let mut after = None;
        loop {
            let window = window::<RunSeries>(None, "NUMBER_ASC", after)?;
            let key = Within::<SeriesOfRun> { parent: run.id, window: window.clone() };
            let Some(slice) = load(key, reader).await? else { break };
            for series in rows(&slice) {
                points(reader, &series, out).await?;
            }
            after = next(&window, &slice)?;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(())
}

async fn points(reader: &Reader, series: &RunSeries, out: &mut Out) -> Result<(), Stop> {
    out.send(out.lines.series(series)).await?;
    let mut from = None;
    loop {
        let key = Points { of: OfSeries::new(series), steps: Steps::new(from, None), size: POINTS };
        let Some(curve) = load(key, reader).await? else { return Ok(()) };
        out.send(out.lines.points(series, &curve)).await?;
        from = curve.steps.last().map(|step| step.plus(Count::of(1)));
        if !curve.more {
            return Ok(());
        }
    }
}

/// A page after a row, in the order of this name.
fn window<E: Sorted>(
    filter: Option<Predicate<E>>,
    order: &str,
    after: Option<Cursor>,
) -> Result<Window<E>, domain::Invalid> {
    Window::named(filter, order, Page { end: End::First, size: PAGE, after, before: None })
}

fn rows<E>(slice: &Slice<E>) -> Vec<Arc<E>> {
    slice.rows.iter().map(|placed| Arc::clone(&placed.row)).collect()
}

/// The place after a page, where there is more.
fn next<E: Row>(window: &Window<E>, slice: &Slice<E>) -> Result<Option<Cursor>> {
    slice.rows.last().filter(|_| slice.more).map(|placed| window.cursor(placed)).transpose()
}
