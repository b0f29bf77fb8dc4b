//! What cases cannot say of subscriptions: what comes later, what it costs, and how it ends.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request as Asked, Variables};
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::BoxStream;
use graphql::subscribers::SeenAs;
use graphql::{Followed, Frame};
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

/// Somebody who follows a run.
struct Follower {
    frames: BoxStream<'static, Arc<Frame>>,
    seen_as: SeenAs,
}

impl Follower {
    /// Follows the running run from its beginning.
    async fn of(app: &App, name: &str, document: &str) -> Self {
        let document = Names::default().to_ids(document);
        let request = Asked::new(document).variables(Variables::from_json(json!({ "after": 0 })));
        let Followed { frames, seen_as, .. } = app.engine.follow(request, app.viewer(user(name)).await, None, None);
        Self { frames, seen_as }
    }

    /// Is told of these events, each once and in order.
    async fn hears(&mut self, seqs: RangeInclusive<i64>) -> Vec<Arc<Frame>> {
        let frames = (&mut self.frames).take(seqs.clone().count()).collect::<Vec<_>>().await;
        let found = frames.iter().map(|frame| said(frame)["data"]["runEvents"]["seq"].as_i64().unwrap());
        assert_eq!(found.collect::<Vec<_>>(), seqs.collect::<Vec<_>>());
        frames
    }

    /// Waits for what comes.
    async fn waits(&mut self) {
        let waited = tokio::time::timeout(Duration::from_millis(20), self.frames.next()).await;
        assert!(waited.is_err(), "there is more");
    }
}

fn said(frame: &Frame) -> Value {
    serde_json::from_str(frame.body()).unwrap()
}

const EVENTS: &str =
    r#"subscription($after: SafeInt!) { runEvents(runId: "<run:running>", afterSeq: $after) { seq } }"#;
const NESTED: &str =
    r#"subscription($after: SafeInt!) { runEvents(runId: "<run:running>", afterSeq: $after) { seq run { name } } }"#;

#[tokio::test]
async fn many_who_follow_the_same_run_cost_one_read() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        let following = (0..scaled(1000, 100)).map(|_| Follower::of(&app, "vic", EVENTS));
        let mut following = join_all(following).await;
        // Whoever has had what is there waits for what comes.
        join_all(following.iter_mut().map(|one| one.hears(1..=1))).await;
        join_all(following.iter_mut().map(Follower::waits)).await;
        for (batch, seqs) in [("first", 2..=3), ("second", 4..=5)] {
            let before = app.store.live_meter().statements();
            act(&app, "alice", SAY, json!({ "b": batch })).await;
            let heard = join_all(following.iter_mut().map(|one| one.hears(seqs.clone()))).await;
            // Beside the one there may be the first of all, and a look without a signal.
            let read = app.store.live_meter().statements() - before;
            assert!((1..=3).contains(&read), "{read} reads on {kind:?}");
            assert!(heard.iter().all(|frames| Arc::ptr_eq(&frames[0], &heard[0][0])), "written more than once");
        }
    }
}

#[tokio::test]
async fn only_those_with_the_same_rights_are_sent_the_same() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        for (document, share) in [(EVENTS, true), (NESTED, false)] {
            let app = &app;
            let mut following = join_all(["vic", "vic", "ann"].map(|name| Follower::of(app, name, document))).await;
            let last = if share { 1 } else { 3 };
            join_all(following.iter_mut().map(|one| one.hears(1..=last))).await;
            join_all(following.iter_mut().map(Follower::waits)).await;
            act(app, "alice", SAY, json!({ "b": document })).await;
            let heard = join_all(following.iter_mut().map(|one| one.hears(last + 1..=last + 2))).await;
            assert!(Arc::ptr_eq(&heard[0][0], &heard[1][0]));
            assert!(!Arc::ptr_eq(&heard[0][0], &heard[2][0]));
        }
    }
}

#[tokio::test]
async fn whoever_has_other_rights_before_they_join_joins_others() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        let app = &app;
        let mut following = join_all(["vic", "vic"].map(|name| Follower::of(app, name, EVENTS))).await;
        join_all(following.iter_mut().map(|one| one.hears(1..=1))).await;
        following[1].seen_as.is(&app.viewer(user("ann")).await);
        join_all(following.iter_mut().map(Follower::waits)).await;
        act(app, "alice", SAY, json!({ "b": "both" })).await;
        let heard = join_all(following.iter_mut().map(|one| one.hears(2..=3))).await;
        assert!(!Arc::ptr_eq(&heard[0][0], &heard[1][0]));
    }
}

#[tokio::test]
async fn whoever_is_slow_or_changed_goes_on_where_they_were() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        let app = &app;
        let mut following = join_all(["vic", "vic", "vic"].map(|name| Follower::of(app, name, NESTED))).await;
        join_all(following.iter_mut().map(|one| one.hears(1..=1))).await;
        join_all(following.iter_mut().map(Follower::waits)).await;
        let [fast, slow, gone] = &mut following[..] else { unreachable!() };
        // More than anybody may be behind.
        for round in 0..100 {
            act(app, "alice", SAY, json!({ "b": format!("round {round}") })).await;
            fast.hears(2 + 2 * round..=3 + 2 * round).await;
        }
        slow.hears(2..=201).await;
        gone.hears(2..=201).await;
        join_all([&mut *slow, gone].map(Follower::waits)).await;
        act(
            app,
            "alice",
            r#"mutation { removeProjectMember(input: { id: "<projectmember:vic>" }) { deletedId } }"#,
            json!({}),
        )
        .await;
        gone.seen_as.is(&app.viewer(user("vic")).await);
        let last = said(&gone.frames.next().await.unwrap());
        assert_eq!(last["errors"][0]["extensions"]["code"], "NOT_FOUND", "{last}");
        assert!(gone.frames.next().await.is_none());
        act(app, "alice", SAY, json!({ "b": "last" })).await;
        // Those of whom it is not known yet that they are somebody else by now.
        let heard = [fast.hears(202..=203).await, slow.hears(202..=203).await];
        assert!(Arc::ptr_eq(&heard[0][0], &heard[1][0]));
    }
}

#[tokio::test]
async fn the_queue_is_told_again_only_when_it_stands_otherwise() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let document = "subscription { runQueue(kind: REPRODUCTION) { count } }";
        let followed = app.engine.follow(Asked::new(document), app.viewer(user("vic")).await, None, None);
        let mut frames = followed.frames;
        let mut next = async || said(&frames.next().await.unwrap())["data"]["runQueue"]["count"].clone();
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
