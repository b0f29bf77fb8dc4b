//! Pictures as SVG: `GET` and `HEAD /papers/{id}/gaps.svg` and `/runs/{id}/curves.svg`. What is drawn, and how, stands in the
//! crate `pictures`.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Demand;
use domain::account::KeyScope;
use domain::execution::Run;
use domain::text::Label;
use domain::{Id, Sha256};
use pictures::{Picture, Subject, Theme};
use storage::Error;

use super::answer::Refusal;
use super::tag::is_known;
use super::{App, query};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/papers/{id}/gaps.svg", get(gaps)).route("/runs/{id}/curves.svg", get(curves))
}

/// It loads nothing and runs nothing; its colours stand in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

async fn gaps(State(app): State<App>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    answer(&app, request, |_| Ok(Subject::Gaps(id.parse().map_err(|_| Refusal::not_found())?))).await
}

async fn curves(State(app): State<App>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    answer(&app, request, |given| {
        let run = id.parse().map_err(|_| Refusal::not_found())?;
        let others = given.all("run").map(|id| id.parse::<Id<Run>>().map_err(|_| Refusal::not_found()));
        let others: Vec<_> = others.collect::<Result<_, _>>()?;
        let metrics = given
            .all("metric")
            .map(|metric| Label::try_new(metric).map_err(|why| Refusal::violation(&["metric"], &why)));
        let metrics: Vec<_> = metrics.collect::<Result<_, _>>()?;
        Subject::curves(run, &others, metrics).map_err(|(_, why)| Refusal::bad_input(why.message))
    })
    .await
}

/// What stands in a query.
struct Given(Vec<(String, String)>);

impl Given {
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn theme(&self) -> Result<Theme, Refusal> {
        let refused = || Refusal::bad_input("theme must be light or dark");
        self.all("theme").next().map_or(Ok(Theme::default()), |name| Theme::named(name).ok_or_else(refused))
    }
}

async fn answer(
    app: &App,
    request: Request,
    of: impl FnOnce(&Given) -> Result<Subject, Refusal>,
) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    let reader = app.reader_by_link(&head).await?;
    reader.viewer().meets(Demand::Scope(KeyScope::Read)).map_err(Error::denied("picture"))?;
    let given = Given(query::pairs(head.uri.query().unwrap_or_default())?);
    let picture = Picture { theme: given.theme()?, of: of(&given)? };
    let svg = picture.draw(&reader).await?.ok_or_else(Refusal::not_found)?;
    Ok(shown(&head, svg))
}

/// The picture, or that the client has it already.
fn shown(head: &Parts, svg: String) -> Response {
    // Weak, since it is the same however it is compressed.
    let tag = format!("W/\"{}\"", Sha256::of(svg.as_bytes()).as_str());
    let known = is_known(&head.headers, &tag);
    // Whoever may see it now may not tomorrow: a copy is asked about each time.
    let always = [(ETAG, tag.as_str()), (CACHE_CONTROL, "private, no-cache"), (CONTENT_SECURITY_POLICY, POLICY)];
    if known {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    (always, [(CONTENT_TYPE, "image/svg+xml; charset=utf-8")], svg).into_response()
}
