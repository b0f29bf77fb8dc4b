//! Keys: a key does what its owner may at that moment, as far as it is for it, and makes none that could do more.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use domain::access::Demand;
use domain::account::{ApiKey, KeyScope, KeyText};
use domain::files::Sender;
use domain::{Action, Belonging, Denied, Id, Sees, Viewer};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use storage::account::api_key::touch;
use storage::read::{ById, load};
use storage::viewers::{Credential, present};
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }";

/// A key that was made.
struct Made {
    text: KeyText,
}

/// The world in which keys are tried.
struct Keys {
    app: App,
}

impl Keys {
    async fn start(kind: Kind) -> Option<Self> {
        Some(Self { app: World::TwoProjects.start(kind).await? })
    }

    async fn make(&self, who: &str, owner: Value, scopes: &[&str]) -> Made {
        let input = json!({ "input": { "name": "Key", "owner": owner, "scopes": scopes } });
        let (answer, _) = self.app.ask(user(who), CREATE, input).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let answer = answer.data.into_json().unwrap();
        Made { text: KeyText::parse(answer["createApiKey"]["secret"].as_str().unwrap()).unwrap() }
    }

    /// Whoever asks with the key now.
    async fn viewer(&self, key: &Made) -> Option<Viewer> {
        let presence = present(&self.app.store, &Credential::Key(key.text.digest())).await.unwrap();
        presence.map(|presence| presence.viewer)
    }

    async fn execute(&self, sql: &str) {
        self.app.store.pools().writer().execute_unprepared(sql).await.unwrap();
    }

    /// Why a program with this key may not make another; none where it may.
    async fn refusal(&self, key: &Made, owner: Value, scopes: &[&str], end: Option<&str>) -> Option<String> {
        let input = json!({ "input": { "name": "Child", "owner": owner, "scopes": scopes, "expiresAt": end } });
        let request = Request::new(CREATE).variables(Variables::from_json(input));
        let viewer = self.viewer(key).await.unwrap();
        let (answer, _) = self.app.engine.execute(request, viewer, None).await;
        answer.errors.first().map(|error| error.message.clone())
    }
}

fn alpha() -> Id<domain::project::Project> {
    names::id("alpha")
}

fn of_viewer() -> Value {
    json!({ "viewer": {} })
}

fn in_alpha() -> Value {
    json!({ "viewer": { "projectId": alpha().to_string() } })
}

fn of_alpha() -> Value {
    json!({ "projectId": alpha().to_string() })
}

fn these(projects: &[Id<domain::project::Project>]) -> Sees {
    Sees::These(projects.to_vec())
}

#[tokio::test]
async fn a_key_does_what_its_user_may_at_that_moment() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let key = keys.make("ed", of_viewer(), &["WRITE", "ADMIN"]).await;
        let ed = keys.viewer(&key).await.unwrap();
        assert_eq!(ed.user(), Some(user("ed")));
        assert_eq!(ed.sees(), these(&[alpha()]));
        assert_eq!(ed.may(Action::Write, Belonging::Project(alpha())), Ok(()));
        assert_eq!(ed.may(Action::Keep, Belonging::Project(alpha())), Err(Denied::Forbidden));

        keys.execute("UPDATE project_members SET role = 'VIEWER' WHERE role = 'EDITOR'").await;
        let ed = keys.viewer(&key).await.unwrap();
        assert_eq!(ed.may(Action::Write, Belonging::Project(alpha())), Err(Denied::Forbidden));
        keys.execute("UPDATE users SET role = 'PENDING' WHERE email = 'ed@example.org'").await;
        assert_eq!(keys.viewer(&key).await.unwrap().sees(), these(&[]));
        keys.execute("UPDATE users SET role = 'USER' WHERE email = 'ed@example.org'").await;
        keys.execute("DELETE FROM project_members WHERE role = 'VIEWER'").await;
        let ed = keys.viewer(&key).await.unwrap();
        assert_eq!(ed.sees(), these(&[]));
        assert_eq!(ed.may(Action::Read, Belonging::Project(alpha())), Err(Denied::Hidden));

        keys.execute("UPDATE users SET must_reset_password = true WHERE email = 'ed@example.org'").await;
        let ed = keys.viewer(&key).await.unwrap();
        assert_eq!(ed.meets(Demand::Scope(KeyScope::Read)), Err(Denied::PasswordFirst));
        keys.execute("UPDATE users SET disabled_at = updated_at WHERE email = 'ed@example.org'").await;
        assert!(keys.viewer(&key).await.is_none());
    }
}

