//! Who asks: finds the viewer behind a sign-in or a key, with all that they see, in one statement; and makes the first
//! user of all.

use domain::access::{Actor, Membership};
use domain::account::{ApiKey, KeyScopes, Role, Session, User};
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::Email;
use domain::{Entity, Id, Invalid, JsonObject, Leaf, Revision, Sees, Sha256, Timestamp, Viewer};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, Query, SelectStatement};

use crate::account::sign_in::user_by_email;
use crate::column::Col;
use crate::error::{Error, Result};
use crate::live::Signal;
use crate::reader::Reader;
use crate::store::Store;
use crate::write::write;

/// What somebody shows to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The digest of the token or the cookie of a sign-in.
    SignIn(Sha256),
    /// The digest of a key.
    Key(Sha256),
}

/// Somebody who is let in.
#[derive(Clone, Debug)]
pub struct Presence {
    /// Who they are, and what they see.
    pub viewer: Viewer,
    /// Since when the sign-in holds, or the key is there.
    pub since: Timestamp,
    /// Until when the sign-in or the key holds.
    pub until: Option<Timestamp>,
    /// When the key was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Whoever shows this, with their role and memberships as they are now; one statement.
pub async fn present(store: &Store, credential: &Credential) -> Result<Option<Presence>> {
    let reader = store.reader(Viewer::system("viewers"), None);
    let now = reader.now().raw();
    let condition = match credential {
        Credential::SignIn(digest) => Condition::all()
            .add(of(SESSION, "token_sha256").eq(digest.as_str()))
            .add(of(SESSION, "revoked_at").is_null())
            .add(of(SESSION, "expires_at").gt(now)),
        Credential::Key(digest) => Condition::all()
            .add(of(KEY, "key_sha256").eq(digest.as_str()))
            .add(of(KEY, "revoked_at").is_null())
            .add(of(KEY, "expires_at").is_null().or(of(KEY, "expires_at").gt(now))),
    };
    match credential {
        Credential::SignIn(_) => signed_in(&reader.query(&of_sign_in(condition)).await?),
        Credential::Key(_) => with_key(&reader.query(&of_key(condition)).await?),
    }
}

/// The user with this id as a viewer, with their role and memberships as they are now; one statement.
pub async fn viewer(store: &Store, user: Id<User>) -> Result<Option<Viewer>> {
    find_user(&store.reader(Viewer::system("viewers"), None), user).await
}

/// Reads the viewer of a request again, after a write that changed what they may see.
pub async fn refresh(reader: &Reader) -> Result<()> {
    let before = reader.viewer();
    let after = match *before.actor() {
        Actor::User(user) => find_user(reader, user).await?.map(|viewer| match before.session() {
            Some(session) => viewer.by(session).until(before.ends_at()),
            None => viewer,
        }),
        Actor::ApiKey { key, .. } => {
            let select = of_key(of(KEY, "id").eq(key.uuid()).into_condition());
            with_key(&reader.query(&select).await?)?.map(|presence| presence.viewer)
        }
        Actor::Nobody | Actor::CommandLine | Actor::System(_) => None,
    };
    if let Some(after) = after {
        reader.set_viewer(after);
    }
    Ok(())
}

/// The signals after which somebody may not be who they were, or see what they saw.
pub fn signals(viewer: &Viewer) -> Vec<Signal> {
    let own = [
        viewer.user().map(|user| Signal::Row(User::TABLE, user.uuid())),
        viewer.session().map(|session| Signal::Row(Session::TABLE, session.uuid())),
        viewer.actor().key().map(|key| Signal::Row(ApiKey::TABLE, key.uuid())),
    ];
    let projects = match viewer.sees() {
        Sees::All => Vec::new(),
        Sees::These(projects) => projects,
    };
    let projects = projects.into_iter().map(|project| Signal::Row(Project::TABLE, project.uuid()));
    own.into_iter().flatten().chain(projects).collect()
}

const USER: &str = "u";
const MEMBER: &str = "m";
const PROJECT: &str = "p";
const SESSION: &str = "s";
const KEY: &str = "k";

fn of(table: &str, column: &str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

pub(crate) async fn find_user(reader: &Reader, user: Id<User>) -> Result<Option<Viewer>> {
    let mut select = Query::select();
    select.from_as(Alias::new(User::TABLE), Alias::new(USER)).and_where(of(USER, "id").eq(user.uuid()));
    select.and_where(of(USER, "disabled_at").is_null());
    with_memberships(&mut select, Condition::all(), of(MEMBER, "project_id"));
    let rows = reader.query(&select).await?;
    rows.first().map(|first| person(first, memberships(&rows)?)).transpose()
}

/// A select of the sign-in that fulfils a condition, with its user and their memberships.
fn of_sign_in(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .expr_as(of(SESSION, "id"), Alias::new("session_id"))
        .expr_as(of(SESSION, "created_at"), Alias::new("since"))
        .expr_as(of(SESSION, "expires_at"), Alias::new("until"))
        .from_as(Alias::new(Session::TABLE), Alias::new(SESSION))
        .join_as(
            JoinType::InnerJoin,
            Alias::new(User::TABLE),
            Alias::new(USER),
            of(USER, "id").eq(of(SESSION, "user_id")),
        )
        .and_where(of(USER, "disabled_at").is_null())
        .cond_where(condition);
    with_memberships(&mut select, Condition::all(), of(MEMBER, "project_id"));
    select
}

/// A select of the key that fulfils a condition, with its user, if it has one, and the memberships that it is for.
fn of_key(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .expr_as(of(KEY, "id"), Alias::new("key_id"))
        .expr_as(of(KEY, "scopes"), Alias::new("scopes"))
        .expr_as(of(KEY, "project_id"), Alias::new("key_project_id"))
        .expr_as(of(KEY, "created_at"), Alias::new("since"))
        .expr_as(of(KEY, "expires_at"), Alias::new("until"))
        .expr_as(of(KEY, "last_used_at"), Alias::new("last_used_at"))
        .from_as(Alias::new(ApiKey::TABLE), Alias::new(KEY))
        .join_as(JoinType::LeftJoin, Alias::new(User::TABLE), Alias::new(USER), of(USER, "id").eq(of(KEY, "user_id")))
        .and_where(of(USER, "disabled_at").is_null())
        .cond_where(condition);
    let only = of(KEY, "project_id");
    let meant = only.clone().is_null().or(of(MEMBER, "project_id").eq(only.clone()));
    let project = Func::coalesce([only, of(MEMBER, "project_id")]);
    with_memberships(&mut select, meant.into_condition(), project.into());
    select
}

/// Adds the user's role and those memberships to a select that are meant, and for each whether its project is live.
fn with_memberships(select: &mut SelectStatement, meant: Condition, project: Expr) {
    select
        .expr_as(of(USER, "id"), Alias::new("user_id"))
        .expr_as(of(USER, "role"), Alias::new("role"))
        .expr_as(of(USER, "must_reset_password"), Alias::new("must_reset_password"))
        .expr_as(of(PROJECT, "id"), Alias::new("project_id"))
        .expr_as(of(MEMBER, "role"), Alias::new("member_role"))
        .expr_as(of(PROJECT, "deleted_at").is_null(), Alias::new("live"))
        .join_as(
            JoinType::LeftJoin,
            Alias::new(ProjectMember::TABLE),
            Alias::new(MEMBER),
            meant.add(of(MEMBER, "user_id").eq(of(USER, "id"))),
        )
        .join_as(JoinType::LeftJoin, Alias::new(Project::TABLE), Alias::new(PROJECT), of(PROJECT, "id").eq(project));
}

fn signed_in(rows: &[QueryResult]) -> Result<Option<Presence>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let session = Id::try_new(first.try_get("", "session_id")?)?;
    let until = time(first, "until")?;
    let viewer = person(first, memberships(rows)?)?.by(session).until(until);
    Ok(Some(Presence { viewer, since: since(first)?, until, last_used_at: None }))
}

fn with_key(rows: &[QueryResult]) -> Result<Option<Presence>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let key = Id::try_new(first.try_get("", "key_id")?)?;
    let scopes = KeyScopes::parse(first.try_get("", "scopes")?)?;
    let only: Option<uuid::Uuid> = first.try_get("", "key_project_id")?;
    let user: Option<uuid::Uuid> = first.try_get("", "user_id")?;
    let user = user.map(Id::try_new).transpose()?;
    let mut memberships = memberships(rows)?;
    let role = match user {
        None => Role::User,
        Some(_) => Role::parse(first.try_get("", "role")?)?,
    };
    // An administrator's key for one project keeps that project, and sees no other.
    let role = match (role, only) {
        (Role::Admin, Some(project)) => {
            memberships = vec![Membership {
                project: Id::try_new(project)?,
                role: MemberRole::Owner,
                live: first.try_get("", "live")?,
            }];
            Role::User
        }
        (role, _) => role,
    };
    let viewer = Viewer::program(Actor::ApiKey { key, user }, role, memberships, scopes);
    let viewer = if only.is_some() { viewer.only_in_project() } else { viewer };
    let must_reset: Option<bool> = first.try_get("", "must_reset_password")?;
    let viewer = if must_reset == Some(true) { viewer.who_must_reset_password() } else { viewer };
    let (until, last_used_at) = (time(first, "until")?, time(first, "last_used_at")?);
    Ok(Some(Presence { viewer: viewer.until(until), since: since(first)?, until, last_used_at }))
}

