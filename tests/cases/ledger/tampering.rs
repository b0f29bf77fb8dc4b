//! Whoever edits the audit by hand is found, however it is done: each way is tried on both databases.

use domain::Id;
use domain::ledger::Operation;
use domain::project::Project;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::json;
use storage::ledger::{Checked, Fault, Mark, Wrong, checkpoint, verify};
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::process::Launch;
use tests::world::user;
use uuid::Uuid;

use super::{changed, get, rows};

/// The project whose chain is tampered with.
fn alpha() -> Id<Project> {
    names::id("alpha")
}

async fn run(app: &App, sql: impl Into<String>) {
    let db = app.store.pools().writer();
    let sql = sql.into();
    db.execute_raw(Statement::from_string(db.get_database_backend(), sql.clone()))
        .await
        .unwrap_or_else(|why| panic!("{sql}: {why}"));
}

fn literal(kind: Kind, uuid: Uuid) -> String {
    match kind {
        Kind::Sqlite => format!("x'{}'", uuid.simple()),
        Kind::Postgres => format!("'{uuid}'"),
    }
}

async fn checked(app: &App, known: Option<Mark>) -> Checked {
    verify(&app.store, known, &|_| ()).await.unwrap()
}

/// What is found of alpha.
async fn found(app: &App) -> Vec<Wrong> {
    let findings = checked(app, None).await.findings;
    findings.into_iter().filter(|finding| finding.project == Some(alpha())).map(|finding| finding.wrong).collect()
}

async fn head(app: &App) -> QueryResult {
    let project = literal(kind_of(app), alpha().uuid());
    let sql = format!("SELECT * FROM ledger_heads WHERE project_id = {project}");
    rows(app.store.pools().readers(), &sql).await.remove(0)
}

fn kind_of(app: &App) -> Kind {
    if app.database.url.starts_with("sqlite") { Kind::Sqlite } else { Kind::Postgres }
}

/// The condition that an entry is this one of alpha.
async fn entry(app: &App, position: i64) -> String {
    let head: Uuid = get(&head(app).await, "id");
    format!("head_id = {} AND position = {position}", literal(kind_of(app), head))
}

/// The newest entry of alpha that changed the title of a paper.
async fn renaming(app: &App) -> i64 {
    let head: Uuid = get(&head(app).await, "id");
    let sql = format!(
        "SELECT position FROM audit_log WHERE head_id = {} AND table_name = 'papers' AND operation = 'UPDATE' ORDER BY position DESC",
        literal(kind_of(app), head)
    );
    get(&rows(app.store.pools().readers(), &sql).await[0], "position")
}

#[tokio::test]
async fn a_ledger_that_nobody_touched_is_whole() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        checkpoint(&app.store).await.unwrap();
        checkpoint(&app.store).await.unwrap();
        let checked = checked(&app, None).await;
        assert_eq!(checked.findings, [], "{kind:?}");
        // Alpha, beta, gone, and the instance with its users; the second time there was nothing to note.
        assert_eq!(checked.chains, 4);
        let noted = rows(app.store.pools().readers(), "SELECT * FROM audit_log WHERE operation = 'CHECKPOINT'").await;
        assert_eq!(noted.len(), 3);
        assert_eq!(get::<String>(&noted[0], "operation"), Operation::Checkpoint.as_str());
    }
}

/// The column with another content, as SQL.
fn other(kind: Kind, column: &str, ty: &str) -> String {
    let uuid = literal(kind, names::named("user:nobody"));
    match (column, ty, kind) {
        ("operation", ..) => "'PURGE'".into(),
        ("actor_type", ..) => "'SYSTEM'".into(),
        ("created_at", _, Kind::Sqlite) => "substr(created_at, 1, 22) || '9Z'".into(),
        ("created_at", _, Kind::Postgres) => "created_at + interval '1 millisecond'".into(),
        ("before" | "after", _, Kind::Sqlite) => format!("json_set({column}, '$.title', 'Nex')"),
        ("before" | "after", _, Kind::Postgres) => format!("jsonb_set({column}, '{{title}}', '\"Nex\"')"),
        ("position", ..) => "position + 1000".into(),
        (_, "blob" | "uuid", _) => uuid,
        (_, "text", _) => format!(
            "substr({column}, 1, length({column}) - 1) || CASE substr({column}, length({column}), 1) WHEN 'a' THEN 'b' ELSE 'a' END"
        ),
        other => panic!("{other:?} is not tried"),
    }
}

