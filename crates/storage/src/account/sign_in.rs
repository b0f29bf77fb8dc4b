//! Signing in and out: the rows behind it. Who may sign in is asked before.

use std::sync::Arc;

use domain::account::{Session, User};
use domain::text::{Email, UserAgent};
use domain::{Id, JsonObject, Leaf, Revision, Sha256, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Query};

use crate::account::{session, user};
use crate::error::{Error, Result};
use crate::reader::{Reader, execute};
use crate::scope::Depth;
use crate::store::Store;
use crate::viewers::find_user;
use crate::write::{Work, update, write};

/// A sign-in that begins.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Its id, which its token may name.
    pub id: Id<Session>,
    /// The digest of the token or the cookie that names it.
    pub token_sha256: Sha256,
    /// Since when it holds.
    pub since: Timestamp,
    /// Until when it holds unless it is used before.
    pub until: Timestamp,
    /// What the client says of itself.
    pub user_agent: Option<UserAgent>,
}

impl SignIn {
    fn of(self, user_id: Id<User>) -> Session {
        Session {
            id: self.id,
            user_id,
            token_sha256: self.token_sha256,
            expires_at: self.until,
            revoked_at: None,
            user_agent: self.user_agent,
            metadata: JsonObject::empty(),
            revision: Revision::FIRST,
            created_at: self.since,
            updated_at: self.since,
        }
    }
}

/// The user who has this e-mail address, whoever asks.
pub async fn user_by_email(reader: &Reader, email: &Email) -> Result<Option<User>> {
    let same = Condition::all().add(Depth::OUTER.column(user::Column::EmailFolded).eq(email.folded()));
    Ok(reader.as_system("sign in").find::<User>(same).await?.pop())
}

/// The user with this id, whoever asks.
pub async fn user(reader: &Reader, id: Id<User>) -> Result<Option<User>> {
    let same = Condition::all().add(Depth::OUTER.column(user::Column::Id).eq(id.uuid()));
    Ok(reader.as_system("sign in").find::<User>(same).await?.pop())
}

/// Keeps a sign-in of a user who has shown who they are. From here on they are who asks.
pub async fn open(reader: &Reader, user: &User, sign_in: SignIn) -> Result<Session> {
    let viewer = find_user(reader, user.id).await?.ok_or(Error::Unauthenticated)?;
    reader.set_viewer(viewer.by(sign_in.id));
    let session = sign_in.of(user.id);
    write(reader, |work| {
        let (before, session) = (user.clone(), session.clone());
        Box::pin(async move {
            // Whoever was disabled, or has another password, since they were looked at, did not show it after all.
            let user = work.any(before.id).await?;
            let same = |user: &User| user.disabled_at.is_none() && user.password_hash == before.password_hash;
            user.filter(same).ok_or(Error::Wrong("the account was changed meanwhile: sign in again"))?;
            work.insert(&session).await?;
            let mut seen = Query::update();
            seen.table(Alias::new("users"))
                .value(Alias::new("last_login_at"), work.now().raw())
                .and_where(Expr::col(Alias::new("id")).eq(before.id.uuid()));
            work.execute(&seen).await.map(drop)
        })
    })
    .await?;
    Ok(session)
}

/// Ends a sign-in; one that has ended stays as it is.
pub async fn close(work: &mut Work, id: Id<Session>) -> Result<Arc<Session>> {
    let now = work.now();
    update(work, id, None, |session| {
        session.revoked_at.get_or_insert(now);
        Ok(())
    })
    .await
}

/// Ends all sign-ins of a user that hold, but for one, and says how many they were.
pub async fn close_all(work: &mut Work, user: Id<User>, but: Option<Id<Session>>) -> Result<usize> {
    let open = Condition::all()
        .add(Depth::OUTER.column(session::Column::UserId).eq(user.uuid()))
        .add(Depth::OUTER.column(session::Column::RevokedAt).is_null())
        .add(Depth::OUTER.column(session::Column::ExpiresAt).gt(work.now().raw()));
    let mut open = work.find_all::<Session>(open).await?;
    open.retain(|session| Some(session.id) != but);
    work.stamp_all(&open, session::Column::RevokedAt).await.map(|closed| closed.len())
}

/// Lets a sign-in that is used hold for longer, in one statement: that is no edit, and leaves no trace.
pub async fn slide(store: &Store, id: Id<Session>, until: Timestamp) -> Result<()> {
    let reader = store.reader(Viewer::system("sign in"), None);
    let mut update = Query::update();
    update
        .table(Alias::new("sessions"))
        .value(session::Column::ExpiresAt, until.raw())
        .and_where(Expr::col(session::Column::Id).eq(id.uuid()))
        .and_where(Expr::col(session::Column::ExpiresAt).lt(until.raw()));
    execute(reader.pools().writer(), reader.dialect(), reader.meter(), &update).await.map(drop)
}
