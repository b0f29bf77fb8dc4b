//! What viewers may ask for and write over time: a budget that is used up refuses, says for how long, and comes back; what
//! running work needs goes on.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum::http::request::Parts as Head;
use domain::account::{KeyScope, KeyScopes, Role};
use domain::{Actor, Viewer};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use graphql::{Allowance, Limits};
use serde_json::{Value, json};
use server::http::{Authenticate, Refusal};
use storage::viewers;
use tests::app::App;
use tests::database::Kind;
use tests::names::{self, Names};
use tests::node::Dial;
use tests::socket::Socket;
use tests::world::{World, user};
use tower::ServiceExt;

/// Costs 601 at first, and hardly anything in the end.
const PAPERS: &str = "{ papers(first: 200) { nodes { id title } } }";
/// Answers more than is in any budget here.
const MUCH: &str = "{ __schema { types { name fields { name } } } }";
const RENEW: &str = r#"mutation { renewRun(input: { id: "<run:running>", token: "token-of-the-running-run-in-alpha" }) {
    lease { expiresAt } } }"#;

/// An app whose budgets hold a thousand values and a hundred points and events, of which one comes back in a second.
async fn start(kind: Kind) -> Option<(App, Arc<Dial>)> {
    let dial = Arc::<Dial>::default();
    let allowance = |at_once| Some(Allowance { at_once, per_second: 1 });
    let limits = Limits { cost: allowance(1000), ingest: allowance(100), ..Limits::default() };
    Some((World::TwoProjects.start(kind).await?.limited(limits, &dial.clock(0)), dial))
}

async fn ask(app: &App, who: &str, query: &str) -> Value {
    let (answer, _) = app.ask(user(who), &Names::default().to_ids(query), json!({})).await;
    serde_json::to_value(answer).unwrap()
}

fn append(batch: &str, events: usize) -> String {
    let events = "{ eventType: LOG_LINE } ".repeat(events);
    format!(
        r#"mutation {{ appendRunEvents(input: {{ runId: "<run:running>", token: "token-of-the-running-run-in-alpha",
            batchId: "{batch}", events: [{events}] }}) {{ replayed }} }}"#
    )
}

