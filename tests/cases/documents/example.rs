//! The entity of the tests' own really works, in all layers and on both databases.

use async_graphql::Response;
use domain::Id;
use domain::account::{Role, User};
use serde_json::{Value, json};
use tests::database::Kind;
use tests::example::{Example, roots};

/// A project of Ada's with a paper, in which Eve is an editor; Bob is nobody there.
struct World {
    example: Example,
    ada: Id<User>,
    eve: Id<User>,
    bob: Id<User>,
    paper: Value,
}

impl World {
    async fn start(kind: Kind) -> Option<Self> {
        let example = Example::start(kind).await?;
        let ada = example.app.user("ada", Role::User).await;
        let eve = example.app.user("eve", Role::User).await;
        let bob = example.app.user("bob", Role::User).await;
        let mut world = Self { example, ada, eve, bob, paper: Value::Null };
        let made =
            world.done(ada, r#"mutation { createProject(input: {name: "One", slug: "one"}) { project { id } } }"#);
        let project = made.await["createProject"]["project"]["id"].clone();
        let join = "mutation($project: ID!, $user: ID!) {
            addProjectMember(input: {projectId: $project, userId: $user, role: EDITOR}) { member { id } }
            createPaper(input: {projectId: $project, title: \"A paper\"}) { paper { id } } }";
        let made = world.done_with(ada, join, json!({ "project": project, "user": eve.to_string() })).await;
        world.paper = made["createPaper"]["paper"]["id"].clone();
        Some(world)
    }

    async fn ask(&self, user: Id<User>, query: &str, variables: Value) -> Response {
        self.example.ask(user, query, variables).await
    }

    async fn done(&self, user: Id<User>, query: &str) -> Value {
        self.done_with(user, query, json!({})).await
    }

    async fn done_with(&self, user: Id<User>, query: &str, variables: Value) -> Value {
        let answer = self.ask(user, query, variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.data.into_json().unwrap()
    }

    /// A review of Eve's.
    async fn review(&self) -> Value {
        let create = r#"mutation($paper: ID!) { createReview(input: {
            paperId: $paper, reviewer: "Eve", verdict: SOUND, summary: "It holds.", confidence: 0.75, checklist: {data: true}
        }) { review { id } } }"#;
        let made = self.done_with(self.eve, create, json!({ "paper": self.paper })).await;
        made["createReview"]["review"]["id"].clone()
    }
}

fn code(answer: &Response) -> Value {
    serde_json::to_value(answer.errors[0].extensions.as_ref().unwrap().get("code").unwrap()).unwrap()
}

#[tokio::test]
async fn a_review_is_created_read_changed_and_seen_by_no_stranger() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let review = world.review().await;
        let read = "query($id: ID!) {
            review(id: $id) { reviewer verdict summary confidence url checklist revision project { slug } paper { title } }
            node(id: $id) { __typename id } }";
        let seen = world.done_with(world.eve, read, json!({ "id": review })).await;
        let expected = json!({
            "reviewer": "Eve", "verdict": "SOUND", "summary": "It holds.", "confidence": 0.75, "url": null,
            "checklist": { "version": "1.0", "data": true }, "revision": 1,
            "project": { "slug": "one" }, "paper": { "title": "A paper" },
        });
        assert_eq!(seen, json!({ "review": expected, "node": { "__typename": "Review", "id": review } }));

        let update = r#"mutation($id: ID!) { updateReview(input: {
            id: $id, expectedRevision: 1, verdict: FLAWED, url: "https://example.org/review"
        }) { review { verdict url summary revision } } }"#;
        let changed = world.done_with(world.eve, update, json!({ "id": review })).await;
        let expected =
            json!({ "verdict": "FLAWED", "url": "https://example.org/review", "summary": "It holds.", "revision": 2 });
        assert_eq!(changed["updateReview"]["review"], expected);
        let again = world.ask(world.eve, update, json!({ "id": review })).await;
        assert_eq!(code(&again), "CONFLICT");

        let nothing = world.done_with(world.bob, read, json!({ "id": review })).await;
        assert_eq!(nothing, json!({ "review": null, "node": null }));
        assert_eq!(world.done(world.bob, "{ reviews { totalCount } }").await["reviews"]["totalCount"], 0);
        let refused = world.ask(world.bob, update, json!({ "id": review })).await;
        assert_eq!(code(&refused), "NOT_FOUND");
    }
}

