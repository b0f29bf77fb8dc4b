//! Pictures and signed links over HTTP, on both databases: what they show, to whom, and at what cost.

mod drawn;
mod links;

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts as Head;
use axum::http::{HeaderMap, Request};
use domain::execution::Run;
use domain::literature::Paper;
use domain::{Entity, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use server::auth::Auth;
use server::http::{Authenticate, Refusal};
use storage::viewers;
use tests::app::{App, door, house};
use tests::database::Kind;
use tests::names::{self, Names};
use tests::world::{NOBODY, World, user};
use tower::ServiceExt;

/// Whoever a request says that it is, which no real server believes; links are those of a real one.
struct ByName(Auth, storage::Store);

impl Authenticate for ByName {
    fn viewer<'a>(&'a self, head: &'a Head) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        let name = head.headers.get("x-user").map_or(NOBODY, |name| name.to_str().unwrap());
        async move {
            if name == NOBODY {
                return Ok(Viewer::nobody());
            }
            Ok(viewers::viewer(&self.1, user(name)).await.unwrap().unwrap())
        }
        .boxed()
    }

    fn opens(&self, link: &str) -> bool {
        self.0.opens(link)
    }
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// An app with a paper of claims, and runs that were compared with them.
struct Gallery {
    app: App,
}

impl Gallery {
    async fn start(kind: Kind) -> Option<Self> {
        Some(Self { app: World::TwoProjects.start(kind).await? })
    }

    /// What somebody is answered; an error is none.
    async fn ask(&self, who: &str, query: &str, variables: Value) -> Value {
        let variables = serde_json::from_str(&Names::default().to_ids(&variables.to_string())).unwrap();
        let (answer, _) = self.app.ask(user(who), &Names::default().to_ids(query), variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.data.into_json().unwrap()
    }

    /// Makes a paper of so many claims, each of a metric of its own: `m1` of 1.5, `m2` of 2.5.
    async fn paper(&self, name: &str, claims: usize) {
        let make = "mutation($paper: CreatePaperInput!) { createPaper(input: $paper) { paper { id } } }";
        let paper =
            json!({ "id": format!("<paper:{name}>"), "projectId": "<project:alpha>", "title": format!("Of {name}") });
        self.ask("ed", make, json!({ "paper": paper })).await;
        let claim = |at: usize| {
            json!({ "paperId": format!("<paper:{name}>"), "metricName": format!("m{at}"), "units": "apples",
                "metricValue": at.to_string().parse::<f64>().unwrap() + 0.5, "sourceCitation": "Table <1>", "confidence": 1 })
        };
        let claims: Vec<Value> = (1..=claims).map(claim).collect();
        let make =
            "mutation($claims: [CreateClaimInput!]!) { createClaims(input: { claims: $claims }) { claims { id } } }";
        self.ask("ed", make, json!({ "claims": claims })).await;
    }

    /// Makes a run of the past that has to do with a paper, with these series.
    async fn run(&self, name: &str, paper: &str, series: Value) {
        let make = "mutation($run: ImportRunInput!, $log: LogSeriesInput!) {
            importRun(input: $run) { run { id } } logSeries(input: $log) { replayed } }";
        let subject =
            json!({ "experiment": { "projectId": "<project:alpha>", "paperId": format!("<paper:{paper}>") } });
        let run = json!({ "id": format!("<run:{name}>"), "subject": subject, "name": format!("Run {name}") });
        let run = json!({ "run": run, "status": "SUCCEEDED", "startedAt": "2025-01-01T00:00:00Z", "endedAt": "2025-01-01T00:01:00Z" });
        let log = json!({ "runId": format!("<run:{name}>"), "batchId": "1", "series": series });
        self.ask("ed", make, json!({ "run": run, "log": log })).await;
    }

    /// The same run, compared with what its paper claims.
    async fn evaluated(&self, name: &str, paper: &str, series: Value) {
        self.run(name, paper, series).await;
        let evaluate = "mutation($id: ID!) { evaluateRun(input: { id: $id }) { evals { id } } }";
        self.ask("ed", evaluate, json!({ "id": format!("<run:{name}>") })).await;
    }

    async fn send(&self, method: &str, who: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let auth = door(&self.app.store, house());
        let router = self.app.served(Arc::new(ByName(auth, self.app.store.clone())));
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost").header("x-user", who);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.send("GET", who, path, &[]).await
    }
}

/// The address of the gaps of the paper of this name.
fn gaps(paper: &str) -> String {
    format!("/papers/{}/gaps.svg", id::<Paper>(paper))
}

/// The address of the curves of the run of this name.
fn curves(run: &str) -> String {
    format!("/runs/{}/curves.svg", id::<Run>(run))
}

fn id<E: Entity>(name: &str) -> String {
    names::id::<E>(name).to_string()
}
