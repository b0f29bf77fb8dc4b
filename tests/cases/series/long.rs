//! Long lists of points and events are read past the library: what comes of them is the same, whatever they hold.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum::http::request::Parts as Head;
use domain::Viewer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use server::http::{Authenticate, Refusal};
use tests::database::Kind;
use tests::world::user;
use tower::ServiceExt;

use super::{Runs, id};

const SAY: &str = "mutation($r: ID!, $b: String!, $e: [RunEventInput!]!) {
    appendRunEvents(input: { runId: $r, batchId: $b, events: $e }) { replayed batch { number lastSeq } } }";
const LOG: &str = "mutation($r: ID!, $b: String!, $e: [SeriesLogInput!]!) {
    logSeries(input: { runId: $r, batchId: $b, series: $e }) { replayed batch { number seriesCount } } }";
const SAY_ALL: &str = "mutation($i: AppendRunEventsInput!) {
    appendRunEvents(input: $i) { replayed batch { number lastSeq } } }";
/// After a document whose variable is named once more it is no long list; what is as long and names none changes nothing.
const WHOLE: &str = "\n# $e";
const QUICK: &str = "\n# .e";

struct Always(Viewer);

impl Authenticate for Always {
    fn viewer<'a>(&'a self, _: &'a Head) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        async { Ok(self.0.clone()) }.boxed()
    }
}