#[tokio::test]
async fn reviews_are_created_in_lists_filtered_and_ordered() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let create = r#"mutation($paper: ID!) { createReviews(input: { reviews: [
            {paperId: $paper, reviewer: "Ann", verdict: SOUND, summary: "Yes.", confidence: 1, checklist: {data: true}}
            {paperId: $paper, reviewer: "Ben", verdict: FLAWED, summary: "No.", confidence: 0.5, checklist: {data: false}}
        ] }) { reviews { reviewer } } }"#;
        let made = world.done_with(world.eve, create, json!({ "paper": world.paper })).await;
        assert_eq!(made["createReviews"]["reviews"], json!([{ "reviewer": "Ann" }, { "reviewer": "Ben" }]));
        for (filter, order, found) in [
            ("{}", "REVIEWER_DESC", json!(["Ben", "Ann"])),
            ("{verdict: {eq: SOUND}}", "REVIEWER_ASC", json!(["Ann"])),
            ("{confidence: {lt: 0.9}}", "CREATED_AT_ASC", json!(["Ben"])),
            (r#"{paper: {title: {startsWith: "A "}}, url: {isNull: true}}"#, "CREATED_AT_ASC", json!(["Ann", "Ben"])),
            (r#"{paper: {title: {eq: "Another"}}}"#, "CREATED_AT_ASC", json!([])),
        ] {
            let list = format!("{{ reviews(filter: {filter}, orderBy: {order}) {{ nodes {{ reviewer }} }} }}");
            let seen = world.done(world.eve, &list).await;
            let names: Vec<_> =
                seen["reviews"]["nodes"].as_array().unwrap().iter().map(|node| &node["reviewer"]).collect();
            assert_eq!(json!(names), found, "{kind:?} {filter}");
        }
        let wrong = create.replace("{data: true}", "{}").replace("\"Ben\"", "\"\"");
        let refused = world.ask(world.eve, &wrong, json!({ "paper": world.paper })).await;
        assert_eq!(code(&refused), "BAD_USER_INPUT");
        let violations =
            serde_json::to_value(refused.errors[0].extensions.as_ref().unwrap().get("violations")).unwrap();
        assert_eq!(violations[0]["path"], json!(["input", "reviews", "0", "checklist"]));
        assert_eq!(violations[1]["path"], json!(["input", "reviews", "1", "reviewer"]));
        assert_eq!(world.done(world.eve, "{ reviews { totalCount } }").await["reviews"]["totalCount"], 2);
    }
}

#[tokio::test]
async fn a_review_is_deleted_restored_and_purged() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let review = world.review().await;
        let id = json!({ "id": review });
        let count = async || world.done(world.eve, "{ reviews { totalCount } }").await["reviews"]["totalCount"].clone();

        let delete = "mutation($id: ID!) { deleteReview(input: {id: $id}) { deletedId } }";
        assert_eq!(world.done_with(world.eve, delete, id.clone()).await["deleteReview"]["deletedId"], review);
        assert_eq!(count().await, 0);
        let restore = "mutation($id: ID!) { restoreReview(input: {id: $id}) { review { id } } }";
        assert_eq!(world.done_with(world.eve, restore, id.clone()).await["restoreReview"]["review"], id);
        assert_eq!(count().await, 1);

        let paper = json!({ "id": world.paper });
        world.done_with(world.eve, "mutation($id: ID!) { deletePaper(input: {id: $id}) { deletedId } }", paper).await;
        assert_eq!(count().await, 0, "what is under a deleted paper is hidden with it");
        let paper = json!({ "id": world.paper });
        world
            .done_with(world.eve, "mutation($id: ID!) { restorePaper(input: {id: $id}) { paper { id } } }", paper)
            .await;

        let purge = "mutation($id: ID!) { purgeReview(input: {id: $id}) { deletedId } }";
        assert_eq!(code(&world.ask(world.eve, purge, id.clone()).await), "FORBIDDEN");
        assert_eq!(world.done_with(world.ada, purge, id.clone()).await["purgeReview"]["deletedId"], review);
        assert_eq!(count().await, 0);
        let store = &world.example.app.store;
        assert!(storage::write::remove_purged(store, &roots()).await.unwrap(), "there was something to remove");
        assert!(!storage::write::remove_purged(store, &roots()).await.unwrap(), "nothing is left");
    }
}
