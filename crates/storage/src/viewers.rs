//! Who asks: finds a user with the projects that they see, and makes the first user of all.

use domain::access::Membership;
use domain::account::{Role, User};
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::Email;
use domain::{Entity, Id, Invalid, JsonObject, Leaf, Revision, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, JoinType, Query};

use crate::error::{Error, Result};
use crate::reader::Reader;
use crate::row::column_named;
use crate::scope::Depth;
use crate::store::Store;
use crate::write::write;

/// The user with this id as a viewer, with their role and memberships as they are now; one statement.
pub async fn viewer(store: &Store, user: Id<User>) -> Result<Option<Viewer>> {
    let reader = store.reader(Viewer::system("viewers"), None);
    find_viewer(&reader, user).await
}

/// Reads the viewer of a request again, after a write that changed what they may see.
pub async fn refresh(reader: &Reader) -> Result<()> {
    if let Some(user) = reader.viewer().user()
        && let Some(viewer) = find_viewer(reader, user).await?
    {
        reader.set_viewer(viewer);
    }
    Ok(())
}

async fn find_viewer(reader: &Reader, user: Id<User>) -> Result<Option<Viewer>> {
    let column = |table: &str, name: &str| Expr::col((Alias::new(table), Alias::new(name)));
    let mut select = Query::select();
    select
        .expr_as(column("u", "role"), Alias::new("role"))
        .expr_as(column("m", "project_id"), Alias::new("project_id"))
        .expr_as(column("m", "role"), Alias::new("member_role"))
        .expr_as(column("p", "deleted_at").is_null(), Alias::new("live"))
        .from_as(Alias::new(User::TABLE), Alias::new("u"))
        .join_as(
            JoinType::LeftJoin,
            Alias::new(ProjectMember::TABLE),
            Alias::new("m"),
            column("m", "user_id").eq(column("u", "id")),
        )
        .join_as(
            JoinType::LeftJoin,
            Alias::new(Project::TABLE),
            Alias::new("p"),
            column("p", "id").eq(column("m", "project_id")),
        )
        .and_where(column("u", "id").eq(user.uuid()))
        .and_where(column("u", "disabled_at").is_null());
    let rows = reader.query(&select).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let role = Role::parse(first.try_get("", "role")?)?;
    let mut memberships = Vec::with_capacity(rows.len());
    for row in &rows {
        let project: Option<uuid::Uuid> = row.try_get("", "project_id")?;
        let member_role: Option<String> = row.try_get("", "member_role")?;
        if let (Some(project), Some(member_role)) = (project, member_role) {
            memberships.push(Membership {
                project: Id::try_new(project)?,
                role: MemberRole::parse(member_role)?,
                live: row.try_get("", "live")?,
            });
        }
    }
    Ok(Some(Viewer::person(user, role, memberships)))
}

/// The local administrator: made when there are no users at all, and found again later.
pub async fn local_admin(store: &Store) -> Result<Option<Id<User>>> {
    let reader = store.reader(Viewer::system("first start"), None);
    let email = local_email()?;
    if let Some(found) = find_local(&reader, &email).await? {
        return Ok(Some(found));
    }
    if reader.find::<User>(Condition::all()).await?.is_empty() {
        match add(store, &first_user(&reader, email.clone())?).await {
            Ok(()) | Err(Error::Conflict(_)) => {}
            Err(why) => return Err(why),
        }
    }
    // Of several nodes that start at once, one makes it, and all find that one.
    find_local(&reader, &email).await
}

async fn find_local(reader: &Reader, email: &Email) -> Result<Option<Id<User>>> {
    let folded = Depth::OUTER.column(column_named::<User>("email_folded"));
    let same = Condition::all().add(folded.eq(email.folded()));
    Ok(reader.find::<User>(same).await?.pop().map(|user| user.id))
}

/// Adds a user.
pub async fn add(store: &Store, user: &User) -> Result<()> {
    let reader = store.reader(Viewer::system("accounts"), None);
    write(&reader, |work| {
        let user = user.clone();
        Box::pin(async move {
            work.insert_untraced(std::slice::from_ref(&user)).await?;
            work.trace_account(&user);
            Ok(())
        })
    })
    .await
}

fn local_email() -> Result<Email, Invalid> {
    Email::try_new("admin@localhost.localdomain")
}

fn first_user(reader: &Reader, email: Email) -> Result<User, Error> {
    let now = reader.now();
    Ok(User {
        id: reader.ids().next_for()?,
        email,
        name: None,
        avatar_url: None,
        role: Role::Admin,
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
