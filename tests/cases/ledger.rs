//! The ledger that mutations write: an audit chain that nobody edits quietly, and an event log without gaps.

mod concurrency;
mod erasing;
mod errors;
mod export;
mod tampering;

use std::collections::BTreeMap;

use async_graphql::{Request, Variables};
use domain::access::Membership;
use domain::account::{ApiKey, KeyScope, KeyScopes, Role};
use domain::project::{MemberRole, Project};
use domain::{Actor, Entity, Id, Leaf, Timestamp, Viewer};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};
use uuid::Uuid;

const CHANGES: &str = r#"mutation {
    a: updatePaper(input: { id: "<paper:bert>", title: "New" }) { paper { id } }
    b: updatePaper(input: { id: "<paper:bert>", title: "New" }) { paper { id } }
    c: deletePaper(input: { id: "<paper:bert>" }) { deletedId }
    d: restorePaper(input: { id: "<paper:bert>" }) { paper { id } }
    e: deleteClaim(input: { id: "<claim:mnli>" }) { deletedId }
    f: updatePaper(input: { id: "<paper:bert>", expectedRevision: 1, title: "Refused" }) { paper { id } }
    g: createPapers(input: { papers: [{ projectId: "<project:alpha>", title: "One" }, { projectId: "<project:alpha>", title: "Two", doi: "10.1234/x" }] }) { papers { id } }
    h: purgePaper(input: { id: "<paper:gpt>" }) { deletedId }
}"#;

async fn changed(kind: Kind) -> Option<App> {
    let app = World::TwoProjects.start(kind).await?;
    let (answer, _) = app.ask(user("alice"), &names::Names::default().to_ids(CHANGES), json!({})).await;
    assert_eq!(answer.errors.len(), 1, "{:?}", answer.errors);
    Some(app)
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap()
}

/// A time, which SQLite keeps as text.
fn time(row: &QueryResult, column: &str) -> Timestamp {
    match row.try_get::<time::OffsetDateTime>("", column) {
        Ok(time) => Timestamp::parse(time).unwrap(),
        Err(_) => get::<String>(row, column).parse().unwrap(),
    }
}

/// The rows of the log by their heads, each in the order of its chain.
async fn by_head(app: &App, table: &str) -> BTreeMap<Uuid, Vec<QueryResult>> {
    let sql = format!("SELECT * FROM {table} ORDER BY head_id, position");
    let mut heads: BTreeMap<Uuid, Vec<QueryResult>> = BTreeMap::new();
    for row in rows(app.store.pools().readers(), &sql).await {
        heads.entry(get(&row, "head_id")).or_default().push(row);
    }
    heads
}

#[tokio::test]
async fn the_audit_says_what_was_done_by_whom_and_keeps_no_secret() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let db = app.store.pools().readers();
        let paper = names::named("paper:bert");
        let all = rows(db, "SELECT * FROM audit_log ORDER BY head_id, position").await;
        let of_paper: Vec<&QueryResult> = all.iter().filter(|row| get::<Uuid>(row, "row_id") == paper).collect();
        let done: Vec<String> = of_paper.iter().map(|row| get(row, "operation")).collect();
        // Made, given its PDF, and then by the changes: the one that changed nothing and the refused one left no trace.
        assert_eq!(done, ["CREATE", "UPDATE", "UPDATE", "DELETE", "RESTORE"], "{kind:?}");
        let renamed = of_paper[2];
        let (before, after): (Value, Value) = (get(renamed, "before"), get(renamed, "after"));
        assert_eq!((&before["title"], &after["title"]), (&json!("BERT"), &json!("New")));
        assert_eq!((&before["revision"], &after["revision"]), (&json!(2), &json!(3)));
        assert_eq!(after["updated_at"], json!(time(renamed, "created_at").to_string()));
        assert_eq!(get::<String>(renamed, "actor_type"), "USER");
        assert_eq!(get::<String>(renamed, "actor_id"), user("alice").to_string());
        assert_eq!(get::<Option<Uuid>>(renamed, "user_id"), Some(user("alice").uuid()));
        assert_eq!(get::<Option<String>>(renamed, "request_id").as_deref(), Some("request"));
        let users: Vec<&QueryResult> = all.iter().filter(|row| get::<String>(row, "table_name") == "users").collect();
        assert_eq!(users.len(), tests::world::USERS.len());
        for row in users {
            assert_eq!(get::<Value>(row, "after")["password_hash"], json!("[secret]"));
        }
        for row in &all {
            let texts = format!("{:?} {:?}", get::<Option<Value>>(row, "before"), get::<Option<Value>>(row, "after"));
            assert!(!texts.contains("argon2id"), "{texts}");
        }
    }
}