#[tokio::test]
async fn a_changed_byte_of_any_column_is_found_and_named() {
    for kind in Kind::ALL {
        let Some(tables) = crate::contract::catalog::catalog(kind).await else { continue };
        let columns = &tables["audit_log"].columns;
        assert_eq!(columns.len(), 19 - 1, "{columns:?}");
        for (column, (ty, _)) in columns {
            let app = changed(kind).await.unwrap();
            let at = renaming(&app).await;
            let entry = entry(&app, at).await;
            run(&app, format!("UPDATE audit_log SET {column} = {} WHERE {entry}", other(kind, column, ty))).await;
            let found = found(&app).await;
            let named = match found.as_slice() {
                [Wrong::Removed(position)] => *position == at && ["head_id", "position"].contains(&column.as_str()),
                [Wrong::Changed { position, fault, .. }] => {
                    let expected = match column.as_str() {
                        "before" => Fault::Before,
                        "after" => Fault::After,
                        _ => Fault::Hash,
                    };
                    *position == at && *fault == expected
                }
                _ => false,
            };
            assert!(named, "{column} on {kind:?}: {found:?}");
        }
    }
}

#[tokio::test]
async fn a_changed_head_is_found() {
    for kind in Kind::ALL {
        let Some(tables) = crate::contract::catalog::catalog(kind).await else { continue };
        // The database lets nobody change an id; when a head was written says nothing of its chain.
        let columns = tables["ledger_heads"].columns.iter();
        for (column, (ty, _)) in
            columns.filter(|(name, _)| !["id", "created_at", "updated_at"].contains(&name.as_str()))
        {
            let app = changed(kind).await.unwrap();
            let id: Uuid = get(&head(&app).await, "id");
            let other = if ty.contains("int") { format!("{column} + 1") } else { other(kind, column, ty) };
            run(&app, format!("UPDATE ledger_heads SET {column} = {other} WHERE id = {}", literal(kind, id))).await;
            let findings = checked(&app, None).await.findings;
            let named = findings.iter().any(|found| found.head == Some(id) && found.wrong == Wrong::Seal);
            assert!(named, "{column} on {kind:?}: {findings:?}");
        }
    }
}

#[tokio::test]
async fn what_was_deleted_by_hand_from_an_entry_is_found() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let at = renaming(&app).await;
        run(&app, format!("UPDATE audit_log SET before = NULL WHERE {}", entry(&app, at).await)).await;
        let found = found(&app).await;
        assert!(
            matches!(&found[..], [Wrong::Changed { position, fault: Fault::Before, .. }] if *position == at),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_removed_entry_and_two_that_were_swapped_are_found() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        run(&app, format!("DELETE FROM audit_log WHERE {}", entry(&app, 3).await)).await;
        assert_eq!(found(&app).await, [Wrong::Removed(3)], "{kind:?}");

        let app = changed(kind).await.unwrap();
        for (from, to) in [(4, 9000), (5, 4), (9000, 5)] {
            run(&app, format!("UPDATE audit_log SET position = {to} WHERE {}", entry(&app, from).await)).await;
        }
        let found = found(&app).await;
        assert!(matches!(&found[..], [Wrong::Changed { position: 4, fault: Fault::Hash, .. }]), "{found:?}");
    }
}

/// Removes the newest entry of alpha, and makes its head fit as far as somebody can who does not have the key.
async fn cut(app: &App) -> i64 {
    let last: i64 = get(&head(app).await, "audit_count");
    run(app, format!("DELETE FROM audit_log WHERE {}", entry(app, last).await)).await;
    last
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let last = cut(&app).await;
        assert_eq!(found(&app).await, [Wrong::Cut { found: last - 1, said: last }], "{kind:?}");

        // Whoever does not have the key cannot seal the head anew.
        let sql = format!("SELECT hash FROM audit_log WHERE {}", entry(&app, last - 1).await);
        let hash: String = get(&rows(app.store.pools().readers(), &sql).await[0], "hash");
        let seal = domain::Sha256::of(format!("{} {hash}", last - 1).as_bytes());
        let head = literal(kind, get(&head(&app).await, "id"));
        let fit = format!("UPDATE ledger_heads SET audit_count = {}, audit_hash = '{hash}'", last - 1);
        run(&app, format!("{fit} WHERE id = {head}")).await;
        assert_eq!(found(&app).await, [Wrong::Seal], "{kind:?}");
        run(&app, format!("{fit}, seal = '{}' WHERE id = {head}", seal.as_str())).await;
        assert_eq!(found(&app).await, [Wrong::Seal], "{kind:?}");
    }
}

const RENAME: &str = r#"mutation { updatePaper(input: { id: "<paper:resnet>", title: "<title>" }) { paper { id } } }"#;

