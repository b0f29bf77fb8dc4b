//! How people join: they register, are invited, show that an address is theirs, and choose a new password. Who may is
//! asked before.

use domain::account::{PasswordHash, Registration, TokenPurpose, User};
use domain::project::{MemberRole, Project, ProjectMember};
use domain::text::{Email, Name};
use domain::{Id, Revision, Viewer};

use super::sign_in::{close_all, user_by_email};
use super::ticket::{Held, Ticket, holder, issue, keep_user, redeem, user_of, withdraw};
use crate::error::{Conflict, Error, Result};
use crate::reader::Reader;
use crate::store::Store;
use crate::write::{Work, write};

/// What somebody brings who joins.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The hash of the password that they chose.
    pub password: PasswordHash,
    /// The name that they gave.
    pub name: Option<Name>,
}

/// A part in a project that somebody is invited to.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The project.
    pub project: Id<Project>,
    /// What they may do in it.
    pub role: MemberRole,
}

/// A way to the database for what the system does for somebody after they were answered.
pub fn afterwards(store: &Store, request: Option<&str>) -> Reader {
    store.reader(Viewer::system("registration"), request.map(str::to_owned))
}

/// Adds a user, and a token for them. Of several who want the same address, one gets it.
pub async fn add_user(reader: &Reader, user: &User, ticket: Option<&Ticket>) -> Result<()> {
    write(reader, |work| {
        let (user, ticket) = (user.clone(), ticket.cloned());
        Box::pin(async move { insert_user(work, &user, ticket.as_ref()).await })
    })
    .await
}

/// Adds an invited user, with their part in a project.
pub async fn invite(work: &mut Work, user: &User, ticket: &Ticket, part: Option<Part>) -> Result<()> {
    insert_user(work, user, Some(ticket)).await?;
    let Some(Part { project, role }) = part else { return Ok(()) };
    work.project(project, domain::Action::Keep).await?;
    let (id, now) = (work.reader().ids().next_for()?, work.now());
    let member = ProjectMember {
        id,
        project_id: project,
        user_id: user.id,
        role,
        revision: Revision::FIRST,
        created_at: now,
        updated_at: now,
    };
    work.insert(&member).await
}

async fn insert_user(work: &mut Work, user: &User, ticket: Option<&Ticket>) -> Result<()> {
    if user_of(work, &user.email).await?.is_some() {
        return Err(Error::Conflict(Conflict {
            message: "another user has this e-mail address already".into(),
            rule: "unique_email".into(),
            ..Conflict::default()
        }));
    }
    work.insert(user).await?;
    match ticket {
        Some(ticket) => issue(work, user.id, ticket).await,
        None => Ok(()),
    }
}

/// Takes an invitation: whoever has its token reads the mail of the address, or has it from somebody who vouches.
pub async fn accept(reader: &Reader, held: &Held, joined: &Joined) -> Result<User> {
    let id = holder(reader, held).await?.id;
    write(reader, |work| {
        let (held, joined) = (held.clone(), joined.clone());
        Box::pin(async move {
            let before = redeem(work, id, &held).await?;
            let mut user = before.clone();
            user.password_hash = Some(joined.password);
            user.must_reset_password = false;
            user.name = joined.name.or(user.name);
            user.email_verified_at.get_or_insert(work.now());
            close_all(work, id, None).await?;
            keep_user(work, &before, user).await
        })
    })
    .await
}

/// Takes note that an address is its user's.
pub async fn verify(reader: &Reader, held: &Held, registration: &Registration) -> Result<User> {
    let id = holder(reader, held).await?.id;
    write(reader, |work| {
        let (held, registration) = (held.clone(), registration.clone());
        Box::pin(async move {
            let before = redeem(work, id, &held).await?;
            let mut user = before.clone();
            if before.email_verified_at.is_none() {
                user.email_verified_at = Some(work.now());
                user.role = registration.role_of_verified(&user.email, user.role);
            }
            keep_user(work, &before, user).await
        })
    })
    .await
}

/// Gives a user another password, and ends all their sign-ins.
pub async fn reset(reader: &Reader, held: &Held, password: &PasswordHash) -> Result<User> {
    let id = holder(reader, held).await?.id;
    write(reader, |work| {
        let (held, password) = (held.clone(), password.clone());
        Box::pin(async move {
            let before = redeem(work, id, &held).await?;
            let user = User { password_hash: Some(password), must_reset_password: false, ..before.clone() };
            close_all(work, id, None).await?;
            keep_user(work, &before, user).await
        })
    })
    .await
}

/// Makes a token for whoever has this address, if anybody has and may sign in.
pub async fn issue_by_email(reader: &Reader, email: &Email, ticket: &Ticket) -> Result<Option<User>> {
    let found = user_by_email(reader, email).await?.filter(|user| user.disabled_at.is_none());
    let Some(user) = found else { return Ok(None) };
    let id = user.id;
    write(reader, |work| {
        let ticket = ticket.clone();
        Box::pin(async move { issue(work, id, &ticket).await })
    })
    .await?;
    Ok(Some(user))
}

/// Gives a user another address, which nobody has shown to be theirs yet. What was mailed to the one before does not work
/// any more.
pub async fn change_email(work: &mut Work, id: Id<User>, email: &Email) -> Result<User> {
    let mailed = [TokenPurpose::EmailVerification, TokenPurpose::PasswordReset];
    let changed = crate::write::update(work, id, None, |user| {
        if user.email.folded() != email.folded() {
            user.email_verified_at = None;
        }
        user.email = email.clone();
        Ok(())
    });
    let user = changed.await?;
    withdraw(work, id, &mailed).await?;
    Ok(user.as_ref().clone())
}