/// A body for a run, with a text in the place of the list.
fn body((document, end): (&str, &str), run: &str, batch: &str, list: &str) -> String {
    let (run, batch, document) = (json!(id(run)), json!(batch), json!(format!("{document}{end}")));
    format!(r#"{{"query":{document},"variables":{{"r":{run},"b":{batch},"e":{list}}}}}"#)
}

/// Whether its list is read past the library.
fn is_quick(body: &str) -> bool {
    let read = |members: serde_json::Map<String, Value>| {
        let variables = async_graphql::Variables::from_json(members["variables"].clone());
        Ok::<_, ()>(async_graphql::Request::new(members["query"].as_str().unwrap()).variables(variables))
    };
    graphql::long::request(body, read).is_some()
}

/// What a body is answered; what it cost is left out.
async fn post(runs: &Runs, body: String) -> (u16, Value) {
    let viewer = storage::viewers::viewer(&runs.app.store, user("ed")).await.unwrap().unwrap();
    let router = runs.app.served(Arc::new(Always(viewer)));
    let request = Request::builder().method("POST").uri("/graphql").header("host", "localhost");
    let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    let (head, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&body).unwrap();
    answer.as_object_mut().unwrap().remove("extensions");
    (head.status.as_u16(), answer)
}

/// A list of this item among many others, which is long.
fn among(other: &str, item: &str) -> String {
    let mut items = vec![other.to_owned(); 60];
    item.clone_into(&mut items[17]);
    format!("[{}]", items.join(", "))
}

fn nested(depth: usize) -> String {
    format!(r#"{{"eventType":"ERROR","payload":{{"a":{}1{}}}}}"#, "[".repeat(depth), "]".repeat(depth))
}

const EVENT: &str = r#"{"eventType": "LOG_LINE", "payload": {"line": "as it should", "at": 7}}"#;

/// Events with which nothing is wrong.
const GOOD_EVENTS: &[&str] = &[
    r#"{"eventType":"ERROR"}"#,
    r#"{"payload":{},"eventType":"ERROR"}"#,
    r#" { "ts" : "2026-01-01T00:00:00+02:00" , "eventType" : "PROGRESS" } "#,
    r#"{"eventType":"ERROR","payload":{"b":1e300,"a":-0,"c":-0.0,"d":0.1,"e":9223372036854775807,"f":1.0,"g":1E2}}"#,
    r#"{"eventType":"ERROR","payload":{"\u00e9\n":"\ud83d\ude00 \\ \" ] } [ {","":[[],{}],"null":null,"t":true}}"#,
    r#"{"eventType":"ERROR","payload":{"line":"$e $r"}}"#,
];

/// Events with which something is wrong, for the domain, for the library, or as JSON.
const BAD_EVENTS: &[&str] = &[
    r#"{"eventType":"NOPE"}"#,
    r#"{"eventType":null}"#,
    r#"{"eventType":7}"#,
    "{}",
    r#"{"payload":{}}"#,
    r#"{"eventType":"ERROR","payload":null}"#,
    r#"{"eventType":"ERROR","payload":[]}"#,
    r#"{"eventType":"ERROR","payload":"x"}"#,
    r#"{"eventType":"ERROR","payload":{"a":"\u0000"}}"#,
    r#"{"eventType":"ERROR","payload":{"\u0000":1}}"#,
    r#"{"eventType":"ERROR","payload":{"a":18446744073709551615}}"#,
    r#"{"eventType":"ERROR","payload":{"a":123456789012345678901234567890}}"#,
    r#"{"eventType":"ERROR","payload":{"a":1e400}}"#,
    r#"{"eventType":"ERROR","payload":{"a":NaN}}"#,
    r#"{"eventType":"ERROR","payload":{"a":1,"\u0061":2}}"#,
    r#"{"eventType":"ERROR","eventType":"ERROR"}"#,
    r#"{"eventType":"ERROR","more":1}"#,
    r#"{"eventType":"ERROR","ts":"2026-01-01T00:00:00"}"#,
    r#"{"eventType":"ERROR","ts":null}"#,
    r#"{"eventType":"ERROR","ts":7}"#,
    r#"{"eventType":"ERROR",}"#,
    r#"{"eventType":"ERROR""#,
    r#"{"eventType":"ERROR"}}"#,
    "null",
    "[]",
    r#"["ERROR"]"#,
    r#"[{"eventType":"ERROR"}]"#,
    r#""ERROR""#,
    "7",
    r#""\ud800""#,
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_events_is_told_in_the_same_words() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one"]).await else { continue };
        let deep = [nested(100), nested(120), nested(200)];
        for wrong in BAD_EVENTS.iter().copied().chain(deep.iter().map(String::as_str)) {
            let list = among(EVENT, wrong);
            let quick = body((SAY, QUICK), "one", "a", &list);
            assert!(!is_quick(&quick), "{wrong}");
            let told = post(&runs, quick).await;
            assert!(told.1["errors"].is_array(), "{wrong}: {told:?}");
            assert_eq!(told, post(&runs, body((SAY, WHOLE), "one", "a", &list)).await, "{wrong}");
        }
        let none =
            runs.data("query($r: ID!) { run(id: $r) { batches { totalCount } } }", json!({ "r": id("one") })).await;
        assert_eq!(none["run"]["batches"]["totalCount"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_the_same_whichever_way_they_are_read() {
    let said = "query($r: ID!) { run(id: $r) { 
        first: events(first: 200) { nodes { ...E } } last: events(last: 200) { nodes { ...E } } } }
        fragment E on RunEvent { seq eventType payload }";
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one", "two", "three"]).await else { continue };
        for (at, good) in GOOD_EVENTS.iter().enumerate() {
            let (list, batch) = (among(EVENT, good), format!("b{at}"));
            let quick = body((SAY, QUICK), "one", &batch, &list);
            let of_all = json!(SAY_ALL);
            let all = |run: &str| {
                let run = json!(id(run));
                format!(
                    r#"{{"variables":{{"i":{{"events":{list},"batchId":"{batch}","runId":{run}}}}},"query":{of_all}}}"#
                )
            };
            assert!(is_quick(&quick) && is_quick(&all("three")), "{good}");
            let one = post(&runs, quick).await;
            assert_eq!(one.1["data"]["appendRunEvents"]["replayed"], false, "{good}: {one:?}");
            assert_eq!(one, post(&runs, body((SAY, WHOLE), "two", &batch, &list)).await, "{good}");
            assert_eq!(one, post(&runs, all("three")).await, "{good}");
            // What was read one way is known when it is read the other.
            let again = post(&runs, body((SAY, WHOLE), "one", &batch, &list)).await;
            assert_eq!(again.1["data"]["appendRunEvents"]["replayed"], true, "{good}: {again:?}");
        }
        let all = runs.data(said, json!({ "r": id("one") })).await;
        assert_eq!(all["run"]["last"]["nodes"][199]["seq"], GOOD_EVENTS.len() * 60);
        for other in ["two", "three"] {
            assert_eq!(all, runs.data(said, json!({ "r": id(other) })).await, "{kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn series_are_the_same_whichever_way_they_are_read_and_so_is_what_is_wrong_with_them() {
    let steps = (0..300).map(|step| step.to_string()).collect::<Vec<_>>().join(",");
    let values = vec!["0.25"; 300].join(", ");
    let other = format!(r#"{{"metric":"loss","steps":[{steps}],"values":[{values}]}}"#);
    let quick = [
        r#"{"metric":"a","steps":[3,1.0,2],"values":["NaN",1e-320,-0.0],"split":"val","terminalValue":"-Infinity"}"#,
        r#"{"metric":"a","steps":[1,2],"values":[1,2],"times":[0.5,1],"timestamps":["2026-01-01T00:00:00Z","2026-01-01T00:00:01Z"]}"#,
        // What these break is between the fields.
        r#"{"metric":"a","steps":[1,2],"values":[1]}"#,
        r#"{"metric":"a","steps":[1,2,1],"values":[1,2,3]}"#,
        r#"{"metric":"loss","steps":[1],"values":[1]}"#,
        r#"{"metric":"a","steps":[],"values":[]}"#,
    ];
    let slow = [
        r#"{"metric":"a","steps":5,"values":7}"#,
        r#"{"metric":"a","steps":[-1],"values":[1]}"#,
        r#"{"metric":"a","steps":[1.5],"values":[1]}"#,
        r#"{"metric":"a","steps":["1"],"values":[1]}"#,
        r#"{"metric":"a","steps":[9007199254740992],"values":[1]}"#,
        r#"{"metric":"a","steps":[1],"values":[null]}"#,
        r#"{"metric":"a","steps":[1],"values":["nan"]}"#,
        r#"{"metric":"a","steps":[1],"values":[NaN]}"#,
        r#"{"metric":"a","steps":[1],"values":[1e999]}"#,
        r#"{"metric":"a","steps":[1],"values":[123456789012345678901]}"#,
        r#"{"metric":"a","steps":[1],"values":[[1]]}"#,
        r#"{"metric":"a","steps":null,"values":[1]}"#,
        r#"{"metric":"a","values":[1]}"#,
        r#"{"metric":"","steps":[1],"values":[1]}"#,
        r#"{"metric":7,"steps":[1],"values":[1]}"#,
        r#"{"metric":"a","split":null,"steps":[1],"values":[1]}"#,
        r#"{"metric":"a","steps":[1],"values":[1],"times":["NaN"]}"#,
        r#"{"metric":"a","steps":[1],"values":[1],"steps":[1]}"#,
        r#"{"metric":"a","steps":[1],"values":[1],"terminal_value":1}"#,
    ];
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one", "two"]).await else { continue };
        for (at, item) in quick.iter().chain(&slow).enumerate() {
            let list = format!("[{other},{item}]");
            let (one, batch) = (body((LOG, QUICK), "one", &format!("b{at}"), &list), format!("b{at}"));
            assert_eq!(is_quick(&one), at < quick.len(), "{item}");
            let told = post(&runs, one).await;
            assert_eq!(told, post(&runs, body((LOG, WHOLE), "two", &batch, &list)).await, "{item} on {kind:?}");
            if told.1["errors"].is_null() {
                let again = post(&runs, body((LOG, WHOLE), "one", &batch, &list)).await;
                assert_eq!(again.1["data"]["logSeries"]["replayed"], true, "{item}: {again:?}");
            }
        }
        let all = "query($r: ID!) { run(id: $r) { series { nodes { metric split count last
            points { steps values times } } } } }";
        let one = runs.data(all, json!({ "r": id("one") })).await;
        assert_eq!(one["run"]["series"]["nodes"][0]["count"], 300);
        assert_eq!(one, runs.data(all, json!({ "r": id("two") })).await, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_send_what_stands_for_a_long_list() {
    let text = among(EVENT, EVENT);
    let bytes: Vec<u8> = text.bytes().collect();
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one"]).await else { continue };
        for forged in [
            json!(text),
            json!([text]),
            json!(bytes),
            json!([bytes]),
            json!({ "Binary": text }),
            json!({ "Binary": bytes }),
            json!({ "$serde_json::private::RawValue": text }),
            json!({ "$var": "e" }),
        ] {
            let told = post(&runs, body((SAY, QUICK), "one", "a", &forged.to_string())).await;
            assert!(told.1["errors"].is_array(), "{told:?}");
            assert_eq!(told, post(&runs, body((SAY, WHOLE), "one", "a", &forged.to_string())).await);
        }
        // Elsewhere a list is what it is.
        let elsewhere = "mutation($r: ID!, $b: String!, $e: [RunEventInput!]!) { appendRunEvents(input: {
            runId: $r, batchId: $b, events: [{ eventType: ERROR, payload: { all: $e } }] }) { replayed } }";
        let twice = "mutation($r: ID!, $b: String!, $e: [RunEventInput!]!) {
            a: appendRunEvents(input: { runId: $r, batchId: $b, events: $e }) { replayed }
            b: appendRunEvents(input: { runId: $r, batchId: \"b\", events: $e }) { replayed } }";
        let part = "mutation($r: ID!, $b: String!, $e: [RunEventInput!]!) { ...F }
            fragment F on Mutation { appendRunEvents(input: { runId: $r, batchId: $b, events: $e }) { replayed } }";
        for (at, document) in [elsewhere, twice, part].into_iter().enumerate() {
            let body = body((document, QUICK), "one", &format!("e{at}"), &text);
            assert!(!is_quick(&body), "{document}");
            let told = post(&runs, body).await;
            assert!(told.1["errors"].is_null(), "{told:?}");
        }
        let said = "query($r: ID!) { run(id: $r) { events(first: 200) { nodes { payload } } } }";
        let said = runs.data(said, json!({ "r": id("one") })).await;
        let said = said["run"]["events"]["nodes"].as_array().unwrap();
        assert_eq!(said.len(), 181, "{kind:?}");
        assert_eq!(said[0]["payload"]["all"], serde_json::from_str::<Value>(&text).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_points_are_a_long_list() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one"]).await else { continue };
        let steps: Vec<usize> = (0..100_000).collect();
        let list = json!([{ "metric": "loss", "steps": steps, "values": vec![7; 100_000] }]).to_string();
        let many = body((LOG, QUICK), "one", "a", &list);
        assert!(is_quick(&many));
        assert_eq!(post(&runs, many).await.1["data"]["logSeries"]["replayed"], false, "{kind:?}");
        let count = "query($r: ID!) { run(id: $r) { series { nodes { count lastStep } } } }";
        let count = runs.data(count, json!({ "r": id("one") })).await;
        assert_eq!(count["run"]["series"]["nodes"], json!([{ "count": 100_000, "lastStep": 99_999 }]));
    }
}
