//! Whoever does not see beta finds nothing of it, by no way that a login role has: not by columns, functions, views,
//! statistics, errors or settings.

use sea_orm::sqlx::PgConnection;
use tests::app::named;
use tests::world::CANARY;

use super::world::{Readers, refusal, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_no_canary() {
    let Some(readers) = Readers::start().await else { return };
    readers.execute("ANALYZE").await;
    for user in readers.users.keys().copied() {
        let mut reader = readers.connect(user).await;
        let found = everything(&mut reader).await;
        let sees_beta = ["bob", "ann"].contains(&user);
        assert_eq!(found.to_lowercase().contains(CANARY), sees_beta, "{user} reads {found}");
        let beta = named("project:beta").to_string();
        assert_eq!(functions(&mut reader).await.contains(&beta), sees_beta, "{user}");
        if !sees_beta {
            let told = errors(&mut reader).await;
            assert!(!told.to_lowercase().contains(CANARY), "{user} is told {told}");
        }
        let statistics = texts(&mut reader, "SELECT tablename::text FROM pg_stats WHERE schemaname = 'public'").await;
        assert_eq!(statistics, Ok(Vec::new()), "{user}");
    }
    readers.close().await;
}

/// The columns that whoever asks may select: the table, and the column.
const COLUMNS: &str = "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')";

/// All that is found in all columns.
async fn everything(reader: &mut PgConnection) -> String {
    let select = format!(
        "SELECT format('SELECT concat_ws('' '', %s) FROM %I', string_agg(format('%I::text', a.attname), ', '), c.relname)
        {COLUMNS} GROUP BY c.relname"
    );
    let mut found = String::new();
    for select in texts(reader, &select).await.unwrap() {
        found += &texts(reader, &select).await.unwrap().join("\n");
    }
    found
}

/// What a condition that fails tells of the rows that it was asked of: PostgreSQL must ask the policy first.
async fn errors(reader: &mut PgConnection) -> String {
    let select =
        format!("SELECT format('SELECT count(*) FROM %I WHERE %I::text::int > 0', c.relname, a.attname) {COLUMNS}");
    let mut told = String::new();
    for select in texts(reader, &select).await.unwrap() {
        told += &refusal(reader, &select).await.unwrap_or_default();
    }
    told
}

/// What the functions answer that read with the rights of the owner.
async fn functions(reader: &mut PgConnection) -> String {
    let select = "SELECT format('SELECT (%I(%s))::text', proname, CASE pronargs WHEN 0 THEN '' ELSE '''{VIEWER,EDITOR,OWNER,ADMIN}''' END)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege(oid, 'EXECUTE')";
    let mut answers = String::new();
    for select in texts(reader, select).await.unwrap() {
        answers += &texts(reader, &select).await.unwrap().join("\n");
    }
    answers
}

#[tokio::test]
async fn a_reader_reads_no_secret_writes_nothing_and_becomes_nobody_else() {
    let Some(readers) = Readers::start().await else { return };
    let mut alice = readers.connect("alice").await;
    let bob = readers.role("bob");
    for denied in [
        "SELECT password_hash FROM users",
        "SELECT token_sha256 FROM sessions",
        "SELECT key_sha256 FROM api_keys",
        "SELECT * FROM user_tokens",
        "SELECT * FROM readers",
        "SELECT * FROM ledger_heads",
        "SELECT * FROM creations",
        "UPDATE papers SET title = 'mine'",
        "DELETE FROM papers",
        "INSERT INTO readers (role, user_id) SELECT 'x', id FROM users",
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION reader_user() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        &format!("SET ROLE {bob}"),
        &format!("SET SESSION AUTHORIZATION {bob}"),
        "ALTER TABLE papers DISABLE ROW LEVEL SECURITY",
        "DROP POLICY readers_see ON papers",
    ] {
        let why = refusal(&mut alice, denied).await.unwrap_or_else(|| panic!("{denied} is allowed"));
        assert!(why.contains("permission denied") || why.contains("must be owner"), "{denied}: {why}");
    }
    // Things of one's own come after those of the server, whatever is searched first.
    let shadow = "CREATE TEMP TABLE users AS SELECT 'ADMIN' AS role, id FROM users; SET search_path = pg_temp, public";
    assert_eq!(refusal(&mut alice, shadow).await, None);
    let seen = texts(&mut alice, "SELECT slug FROM public.projects").await.unwrap();
    assert_eq!(seen, ["alpha"]);
    let off = refusal(&mut alice, "SET row_security = off; SELECT title FROM public.papers").await.unwrap();
    assert!(off.contains("row-level security"), "{off}");
    readers.close().await;
}

#[tokio::test]
async fn what_a_user_may_see_changes_for_their_reader_at_once() {
    let Some(readers) = Readers::start().await else { return };
    let mut vic = readers.connect("vic").await;
    let titles = "SELECT title FROM papers";
    assert!(!texts(&mut vic, titles).await.unwrap().is_empty());
    for (change, back) in [
        (
            "UPDATE users SET role = 'PENDING' WHERE email = 'vic@example.org'",
            "UPDATE users SET role = 'USER' WHERE email = 'vic@example.org'",
        ),
        (
            "UPDATE users SET disabled_at = now() WHERE email = 'vic@example.org'",
            "UPDATE users SET disabled_at = NULL WHERE email = 'vic@example.org'",
        ),
        (
            "UPDATE projects SET deleted_at = now() WHERE slug = 'alpha'",
            "UPDATE projects SET deleted_at = NULL WHERE name = 'Alpha'",
        ),
        (
            "UPDATE papers SET deleted_at = '2026-05-05Z' WHERE deleted_at IS NULL",
            "UPDATE papers SET deleted_at = NULL WHERE deleted_at = '2026-05-05Z'",
        ),
    ] {
        readers.execute(change).await;
        assert_eq!(texts(&mut vic, titles).await.unwrap(), Vec::<String>::new(), "{change}");
        readers.execute(back).await;
        assert!(!texts(&mut vic, titles).await.unwrap().is_empty(), "{back}");
    }
    readers.close().await;
}