#[tokio::test]
async fn a_key_of_an_administrator_who_is_none_any_more_sees_what_they_see() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let (all, one) =
            (keys.make("ann", of_viewer(), &["ADMIN"]).await, keys.make("ann", in_alpha(), &["ADMIN"]).await);
        assert_eq!(keys.viewer(&all).await.unwrap().sees(), Sees::All);
        let ann = keys.viewer(&one).await.unwrap();
        assert_eq!(ann.sees(), these(&[alpha()]));
        assert!(!ann.sees_all_accounts());
        assert_eq!(ann.may(Action::Keep, Belonging::Project(alpha())), Ok(()));
        assert_eq!(ann.may(Action::Keep, Belonging::Project(names::id("beta"))), Err(Denied::Hidden));
        assert_eq!(ann.may(Action::Keep, Belonging::Instance), Err(Denied::Forbidden));
        assert_eq!(ann.meets(Demand::Administrator), Err(Denied::Forbidden));

        keys.execute("UPDATE users SET role = 'USER' WHERE email = 'ann@example.org'").await;
        assert_eq!(keys.viewer(&all).await.unwrap().sees(), these(&[]));
        assert_eq!(keys.viewer(&one).await.unwrap().sees(), these(&[]));
    }
}

#[tokio::test]
async fn a_projects_own_key_lives_with_its_project() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let key = keys.make("alice", of_alpha(), &["EXECUTE"]).await;
        let program = keys.viewer(&key).await.unwrap();
        assert_eq!((program.user(), program.sees()), (None, these(&[alpha()])));
        assert_eq!(program.may(Action::Execute, Belonging::Project(alpha())), Ok(()));
        assert_eq!(program.may(Action::Write, Belonging::Project(alpha())), Err(Denied::OutOfScope));

        keys.execute("UPDATE projects SET deleted_at = updated_at WHERE slug = 'alpha'").await;
        assert_eq!(keys.viewer(&key).await.unwrap().sees(), these(&[]));
        keys.execute("UPDATE projects SET deleted_at = NULL WHERE slug = 'alpha'").await;
        assert_eq!(keys.viewer(&key).await.unwrap().sees(), these(&[alpha()]));
        // Whoever made it may go: it is the project's.
        let disable = "mutation($u: ID!, $o: ID!) { disableUser(input: { id: $u, newOwnerId: $o }) { user { id } } }";
        let of = json!({ "u": user("alice").to_string(), "o": user("ed").to_string() });
        let (answer, _) = keys.app.ask(user("ann"), disable, of).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        assert_eq!(keys.viewer(&key).await.unwrap().sees(), these(&[alpha()]));
    }
}

#[tokio::test]
async fn a_key_that_is_over_lets_nobody_in() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        for over in ["expires_at = '2026-01-02T00:00:00.001Z'", "revoked_at = created_at"] {
            let key = keys.make("alice", of_viewer(), &["READ"]).await;
            assert!(keys.viewer(&key).await.is_some());
            keys.execute(&format!("UPDATE api_keys SET {over}")).await;
            assert!(keys.viewer(&key).await.is_none(), "{over}");
        }
        let unknown = KeyText::try_new(&domain::Secret::new([9; 32])).unwrap();
        assert!(keys.viewer(&Made { text: unknown }).await.is_none());
    }
}

