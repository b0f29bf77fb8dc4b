//! Signing in and out, and one's own password.

use std::sync::Arc;

use async_graphql::SimpleObject;
use domain::Id;
use domain::account::{Attempt, NewPassword, Password, Session as Entity, Tried, User as UserEntity};
use domain::text::Email;
use storage::Error;
use storage::account::attempt;
use storage::account::sign_in::{close, close_all, open, user_by_email};
use storage::write::update;

use super::door::{client, door, password_door};
use super::{Session, User};
use crate::prelude::*;

input! {
    /// Who signs in.
    SignInInput {
        /// The e-mail address of the account.
        email: Parsed<Email>,
        /// The password.
        password: Parsed<Password>,
        /// Whether a browser keeps the sign-in in a cookie, which no page can read; by default a token is answered.
        cookie: Given<bool>,
    }
}

input! {
    /// Which sign-in ends.
    SignOutInput {
        /// Another sign-in of the viewer; by default the one by which this is asked.
        session_id: Given<GlobalId<Entity>>,
    }
}

input! {
    /// Which sign-ins end.
    SignOutEverywhereInput {
        /// Whether the sign-in by which this is asked goes on; by default it ends too.
        keep_current: Given<bool>,
    }
}

input! {
    /// The password as it is, and as it is to be.
    ChangePasswordInput {
        /// The password as it is.
        current_password: Parsed<Password>,
        /// The password as it is to be: at least 10 characters.
        new_password: Parsed<NewPassword>,
    }
}

/// The answer of a mutation.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The token: send it as `Authorization: Bearer …`. Null where a browser keeps the sign-in in a cookie.
    token: Option<String>,
    /// The sign-in.
    session: Session,
    /// Who signed in. When a new password must be chosen, only changePassword is open to them.
    user: User,
}

mutations! {
    /// What can be done about signing in.
    SignInMutations {
        /// Signs in with a password.
        sign_in(SignInInput) -> SignInPayload = sign_in;
        /// Signs out: the token or the cookie is worthless from the next request on.
        sign_out(SignOutInput) -> SignOutPayload { session: Session, "The sign-in that ended." } = sign_out;
        /// Signs out everywhere.
        sign_out_everywhere(SignOutEverywhereInput) -> SignOutEverywherePayload {
            ended: SafeInt, "How many sign-ins ended."
        } = sign_out_everywhere;
        /// Changes the viewer's password. All their other sign-ins end.
        change_password(ChangePasswordInput) -> ChangePasswordPayload {
            user: User, "Whose password it is."
        } = change_password;
    }
}

async fn sign_in(ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
    let (loader, door) = (loader(ctx)?, password_door(ctx)?);
    let (reader, email) = (loader.reader(), &input.email.0);
    let attempt = Attempt::new(Tried::SignIn, &email.folded(), client(ctx).address);
    attempt::count(reader, &attempt).await?;
    let user = user_by_email(reader, email).await?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = door.matches(input.password.0, hash).await?;
    let Some(user) = user.filter(|user| matches && user.disabled_at.is_none()) else {
        return Err(Error::Wrong("the e-mail address or the password is wrong").into());
    };
    attempt::forgive(reader, &attempt).await?;
    enter(ctx, &user, input.cookie.0.unwrap_or_default()).await
}

/// Checks that the viewer knows the password of their account, which they may try only so often.
pub(super) async fn show_password(ctx: &Context<'_>, user: &UserEntity, password: Password) -> Result<()> {
    let (loader, door) = (loader(ctx)?, password_door(ctx)?);
    let attempt = Attempt::new(Tried::Password, &user.id.to_string(), client(ctx).address);
    attempt::count(loader.reader(), &attempt).await?;
    if !door.matches(password, user.password_hash.clone()).await? {
        return Err(Error::refused(&["input", "currentPassword"], "password", "is not the password").into());
    }
    Ok(attempt::forgive(loader.reader(), &attempt).await?)
}

/// Makes a sign-in of somebody who has shown who they are.
pub(super) async fn enter(ctx: &Context<'_>, user: &UserEntity, in_cookie: bool) -> Result<SignInPayload> {
    let (loader, door) = (loader(ctx)?, door(ctx)?);
    let reader = loader.reader();
    let (id, now) = (reader.ids().next_for::<Entity>().map_err(Error::from)?, reader.now());
    let token = if in_cookie { door.cookie(now)? } else { door.token(id, user.id, now)? };
    let session = open(reader, user, token.sign_in(id, client(ctx).user_agent)).await?;
    loader.clear();
    if in_cookie {
        ctx.append_http_header("set-cookie", door.set_cookie(Some(&token)));
    }
    let user = by_id(ctx, Some(user.id)).await?.ok_or(Error::Unauthenticated)?;
    let text = (!in_cookie).then(|| token.text.reveal().clone());
    Ok(SignInPayload { token: text, session: Session::new(Arc::new(session)), user })
}

async fn sign_out(ctx: &Context<'_>, input: SignOutInput) -> Result<Session> {
    let current = loader(ctx)?.reader().viewer().session();
    let id = input.session_id.0.map(|id| id.0).or(current).ok_or(Error::Unauthenticated)?;
    if Some(id) == current {
        ctx.append_http_header("set-cookie", door(ctx)?.set_cookie(None));
    }
    let session = mutate::unit(ctx, |work| Box::pin(async move { close(work, id).await }));
    session.await.map(Session::new)
}

async fn sign_out_everywhere(ctx: &Context<'_>, input: SignOutEverywhereInput) -> Result<SafeInt> {
    let viewer = loader(ctx)?.reader().viewer();
    let user = viewer.user().ok_or(Error::Unauthenticated)?;
    let but = viewer.session().filter(|_| input.keep_current.0 == Some(true));
    if but.is_none() {
        ctx.append_http_header("set-cookie", door(ctx)?.set_cookie(None));
    }
    let ended = mutate::unit(ctx, |work| Box::pin(async move { close_all(work, user, but).await })).await?;
    Ok(SafeInt(i64::try_from(ended).map_err(Error::internal)?))
}

async fn change_password(ctx: &Context<'_>, input: ChangePasswordInput) -> Result<User> {
    let (viewer, door) = (loader(ctx)?.reader().viewer(), password_door(ctx)?);
    let user: User = by_id(ctx, viewer.user()).await?.ok_or(Error::Unauthenticated)?;
    show_password(ctx, &user.0, input.current_password.0).await?;
    let hash = door.hash(input.new_password.0.into_password()).await?;
    let (id, session) = (user.0.id, viewer.session());
    let user = mutate::unit(ctx, |work| {
        let hash = hash.clone();
        Box::pin(async move {
            close_all(work, id, session).await?;
            set_password(work, id, hash).await
        })
    });
    user.await.map(User::new)
}

/// Gives a user a password of their own choice.
pub(super) async fn set_password(
    work: &mut storage::Work,
    id: Id<UserEntity>,
    hash: domain::account::PasswordHash,
) -> storage::Result<Arc<UserEntity>> {
    update(work, id, None, |user| {
        user.password_hash = Some(hash);
        user.must_reset_password = false;
        Ok(())
    })
    .await
}