fn since(row: &QueryResult) -> Result<Timestamp> {
    time(row, "since")?.ok_or_else(|| Error::internal("it has no time of its making"))
}

fn time(row: &QueryResult, name: &str) -> Result<Option<Timestamp>> {
    let time: Option<Col<Timestamp>> = row.try_get("", name)?;
    Ok(time.map(|time| time.0))
}

fn person(row: &QueryResult, memberships: Vec<Membership>) -> Result<Viewer> {
    let user = Id::try_new(row.try_get("", "user_id")?)?;
    let viewer = Viewer::person(user, Role::parse(row.try_get("", "role")?)?, memberships);
    let must_reset: bool = row.try_get("", "must_reset_password")?;
    Ok(if must_reset { viewer.who_must_reset_password() } else { viewer })
}

/// The memberships that rows tell of; a project's own key keeps its project.
fn memberships(rows: &[QueryResult]) -> Result<Vec<Membership>> {
    let mut memberships = Vec::with_capacity(rows.len());
    for row in rows {
        let project: Option<uuid::Uuid> = row.try_get("", "project_id")?;
        let user: Option<uuid::Uuid> = row.try_get("", "user_id")?;
        let role: Option<String> = row.try_get("", "member_role")?;
        let role = role.map(MemberRole::parse).transpose()?.or_else(|| user.is_none().then_some(MemberRole::Owner));
        if let (Some(project), Some(role)) = (project, role) {
            memberships.push(Membership { project: Id::try_new(project)?, role, live: row.try_get("", "live")? });
        }
    }
    Ok(memberships)
}

