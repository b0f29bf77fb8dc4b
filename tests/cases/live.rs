//! What cases cannot say of subscriptions: what comes later, what it costs, and how it ends.

use std::sync::Arc;

use async_graphql::{Request as Asked, Response};
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::BoxStream;
use serde_json::{Value, json};
use tests::app::{App, door, house};
use tests::database::Kind;
use tests::names::Names;
use tests::world::{Asker, World, askers, user};
use tower::ServiceExt;

use crate::robust::kit::scaled;

const SAY: &str = r#"mutation($b: String!) { appendRunEvents(input: { runId: "<run:running>",
    token: "token-of-the-running-run-in-alpha", batchId: $b, events: [{ eventType: LOG_LINE }, { eventType: LOG_LINE }] }) {
    replayed } }"#;

async fn act(app: &App, name: &str, document: &str, variables: Value) {
    let (answer, _) = app.ask(user(name), &Names::default().to_ids(document), variables).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

#[tokio::test]
async fn many_who_follow_the_same_run_cost_one_read() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        let document =
            Names::default().to_ids(r#"subscription { runEvents(runId: "<run:running>", afterSeq: 0) { seq } }"#);
        let viewer = app.viewer(user("vic")).await;
        let follow = |_| app.engine.follow(Asked::new(document.clone()), viewer.clone(), None).responses;
        let mut following: Vec<_> = (0..scaled(1000, 100)).map(follow).collect();
        // Whoever has had what is there waits for what comes.
        all_get(&mut following, &[1]).await;
        for (batch, seqs) in [("first", [2, 3]), ("second", [4, 5])] {
            let before = app.store.live_meter().statements();
            act(&app, "alice", SAY, json!({ "b": batch })).await;
            all_get(&mut following, &seqs).await;
            // Beside the one there may be the first of all, and a look without a signal.
            let read = app.store.live_meter().statements() - before;
            assert!((1..=3).contains(&read), "{read} reads on {kind:?}");
        }
    }
}

async fn all_get(following: &mut [BoxStream<'static, Response>], seqs: &[i64]) {
    let gets = following.iter_mut().map(|responses| responses.take(seqs.len()).collect::<Vec<_>>());
    for answers in join_all(gets).await {
        let answers = answers.into_iter().map(|answer| answer.data.into_json().unwrap());
        let found: Vec<_> = answers.map(|data| data["runEvents"]["seq"].as_i64().unwrap()).collect();
        assert_eq!(found, seqs);
    }
}

#[tokio::test]
async fn the_queue_is_told_again_only_when_it_stands_otherwise() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let document = "subscription { runQueue(kind: REPRODUCTION) { count } }";
        let followed = app.engine.follow(Asked::new(document), app.viewer(user("vic")).await, None);
        let mut responses = followed.responses;
        let mut next = async || responses.next().await.unwrap().data.into_json().unwrap()["runQueue"]["count"].clone();
        assert_eq!(next().await, 1);
        act(
            &app,
            "alice",
            r#"mutation { updateRun(input: { id: "<run:running>", changes: { name: "New" } }) { run { id } } }"#,
            json!({}),
        )
        .await;
        act(&app, "alice", r#"mutation { createRun(input: { id: "<run:next>", subject: { reproduction: { planId: "<plan:bert>" } }, name: "Next" }) { run { id } } }"#, json!({})).await;
        assert_eq!(next().await, 2, "{kind:?}");
        let claim =
            r#"mutation { claimRun(input: { kind: REPRODUCTION, hold: { holder: "worker" } }) { run { id } } }"#;
        act(&app, "alice", claim, json!({})).await;
        assert_eq!(next().await, 1, "{kind:?}");
    }
}

/// A server in this process, with what somebody follows there.
struct Stream {
    router: Router,
    pieces: BodyDataStream,
}

impl Stream {
    async fn open(app: &App, asker: &str, document: &str) -> Self {
        let router = app.served(Arc::new(door(&app.store, house())));
        let request = request(asker, "/graphql/stream", document);
        let pieces = router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
        Self { router, pieces }
    }

    /// What the next event says; nothing at the end of the stream.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let piece = String::from_utf8(self.pieces.next().await?.unwrap().to_vec()).unwrap();
            if let Some(data) = piece.lines().find_map(|line| line.strip_prefix("data: ")) {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }

    async fn act(&self, asker: &str, document: &str) {
        let answer = self.router.clone().oneshot(request(asker, "/graphql", document)).await.unwrap();
        let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains("errors"), "{answer:?}");
    }
}

fn request(asker: &str, path: &str, document: &str) -> Request<Body> {
    let Asker { authorization, .. } = askers().into_iter().find(|known| known.name == asker).unwrap();
    let request = Request::builder().method("POST").uri(path).header("host", "localhost");
    let request = request.header("content-type", "application/json").header("authorization", authorization.unwrap());
    request.body(Body::from(json!({ "query": Names::default().to_ids(document) }).to_string())).unwrap()
}

const FOLLOW: &str = r#"subscription { runEvents(runId: "<run:running>", afterSeq: 0) { seq } }"#;

#[tokio::test]
async fn what_somebody_does_not_see_any_more_is_told_as_gone() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        for (asker, action) in [
            ("vic", r#"mutation { removeProjectMember(input: { id: "<projectmember:vic>" }) { deletedId } }"#),
            ("ed", r#"mutation { deleteProject(input: { id: "<project:alpha>" }) { deletedId } }"#),
        ] {
            let mut stream = Stream::open(&app, asker, FOLLOW).await;
            assert_eq!(stream.next().await.unwrap()["data"]["runEvents"]["seq"], 1);
            stream.act("alice", action).await;
            let last = stream.next().await.unwrap();
            assert_eq!(last["errors"][0]["extensions"]["code"], "NOT_FOUND", "{asker} on {kind:?}: {last}");
            assert_eq!(stream.next().await, None);
        }
    }
}

#[tokio::test]
async fn what_somebody_showed_and_holds_no_more_ends_the_stream() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        for (asker, by, action) in [
            ("key read", "alice", r#"mutation { revokeApiKey(input: { id: "<apikey:read>" }) { apiKey { id } } }"#),
            ("vic", "vic", "mutation { signOut(input: {}) { session { id } } }"),
            ("ed", "ann", r#"mutation { disableUser(input: { id: "<user:ed>" }) { user { id } } }"#),
        ] {
            let mut stream = Stream::open(&app, asker, FOLLOW).await;
            assert_eq!(stream.next().await.unwrap()["data"]["runEvents"]["seq"], 1);
            stream.act(by, action).await;
            assert_eq!(stream.next().await, None, "{asker} on {kind:?}");
        }
    }
}
