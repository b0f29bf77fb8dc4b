//! A world with a login role for each of its users: two projects, and sign-ins, keys and tokens of everybody.

use std::collections::BTreeMap;

use domain::Id;
use domain::account::{Role, User};
use migration::Around;
use sea_orm::ConnectionTrait;
use sea_orm::sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use storage::readers;
use tests::app::{App, named};
use tests::database::Kind;
use tests::names;
use tests::world::{USERS, World};
use url::Url;

/// The app with its readers, whose roles go with it when it is asked to close.
pub(super) struct Readers {
    pub(super) app: App,
    /// The users, by name.
    pub(super) users: BTreeMap<&'static str, Id<User>>,
}

/// Users beside those of every world: one who is disabled, and one who has to choose a new password.
const OTHERS: [&str; 2] = ["disabled", "forgetful"];

impl Readers {
    /// A world of its own; none, said loudly, when there is no PostgreSQL here.
    pub(super) async fn start() -> Option<Self> {
        let app = World::TwoProjects.start(Kind::Postgres).await?;
        for name in OTHERS {
            app.user(name, Role::User).await;
        }
        let names = USERS.into_iter().chain(OTHERS);
        let users: BTreeMap<_, _> = names.map(|name| (name, names::id::<User>(name))).collect();
        let readers = Self { app, users };
        readers.execute(&readers.accounts()).await;
        bring_in_line(&readers.app).await;
        for name in readers.users.keys() {
            readers.add(name).await;
        }
        Some(readers)
    }

    /// Runs a script as the owner.
    pub(super) async fn execute(&self, script: &str) {
        let done = self.app.store.pools().writer().execute_unprepared(script).await;
        done.unwrap_or_else(|why| panic!("{script}: {why}"));
    }

    /// The name of the role that reads for a user.
    pub(super) fn role(&self, user: &str) -> String {
        let database = Url::parse(&self.app.database.url).unwrap().path().trim_start_matches('/').to_owned();
        format!("{database}_{user}")
    }

    /// A connection as the reader of a user.
    pub(super) async fn connect(&self, user: &str) -> PgConnection {
        let mut url = Url::parse(&self.app.database.url).unwrap();
        url.set_username(&self.role(user)).unwrap();
        url.set_password(Some("a password")).unwrap();
        PgConnection::connect(url.as_str()).await.unwrap()
    }

    /// A connection as the owner.
    pub(super) async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.app.database.url).await.unwrap()
    }

    /// Drops the roles, which belong to the whole cluster.
    pub(super) async fn close(self) {
        for user in self.users.keys() {
            let role = self.role(user);
            self.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
        }
    }

    async fn add(&self, user: &str) {
        let (role, email) = (self.role(user), format!("{user}@example.org"));
        self.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'a password'")).await;
        readers::add(self.app.store.pools(), &role, &email.parse().unwrap()).await.unwrap();
    }

    /// What belongs to accounts: for everybody a provider, a sign-in, a token, a key for all, and a key for each project;
    /// and the own keys of the projects.
    fn accounts(&self) -> String {
        let mut script = String::new();
        let projects = ["alpha", "beta", "gone"].map(|project| (project, named(&format!("project:{project}"))));
        let key = |script: &mut String, name: &str, user: &str, project: &str| {
            let (id, digest) = (named(&format!("apikey:{name}")), domain::Sha256::of(name.as_bytes()));
            *script += &format!(
                "INSERT INTO api_keys (id, user_id, project_id, name, prefix, key_sha256, scopes)
                VALUES ('{id}', {user}, {project}, '{name}', 'rpg_{name:.8}', '{}', '[\"READ\"]');",
                digest.as_str()
            );
        };
        for (name, user) in &self.users {
            let (user, canary) = (user.uuid(), if *name == "bob" { "canary" } else { "plain" });
            let digest = domain::Sha256::of(name.as_bytes());
            let id = |what: &str| named(&format!("{what}:{name}"));
            script += &format!(
                "INSERT INTO user_providers (id, user_id, provider, provider_id)
                VALUES ('{}', '{user}', 'https://id.example.org', '{canary} {name}');
                INSERT INTO sessions (id, user_id, token_sha256, expires_at, user_agent)
                VALUES ('{}', '{user}', '{}', '2027-01-01Z', '{canary}');
                INSERT INTO user_tokens (id, user_id, purpose, token_sha256, expires_at)
                VALUES ('{}', '{user}', 'INVITATION', '{}', '2027-01-01Z');",
                id("provider"),
                id("session"),
                digest.as_str(),
                id("token"),
                digest.as_str()
            );
            key(&mut script, name, &format!("'{user}'"), "NULL");
            for (project, id) in projects {
                key(&mut script, &format!("{name} {project}"), &format!("'{user}'"), &format!("'{id}'"));
            }
        }
        for (project, id) in projects {
            key(&mut script, project, "NULL", &format!("'{id}'"));
        }
        for other in OTHERS {
            let (id, user, alpha) = (named(&format!("projectmember:{other}")), self.users[other].uuid(), projects[0].1);
            script += &format!(
                "INSERT INTO project_members (id, project_id, user_id, role) VALUES ('{id}', '{alpha}', '{user}', 'OWNER');"
            );
        }
        script
            + "UPDATE users SET disabled_at = now() WHERE email = 'disabled@example.org';
            UPDATE users SET must_reset_password = true WHERE email = 'forgetful@example.org';"
    }
}

/// What `reprograph migrate up` does.
pub(super) async fn bring_in_line(app: &App) {
    let scripts = readers::scripts(app.store.pools()).await.unwrap();
    let around = Around { before: scripts.before, after: scripts.after_up };
    migration::up_around(app.store.pools().writer(), &around, &|_| ()).await.unwrap();
}

/// Runs a script, and says what refuses it.
pub(super) async fn refusal(connection: &mut PgConnection, script: &str) -> Option<String> {
    raw_sql(AssertSqlSafe(script.to_owned())).execute(connection).await.err().map(|why| why.to_string())
}

/// The first column of a select, as text.
pub(super) async fn texts(connection: &mut PgConnection, select: &str) -> Result<Vec<String>, String> {
    let select = AssertSqlSafe(select.to_owned());
    let rows = sea_orm::sqlx::query_scalar::<_, Option<String>>(select).fetch_all(connection).await;
    Ok(rows.map_err(|why| why.to_string())?.into_iter().map(Option::unwrap_or_default).collect())
}