/// The local administrator: made when there are no users at all, and found again for as long as they have no password.
pub async fn local_admin(store: &Store) -> Result<Option<Id<User>>> {
    let reader = store.reader(Viewer::system("first start"), None);
    let email = local_email()?;
    if reader.find::<User>(Condition::all()).await?.is_empty() {
        match add(&reader, &new_user(&reader, email.clone(), Role::Admin)?).await {
            Ok(()) | Err(Error::Conflict(_)) => {}
            Err(why) => return Err(why),
        }
    }
    // Of several nodes that start at once, one makes it, and all find that one.
    let found = user_by_email(&reader, &email).await?;
    let open = |user: &User| user.password_hash.is_none() && user.disabled_at.is_none() && user.role == Role::Admin;
    Ok(found.filter(open).map(|user| user.id))
}

/// Adds a user.
pub async fn add(reader: &Reader, user: &User) -> Result<()> {
    write(reader, |work| {
        let user = user.clone();
        Box::pin(async move { work.insert(&user).await })
    })
    .await
}

fn local_email() -> Result<Email, Invalid> {
    Email::try_new("admin@localhost.localdomain")
}

/// A user who has nothing yet but an e-mail address and a role.
pub fn new_user(reader: &Reader, email: Email, role: Role) -> Result<User> {
    let now = reader.now();
    Ok(User {
        id: reader.ids().next_for()?,
        email,
        name: None,
        avatar_url: None,
        role,
        password_hash: None,
        must_reset_password: false,
        email_verified_at: None,
        last_login_at: None,
        disabled_at: None,
        metadata: JsonObject::empty(),
        revision: Revision::FIRST,
        created_at: now,
        updated_at: now,
    })
}