#[tokio::test]
async fn the_audit_names_the_key_as_well_as_the_user() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let key: Id<ApiKey> = names::id("robot");
        let membership = Membership { project: names::id("alpha"), role: MemberRole::Editor, live: true };
        let scopes = KeyScopes::try_new([KeyScope::Write]).unwrap();
        for by in [Some(user("ed")), None] {
            let viewer = Viewer::program(Actor::ApiKey { key, user: by }, Role::User, vec![membership], scopes.clone());
            let title = format!("by {by:?}");
            let change = names::Names::default().to_ids(
                "mutation($t: String!) { updatePaper(input: { id: \"<paper:bert>\", title: $t }) { paper { id } } }",
            );
            let request = Request::new(change).variables(Variables::from_json(json!({ "t": title })));
            let (answer, _) = app.engine.execute(request, viewer, None).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            let newest = "SELECT * FROM audit_log WHERE actor_type = 'API_KEY' ORDER BY position DESC";
            let newest = rows(app.store.pools().readers(), newest).await.remove(0);
            assert_eq!(get::<Option<Uuid>>(&newest, "api_key_id"), Some(key.uuid()), "{kind:?}");
            assert_eq!(get::<Option<Uuid>>(&newest, "user_id"), by.map(Id::uuid), "{kind:?}");
            assert_eq!(get::<String>(&newest, "actor_id"), key.to_string());
        }
    }
}

#[tokio::test]
async fn the_event_log_has_no_gaps_and_names_what_happened() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let heads = by_head(&app, "event_logs").await;
        let db = app.store.pools().readers();
        for (head, events) in &heads {
            for (at, row) in events.iter().enumerate() {
                assert_eq!(get::<i64>(row, "position"), i64::try_from(at + 1).unwrap(), "{kind:?}");
            }
            let next = rows(db, "SELECT id, next_event FROM ledger_heads").await;
            let next = next.iter().find(|row| get::<Uuid>(row, "id") == *head).unwrap();
            assert_eq!(get::<i64>(next, "next_event"), i64::try_from(events.len() + 1).unwrap());
        }
        let alpha = heads
            .values()
            .find(|rows| get::<Option<Uuid>>(&rows[0], "project_id") == Some(names::named("project:alpha")))
            .unwrap();
        let said: Vec<String> = alpha[alpha.len() - 7..].iter().map(|row| get(row, "event_type")).collect();
        let expected = [
            "PAPER_UPDATED",
            "PAPER_DELETED",
            "PAPER_RESTORED",
            "CLAIM_DELETED",
            "PAPER_CREATED",
            "PAPER_CREATED",
            "PAPER_PURGED",
        ];
        assert_eq!(said, expected, "{kind:?}");
        let payload: Value = get(alpha.last().unwrap(), "payload");
        assert_eq!(payload["id"], json!(names::id::<domain::literature::Paper>("gpt").to_string()));
    }
}

#[tokio::test]
async fn what_was_purged_is_removed_with_its_objects_and_nothing_else() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let purge = r#"mutation { purgePaper(input: { id: "<paper:bert>" }) { deletedId } purgeProject(input: { id: "<project:gone>" }) { deletedId } }"#;
        let (answer, _) = app.ask(user("alice"), &names::Names::default().to_ids(purge), json!({})).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        while storage::write::remove_purged(&app.store, storage::write::ROOTS).await.unwrap() {}
        let db = app.store.pools().readers();
        let count = async |sql: &str| get::<i64>(&rows(db, sql).await[0], "n");
        // Alpha has three papers left beside its deleted one, and beta two; of gone nothing is left.
        for (table, left) in [
            ("papers", 6),
            ("projects", 2),
            ("claims", 3),
            ("storyboards", 1),
            ("assets", 9),
            ("plans", 3),
            ("repositories", 3),
            ("project_members", 4),
        ] {
            assert_eq!(count(&format!("SELECT count(*) AS n FROM {table}")).await, left, "{table} on {kind:?}");
        }
        // The PDF, two files and the storyboard's document; of two plans the materials, and a file.
        let due = "SELECT count(*) AS n FROM object_deletions WHERE storage_path NOT LIKE 'uploads/%'";
        assert_eq!(count(due).await, 9, "{kind:?}");
        assert_eq!(Project::TABLE, "projects");
    }
}