#[tokio::test]
async fn what_running_work_needs_goes_on_when_nothing_is_left() {
    for kind in Kind::ALL {
        let Some((app, dial)) = start(kind).await else { continue };
        let cost = ask(&app, "ed", MUCH).await["extensions"]["cost"].clone();
        assert_eq!((&cost["available"], &cost["maximum"], &cost["restoreRate"]), (&json!(0), &json!(1000), &json!(1)));
        let refused = ask(&app, "ed", PAPERS).await;
        let extensions = &refused["errors"][0]["extensions"];
        assert_eq!(extensions["limit"], json!({ "name": "cost", "asked": 601, "allowed": 0 }), "{refused}");
        assert_eq!((&extensions["code"], &extensions["retryAfter"]), (&json!("LIMIT_EXCEEDED"), &json!(601)));

        let written = ask(&app, "ed", &append("first", 60)).await;
        let ingest = &written["extensions"]["cost"]["ingest"];
        assert_eq!((&ingest["actual"], &ingest["available"]), (&json!(60), &json!(40)), "{written}");
        let more = ask(&app, "ed", &append("second", 60)).await;
        let extensions = &more["errors"][0]["extensions"];
        assert_eq!(
            (&more["data"], &more["errors"][0]["path"]),
            (&json!({ "appendRunEvents": null }), &json!(["appendRunEvents"]))
        );
        assert_eq!(extensions["limit"], json!({ "name": "ingest", "asked": 60, "allowed": 40 }));
        assert_eq!(extensions["retryAfter"], 20);
        let never = ask(&app, "ed", &append("third", 101)).await;
        assert_eq!(never["errors"][0]["extensions"]["retryAfter"], Value::Null, "it never fits: {never}");

        let renewed = ask(&app, "ed", RENEW).await;
        assert_eq!(
            (&renewed["errors"], &renewed["extensions"]["cost"]["actual"]),
            (&Value::Null, &json!(0)),
            "{renewed}"
        );
        let reads = RENEW.replace("lease {", "run { events(first: 200) { nodes { id seq ts } } } lease {");
        assert_eq!(ask(&app, "ed", &reads).await["errors"][0]["extensions"]["limit"]["name"], "cost");
        assert_eq!(ask(&app, "alice", PAPERS).await["errors"], Value::Null, "others have their own");

        dial.turn(601_000);
        assert_eq!(ask(&app, "ed", PAPERS).await["errors"], Value::Null);
        assert_eq!(ask(&app, "ed", &append("second", 60)).await["errors"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_take_no_more_than_there_is() {
    let Some((app, _)) = start(Kind::Sqlite).await else { return };
    let answers = join_all((0..64).map(|_| ask(&app, "vic", PAPERS))).await;
    let paid = |answer: &Value| answer["extensions"]["cost"]["actual"].as_u64();
    let (through, spent) = answers.iter().filter_map(paid).fold((0, 0), |(count, sum), cost| (count + 1, sum + cost));
    assert!(through > 0 && spent <= 1000, "{through} cost {spent}");
    let left = ask(&app, "vic", "{ viewer { remaining { cost } } }").await;
    let left = left["data"]["viewer"]["remaining"]["cost"].as_u64().unwrap();
    // It takes three itself until it is answered, and by then nothing else has come back.
    assert_eq!(left, 1000 - spent - 3);
}

#[tokio::test]
async fn a_key_has_a_budget_of_its_own_and_says_its_scopes() {
    let Some((app, _)) = start(Kind::Sqlite).await else { return };
    assert_eq!(ask(&app, "ed", MUCH).await["extensions"]["cost"]["available"], 0);
    let actor = Actor::ApiKey { key: names::id("service"), user: Some(user("ed")) };
    let scopes = KeyScopes::try_new([KeyScope::Read, KeyScope::Ingest]).unwrap();
    let viewer = Viewer::program(actor, Role::User, Vec::new(), scopes);
    let query = "{ viewer { email scopes remaining { cost ingest } } }";
    let (answer, _) = app.ask_as(viewer, query, json!({})).await;
    let viewer = &answer.data.into_json().unwrap()["viewer"];
    assert_eq!(
        (&viewer["scopes"], &viewer["remaining"]),
        (&json!(["READ", "INGEST"]), &json!({ "cost": 994, "ingest": 100 }))
    );
}

#[tokio::test]
async fn the_features_name_the_database() {
    for (kind, name) in [(Kind::Sqlite, "SQLITE"), (Kind::Postgres, "POSTGRESQL")] {
        let Some((app, _)) = start(kind).await else { continue };
        assert_eq!(
            ask(&app, "vic", "{ server { features { database } } }").await["data"]["server"]["features"]["database"],
            name
        );
    }
}

/// Takes everybody for this viewer.
struct Always(Viewer);

impl Authenticate for Always {
    fn viewer<'a>(&'a self, _: &'a Head) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        async { Ok(self.0.clone()) }.boxed()
    }
}

async fn served(app: &App) -> axum::Router {
    app.served(Arc::new(Always(viewers::viewer(&app.store, user("ed")).await.unwrap().unwrap())))
}

#[tokio::test]
async fn over_http_a_used_up_budget_is_429_until_it_comes_back() {
    let Some((app, dial)) = start(Kind::Sqlite).await else { return };
    let router = served(&app).await;
    let post = async |accept: &str, query: &str| {
        let request = Request::builder().method("POST").uri("/graphql").header("host", "localhost");
        let request = request.header("content-type", "application/json").header("accept", accept);
        let request = request.body(Body::from(json!({ "query": query }).to_string())).unwrap();
        let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let body: Value = serde_json::from_slice(&axum::body::to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        let wait = head.headers.get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        (head.status.as_u16(), wait, body)
    };
    let (typed, plain) = ("application/graphql-response+json", "application/json");
    assert_eq!(post(typed, MUCH).await.2["extensions"]["cost"]["available"], 0);
    for (accept, status) in [(typed, 429), (plain, 200)] {
        let (found, wait, body) = post(accept, PAPERS).await;
        assert_eq!((found, wait.as_deref()), (status, Some("601")), "{body}");
        assert_eq!((body.get("data"), &body["errors"][0]["extensions"]["retryAfter"]), (None, &json!(601)));
    }
    let (status, wait, body) = post(typed, "{ papers { nothing } }").await;
    assert_eq!((status, wait), (429, Some("2".to_owned())), "it is refused before it is looked at: {body}");
    dial.turn(601_000);
    let (status, wait, body) = post(typed, PAPERS).await;
    assert_eq!((status, wait, body.get("errors")), (200, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_websocket_each_answer_says_its_cost_and_a_used_up_budget_refuses() {
    let Some((app, dial)) = start(Kind::Sqlite).await else { return };
    let mut socket = Socket::open(served(&app).await).await;
    let subscribe = |id: &str, query: &str| json!({ "id": id, "type": "subscribe", "payload": { "query": query } });
    ask(&app, "ed", &append("first", 2)).await;
    let follow = r#"subscription { runEvents(runId: "<run:running>", afterSeq: 0) { seq eventType } }"#;
    socket.say(&subscribe("1", &Names::default().to_ids(follow))).await;
    for _ in 0..2 {
        // All who follow it are told the same: what is left is said elsewhere.
        assert_eq!(socket.hear().await["payload"]["extensions"]["cost"], json!({ "requested": 3, "actual": 3 }));
    }
    let cost = &ask(&app, "ed", "{ __typename }").await["extensions"]["cost"];
    assert_eq!(cost["available"].as_u64().unwrap() + cost["actual"].as_u64().unwrap(), 994);
    socket.say(&json!({ "id": "1", "type": "complete" })).await;
    for (id, query, kind) in [("2", MUCH, "next"), ("3", PAPERS, "error")] {
        socket.say(&subscribe(id, query)).await;
        let mut heard = socket.hear().await;
        if heard["type"] == "complete" {
            heard = socket.hear().await;
        }
        assert_eq!((&heard["id"], &heard["type"]), (&json!(id), &json!(kind)), "{heard}");
        if kind == "error" {
            assert_eq!(heard["payload"][0]["extensions"]["retryAfter"], 601);
        }
    }
    dial.turn(601_000);
    socket.say(&subscribe("4", PAPERS)).await;
    assert_eq!(socket.hear().await["type"], "next");
}