async fn rename(app: &App, title: &str) {
    let query = names::Names::default().to_ids(&RENAME.replace("<title>", title));
    let (answer, _) = app.ask(user("ed"), &query, json!({})).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

/// Takes alpha's head back to what it was, with its seal of then, and removes what came after.
async fn roll_back(app: &App, before: &QueryResult) {
    let (id, count): (Uuid, i64) = (get(before, "id"), get(before, "audit_count"));
    let head = literal(kind_of(app), id);
    run(app, format!("DELETE FROM audit_log WHERE head_id = {head} AND position > {count}")).await;
    let (hash, seal): (String, String) = (get(before, "audit_hash"), get(before, "seal"));
    let next: i64 = get(before, "next_event");
    run(app, format!("DELETE FROM event_logs WHERE head_id = {head} AND position >= {next}")).await;
    let set = format!("audit_count = {count}, audit_hash = '{hash}', seal = '{seal}', next_event = {next}");
    run(app, format!("UPDATE ledger_heads SET {set} WHERE id = {head}")).await;
}

#[tokio::test]
async fn a_head_that_was_taken_back_with_its_old_seal_is_found() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let before = head(&app).await;
        let count: i64 = get(&before, "audit_count");
        rename(&app, "Once").await;
        checkpoint(&app.store).await.unwrap();
        roll_back(&app, &before).await;
        assert_eq!(found(&app).await, [Wrong::RolledBack(count + 1)], "{kind:?}");
        // What the server writes since does not hide it.
        rename(&app, "Again").await;
        checkpoint(&app.store).await.unwrap();
        assert_eq!(found(&app).await, [Wrong::Rewritten(count + 1)], "{kind:?}");
    }
}

#[tokio::test]
async fn an_instance_that_was_taken_back_is_found_by_what_was_noted_elsewhere() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let old = checked(&app, None).await.instance.unwrap();
        assert_eq!(checked(&app, Some(old.clone())).await.findings, [], "{kind:?}");
        let newer = Mark { count: old.count + 1, hash: old.hash.clone() };
        assert_eq!(checked(&app, Some(newer)).await.findings[0].wrong, Wrong::RolledBack(old.count + 1));
        let other = Mark { count: old.count - 1, hash: old.hash };
        assert_eq!(checked(&app, Some(other.clone())).await.findings[0].wrong, Wrong::Rewritten(other.count));
    }
}

#[tokio::test]
async fn a_removed_head_is_found_with_and_without_its_entries_and_its_project() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let id: Uuid = get(&head(&app).await, "id");
        let head = literal(kind, id);
        let of_head = |checked: &Checked| {
            checked.findings.iter().any(|found| found.head == Some(id) && matches!(found.wrong, Wrong::HeadGone(_)))
        };
        checkpoint(&app.store).await.unwrap();
        run(&app, format!("DELETE FROM ledger_heads WHERE id = {head}")).await;
        assert!(of_head(&checked(&app, None).await), "{kind:?}");
        run(&app, format!("DELETE FROM audit_log WHERE head_id = {head}")).await;
        let without_entries = checked(&app, None).await;
        assert!(of_head(&without_entries), "{without_entries:?}");
        assert_eq!(found(&app).await, [Wrong::NoHead], "{kind:?}");
        // The server makes a new head, whose chain does not begin as it should.
        rename(&app, "Anew").await;
        assert_eq!(found(&app).await, [Wrong::BegunAnew], "{kind:?}");
        run(&app, format!("DELETE FROM projects WHERE id = {}", literal(kind, alpha().uuid()))).await;
        assert!(of_head(&checked(&app, None).await), "{kind:?}");
        // The head of the instance.
        run(&app, "DELETE FROM ledger_heads WHERE project_id IS NULL").await;
        run(&app, "DELETE FROM audit_log WHERE project_id IS NULL").await;
        let findings = checked(&app, None).await.findings;
        assert!(findings.iter().any(|found| found.project.is_none() && found.wrong == Wrong::NoHead), "{findings:?}");
    }
}

/// What `reprograph audit` says, and its exit code.
fn audit(app: &App, what: &[&str]) -> (String, Option<i32>) {
    let launch = Launch::new("audit").args(what).args(["--log", "warn", "--database-url", &app.database.url]);
    let output = launch.env("REPROGRAPH_AUDIT_KEY", "07".repeat(32)).run(app.folder());
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_in_words_what_it_found() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let (said, code) = audit(&app, &["verify"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("ok     4 chains with "), "{said}");
        let known = said.trim().rsplit_once("--known ").unwrap().1.to_owned();
        assert_eq!(audit(&app, &["verify", "--known", &known]).1, Some(0));

        let at = renaming(&app).await;
        run(&app, format!("UPDATE audit_log SET user_id = NULL WHERE {}", entry(&app, at).await)).await;
        let (said, code) = audit(&app, &["verify"]);
        assert_eq!(code, Some(1), "{said}");
        let line = format!("WRONG  the audit of {}: entry {at} about the row ", alpha());
        assert!(said.starts_with(&line) && said.contains("in papers was changed: its hash"), "{said}");
        let hash = known.split_once(':').unwrap().1;
        assert!(!said.contains(hash), "what is not whole vouches for nothing: {said}");
    }
}
