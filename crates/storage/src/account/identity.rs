//! Somebody who has signed in at a provider: found again, linked by an address that the provider has seen to be theirs, or
//! made.

use domain::account::{Given, GroupRule, Identity, Role, TokenPurpose, User, UserProvider};
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::Slug;
use domain::{Choice, Leaf, Revision};
use sea_orm::sea_query::{Condition, ExprTrait};

use super::keep::revoke_keys;
use super::provider::Column;
use super::sign_in::close_all;
use super::ticket::{keep_user, user_of, withdraw};
use crate::error::{Error, Result};
use crate::project::{member, project};
use crate::reader::Reader;
use crate::scope::Depth;
use crate::viewers::new_user;
use crate::write::{Work, write};

/// The user who somebody is here, with the role and the parts in projects that their groups give them.
pub async fn admit(reader: &Reader, identity: &Identity, rules: &[GroupRule]) -> Result<User> {
    write(&reader.as_system("sign in elsewhere"), |work| {
        let (identity, given) = (identity.clone(), Given::by(rules, &identity.groups));
        Box::pin(async move {
            let user = user(work, &identity).await?;
            if user.disabled_at.is_some() {
                return Err(Error::Wrong("the account is disabled: ask an administrator"));
            }
            let mut after = user.clone();
            after.role = given.role.unwrap_or(user.role);
            let user = keep_user(work, &user, after).await?;
            for (slug, role) in &given.parts {
                take_part(work, &user, slug, *role).await?;
            }
            Ok(user)
        })
    })
    .await
}

/// The user, whose row is locked.
async fn user(work: &mut Work, identity: &Identity) -> Result<User> {
    let same = Condition::all()
        .add(Depth::OUTER.column(Column::Provider).eq(identity.provider.raw()))
        .add(Depth::OUTER.column(Column::ProviderId).eq(identity.provider_id.raw()));
    if let Some(known) = work.find_all::<UserProvider>(same).await?.pop() {
        return work.any(known.user_id).await?.ok_or(Error::Unauthenticated);
    }
    let user = match &identity.verified_email {
        Some(email) => user_of(work, email).await?,
        None => None,
    };
    let user = match user {
        Some(user) if user.email_verified_at.is_none() => hand_in(work, user).await?,
        Some(user) => user,
        None => make(work, identity).await?,
    };
    let (id, now) = (work.reader().ids().next_for()?, work.now());
    let provider = UserProvider {
        id,
        user_id: user.id,
        provider: identity.provider.clone(),
        provider_id: identity.provider_id.clone(),
        email: identity.email.clone(),
        name: identity.name.clone(),
        avatar_url: identity.avatar_url.clone(),
        revision: Revision::FIRST,
        created_at: now,
        updated_at: now,
    };
    work.insert(&provider).await?;
    Ok(user)
}

/// The account that somebody made with an address which is now shown to be another's, perhaps: nothing by which its maker
/// comes in works any more.
async fn hand_in(work: &mut Work, user: User) -> Result<User> {
    close_all(work, user.id, None).await?;
    revoke_keys(work, user.id).await?;
    withdraw(work, user.id, TokenPurpose::ALL).await?;
    let mut after = User { password_hash: None, must_reset_password: false, ..user.clone() };
    after.email_verified_at = Some(work.now());
    after.role = if user.role == Role::Pending { Role::User } else { user.role };
    keep_user(work, &user, after).await
}

async fn make(work: &mut Work, identity: &Identity) -> Result<User> {
    let email = identity.verified_email.clone();
    let email = email.ok_or(Error::Wrong("the provider has not seen that the e-mail address is yours"))?;
    let mut user = new_user(work.reader(), email, Role::User)?;
    user.name.clone_from(&identity.name);
    user.avatar_url.clone_from(&identity.avatar_url);
    user.email_verified_at = Some(user.created_at);
    work.insert(&user).await?;
    Ok(user)
}

/// Makes somebody a member with this role, or none at all; an owner stays who they are, and a project that is not there is
/// left alone.
async fn take_part(work: &mut Work, user: &User, slug: &Slug, role: Option<MemberRole>) -> Result<()> {
    let of_slug = Condition::all()
        .add(Depth::OUTER.column(project::Column::Slug).eq(slug.raw()))
        .add(Depth::OUTER.column(project::Column::DeletedAt).is_null());
    let Some(project) = work.find_all::<Project>(of_slug).await?.pop() else { return Ok(()) };
    let own = Condition::all()
        .add(Depth::OUTER.column(member::Column::ProjectId).eq(project.id.uuid()))
        .add(Depth::OUTER.column(member::Column::UserId).eq(user.id.uuid()));
    match (work.find_all::<ProjectMember>(own).await?.pop(), role) {
        (Some(_), _) if project.owner_id == user.id => Ok(()),
        (Some(there), Some(role)) if there.role == role => Ok(()),
        (Some(there), Some(role)) => {
            let after = ProjectMember { role, ..there.clone() };
            work.edit(&there, after).await.map(drop)
        }
        (Some(there), None) => work.erase(&there).await,
        (None, Some(role)) => {
            let (id, now) = (work.reader().ids().next_for()?, work.now());
            let (project_id, user_id, revision) = (project.id, user.id, Revision::FIRST);
            work.insert(&ProjectMember { id, project_id, user_id, role, revision, created_at: now, updated_at: now })
                .await
        }
        (None, None) => Ok(()),
    }
}