#[tokio::test]
async fn a_key_makes_none_that_could_do_more() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let (reads, keeps) = (&["READ"], &["ADMIN"]);
        let all = keys.make("alice", of_viewer(), keeps).await;
        assert_eq!(keys.refusal(&all, of_viewer(), reads, None).await, None);
        assert_eq!(keys.refusal(&all, of_alpha(), keeps, None).await, None);
        let more = keys.refusal(&all, of_viewer(), &["ADMIN", "WRITE"], None).await;
        assert_eq!(more.unwrap(), "a key makes no key with a scope that it has not itself");

        let one = keys.make("alice", in_alpha(), keeps).await;
        assert_eq!(keys.refusal(&one, of_alpha(), reads, None).await, None);

        let own = keys.make("alice", of_alpha(), keeps).await;
        assert_eq!(keys.refusal(&own, of_alpha(), reads, None).await, None);
        for key in [&one, &own] {
            for owner in [of_viewer(), in_alpha()] {
                let users = keys.refusal(key, owner, reads, None).await;
                assert_eq!(users.unwrap(), "a key for one project makes that project's own");
            }
        }

        let writes = keys.make("alice", of_viewer(), &["WRITE"]).await;
        assert_eq!(
            keys.refusal(&writes, of_viewer(), reads, None).await.unwrap(),
            "the key has not the scope for this"
        );

        keys.execute("UPDATE api_keys SET expires_at = '2026-03-01T00:00:00.000Z'").await;
        assert_eq!(keys.refusal(&all, of_viewer(), reads, Some("2026-03-01T00:00:00Z")).await, None);
        for end in [None, Some("2026-03-01T00:00:00.001Z")] {
            let longer = keys.refusal(&all, of_viewer(), reads, end).await;
            assert_eq!(longer.unwrap(), "a key makes no key that works for longer than itself", "{end:?}");
        }
    }
}

#[tokio::test]
async fn a_key_for_one_project_has_nothing_of_its_users_account() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let other = keys.make("alice", of_viewer(), &["READ"]).await;
        let other = keys.viewer(&other).await.unwrap().actor().key().unwrap().to_string();
        let one = keys.make("alice", in_alpha(), &["ADMIN"]).await;
        keys.execute(
            "INSERT INTO sessions (id, user_id, token_sha256, expires_at) SELECT id, id,
            '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '2100-01-01T00:00:00.000Z'
            FROM users WHERE email = 'alice@example.org'",
        )
        .await;
        let viewer = keys.viewer(&one).await.unwrap();
        let itself = viewer.actor().key().unwrap();
        assert_eq!(viewer.sender(), Some(Sender::Key(itself)), "another's files are not its to use");
        let query = "query($other: ID!) { node(id: $other) { id } viewer {
            apiKeys { nodes { id } } createdApiKeys { nodes { id } } sessions { totalCount } } }";
        let (answer, _) = keys.app.ask_as(viewer.clone(), query, json!({ "other": other })).await;
        let seen = json!({ "nodes": [{ "id": itself.to_string() }] });
        let viewers = json!({ "apiKeys": seen, "createdApiKeys": seen, "sessions": { "totalCount": 0 } });
        assert_eq!(answer.data.into_json().unwrap(), json!({ "node": null, "viewer": viewers }));
        let me = user("alice").to_string();
        for (refused, code) in [
            ("updateUser(input: { id: $me, name: \"A\" }) { user { id } }", "FORBIDDEN"),
            ("changeEmail(input: { email: \"a@example.org\" }) { user { id } }", "FORBIDDEN"),
            ("createProject(input: { name: \"B\", slug: \"b\" }) { project { id } }", "FORBIDDEN"),
            ("revokeApiKey(input: { id: $other }) { apiKey { id } }", "NOT_FOUND"),
        ] {
            let variable = ["other", "me"].into_iter().find(|name| refused.contains(&format!("${name}")));
            let declared = variable.map(|name| format!("(${name}: ID!)")).unwrap_or_default();
            let query = format!("mutation{declared} {{ {refused} }}");
            let (answer, _) = keys.app.ask_as(viewer.clone(), &query, json!({ "other": other, "me": me })).await;
            let answer = serde_json::to_value(&answer).unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{kind:?}: {refused}");
        }
    }
}

#[tokio::test]
async fn a_use_is_noted_and_is_no_edit() {
    for kind in Kind::ALL {
        let Some(keys) = Keys::start(kind).await else { continue };
        let key = keys.make("alice", of_viewer(), &["READ"]).await;
        let id = keys.viewer(&key).await.unwrap().actor().key().unwrap();
        let row = async || -> Arc<ApiKey> {
            let reader = keys.app.store.reader(Viewer::command_line(), None);
            load(ById { id }, &reader).await.unwrap().unwrap()
        };
        let before = row().await;
        assert_eq!(before.last_used_at, None);
        let (first, second) = ("2026-05-01T10:00:00Z".parse().unwrap(), "2026-05-01T10:01:00Z".parse().unwrap());
        touch(&keys.app.store, id, second).await.unwrap();
        touch(&keys.app.store, id, first).await.unwrap();
        assert_eq!(*row().await, ApiKey { last_used_at: Some(second), ..(*before).clone() });
    }
}
