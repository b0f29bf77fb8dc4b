//! The database takes a text of the domain's greatest length, and refuses one that is a character longer.

use domain::account::{Session, UserProvider};
use domain::literature::{ArxivId, Doi, VectorStoreId};
use domain::text::{
    ActorName, Citation, Email, FileName, Issuer, KeyPrefix, Label, LongText, MediaType, Name, Prose, RelativePath,
    RepositoryUrl, RequestId, Slug, StoragePath, Subject, Title, UserAgent, WebUrl,
};
use domain::{JsonObject, Revision, Sha256, Viewer};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use storage::write::write;
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

/// A column, how long its text may be, what the text begins with, and whether its length is that of its bytes.
type Limit = (&'static str, &'static str, usize, &'static str, Unit);

/// In what a length is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// In characters, of which each may take several bytes.
    Characters,
    /// In characters that are ASCII by their form, or in bytes.
    Ascii,
}

use Unit::{Ascii, Characters};

const LIMITS: &[Limit] = &[
    ("users", "email", Email::MAX, "", Characters),
    ("users", "name", Name::MAX, "", Characters),
    ("users", "avatar_url", WebUrl::MAX, "", Characters),
    ("user_providers", "provider", Issuer::MAX, "", Ascii),
    ("user_providers", "provider_id", Subject::MAX, "", Ascii),
    ("user_providers", "email", Email::MAX, "", Characters),
    ("user_providers", "name", Name::MAX, "", Characters),
    ("user_providers", "avatar_url", WebUrl::MAX, "", Characters),
    ("sessions", "user_agent", UserAgent::MAX, "", Characters),
    ("api_keys", "name", Name::MAX, "", Characters),
    ("api_keys", "prefix", KeyPrefix::MAX, "", Characters),
    ("projects", "name", Name::MAX, "", Characters),
    ("projects", "slug", Slug::MAX, "", Ascii),
    ("projects", "description", Prose::MAX, "", Characters),
    ("repositories", "full_name", Name::MAX, "", Characters),
    ("repositories", "url", RepositoryUrl::MAX, "", Ascii),
    ("repositories", "owner", Name::MAX, "", Characters),
    ("repositories", "name", Name::MAX, "", Characters),
    ("project_guidelines", "file_name", FileName::MAX, "", Characters),
    ("project_guidelines", "media_type", MediaType::MAX, "a/", Ascii),
    ("project_guidelines", "storage_path", StoragePath::MAX, "guidelines/", Ascii),
    ("project_guidelines", "text", LongText::MAX, "", Characters),
    ("papers", "title", Title::MAX, "", Characters),
    ("papers", "abstract", Prose::MAX, "", Characters),
    ("papers", "source_url", WebUrl::MAX, "", Characters),
    ("papers", "doi", Doi::MAX, "", Characters),
    ("papers", "arxiv_id", ArxivId::MAX, "", Characters),
    ("papers", "vector_store_id", VectorStoreId::MAX, "", Characters),
    ("claims", "dataset_name", Label::MAX, "", Characters),
    ("claims", "split", Label::MAX, "", Characters),
    ("claims", "metric_name", Label::MAX, "", Characters),
    ("claims", "units", Label::MAX, "", Characters),
    ("claims", "method_snippet", Prose::MAX, "", Characters),
    ("claims", "source_citation", Citation::MAX, "", Characters),
    ("notes", "title", Title::MAX, "", Characters),
    ("notes", "content", Prose::MAX, "", Characters),
    ("storyboards", "storage_path", StoragePath::MAX, "storyboards/", Ascii),
    ("assets", "path", RelativePath::MAX, "", Characters),
    ("assets", "media_type", MediaType::MAX, "a/", Ascii),
    ("assets", "file_name", FileName::MAX, "", Characters),
    ("unit_modes", "key", Label::MAX, "", Characters),
    ("unit_modes", "name", Name::MAX, "", Characters),
    ("unit_modes", "description", Prose::MAX, "", Characters),
    ("equation_modules", "name", Name::MAX, "", Characters),
    ("equation_modules", "version", Label::MAX, "", Characters),
    ("equation_modules", "source", LongText::MAX, "", Characters),
    ("equation_modules", "description", Prose::MAX, "", Characters),
    ("metric_definitions", "key", Label::MAX, "", Characters),
    ("metric_definitions", "name", Name::MAX, "", Characters),
    ("metric_definitions", "unit", Label::MAX, "", Characters),
    ("metric_definitions", "description", Prose::MAX, "", Characters),
    ("audit_log", "actor_id", ActorName::MAX, "", Characters),
    ("audit_log", "request_id", RequestId::MAX, "", Characters),
];

#[tokio::test]
async fn the_domain_and_the_databases_have_the_same_limits() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        account(&app).await;
        let db = app.store.pools().writer();
        let mut wrong = Vec::new();
        for limit in LIMITS {
            let (table, column, longest, ..) = limit;
            if let Err(why) = set(db, limit, *longest).await {
                wrong.push(format!("{table}.{column} refuses {longest}: {why}"));
            }
            match set(db, limit, longest + 1).await {
                Ok(()) => wrong.push(format!("{table}.{column} takes {}", longest + 1)),
                Err(why) if why.contains("_length") => {}
                Err(why) => wrong.push(format!("{table}.{column} refuses {} for another reason: {why}", longest + 1)),
            }
        }
        assert!(wrong.is_empty(), "{kind:?}:\n{}", wrong.join("\n"));
    }
}

/// Rows of an account that the world does not have.
async fn account(app: &App) {
    let reader = app.store.reader(Viewer::command_line(), None);
    let (id, at, metadata) = (user("alice"), reader.now(), JsonObject::empty());
    let (revision, created_at, updated_at) = (Revision::FIRST, at, at);
    let digest = || Sha256::of(b"a token");
    let provider = UserProvider {
        id: names::id("limits"),
        user_id: id,
        provider: Issuer::try_new("https://id.example.org").unwrap(),
        provider_id: Subject::try_new("alice").unwrap(),
        email: None,
        name: None,
        avatar_url: None,
        revision,
        created_at,
        updated_at,
    };
    let session = Session {
        id: names::id("limits"),
        user_id: id,
        token_sha256: digest(),
        expires_at: at,
        revoked_at: None,
        user_agent: None,
        metadata,
        revision,
        created_at,
        updated_at,
    };
    let key = r#"mutation { createApiKey(input: { name: "K", owner: { viewer: {} }, scopes: [READ] }) { secret } }"#;
    assert!(app.ask(id, key, serde_json::Value::Null).await.0.errors.is_empty());
    let written = write(&reader, |work| {
        let (provider, session) = (provider.clone(), session.clone());
        Box::pin(async move {
            work.insert(&provider).await?;
            work.insert(&session).await
        })
    });
    written.await.unwrap();
}

/// Writes a text of this length over a row's.
async fn set(db: &DatabaseConnection, limit: &Limit, length: usize) -> Result<(), String> {
    let (table, column, _, start, unit) = limit;
    let filler = if *unit == Ascii { "x" } else { "é" };
    let text = format!("{start}{}", filler.repeat(length - start.len()));
    let row = if *column == "path" {
        "(SELECT id FROM assets WHERE path IS NOT NULL LIMIT 1)".to_owned()
    } else {
        format!("(SELECT id FROM {table} LIMIT 1)")
    };
    let sql = format!("UPDATE {table} SET {column} = '{text}' WHERE id = {row}");
    db.execute_unprepared(&sql).await.map(drop).map_err(|error| error.to_string())
}
