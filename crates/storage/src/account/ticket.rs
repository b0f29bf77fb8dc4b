//! Tokens at work: made, used once, and withdrawn. Two who use one at once are told apart by the user's row, which each
//! locks first.

use domain::account::{TokenPurpose, User, UserToken};
use domain::{Id, Leaf, Revision, Sha256, Timestamp};
use sea_orm::sea_query::{Condition, ExprTrait};

use crate::account::token::Column;
use crate::account::{sign_in, user};
use crate::error::{Error, Result};
use crate::reader::{Reader, decode, select_all};
use crate::scope::Depth;
use crate::write::Work;

/// A token that is made: of the token itself, its digest.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// What it is for.
    pub purpose: TokenPurpose,
    /// Its digest.
    pub token_sha256: Sha256,
    /// Until when it works.
    pub until: Timestamp,
}

/// A token that somebody has.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it is to be used for.
    pub purpose: TokenPurpose,
    /// Its digest.
    pub token_sha256: Sha256,
}

/// Keeps a token for a user; those that they have for the same purpose do not work any more.
pub async fn issue(work: &mut Work, user_id: Id<User>, ticket: &Ticket) -> Result<()> {
    withdraw(work, user_id, &[ticket.purpose]).await?;
    let (id, now) = (work.reader().ids().next_for()?, work.now());
    let token = UserToken {
        id,
        user_id,
        purpose: ticket.purpose,
        token_sha256: ticket.token_sha256.clone(),
        expires_at: ticket.until,
        used_at: None,
        revision: Revision::FIRST,
        created_at: now,
        updated_at: now,
    };
    work.insert(&token).await
}

/// Lets a user's tokens for these purposes work no more.
pub async fn withdraw(work: &mut Work, user: Id<User>, purposes: &[TokenPurpose]) -> Result<()> {
    let open = Condition::all()
        .add(Depth::OUTER.column(Column::UserId).eq(user.uuid()))
        .add(Depth::OUTER.column(Column::Purpose).is_in(purposes.iter().map(Leaf::raw)))
        .add(Depth::OUTER.column(Column::UsedAt).is_null());
    let open = work.find_all::<UserToken>(open).await?;
    work.stamp_all(&open, Column::UsedAt).await.map(drop)
}

/// Whom a token is for, while it works.
pub async fn holder(reader: &Reader, held: &Held) -> Result<User> {
    // Nobody sees tokens, so they are not looked for as anybody.
    let select = select_all::<UserToken>(Depth::OUTER).cond_where(same(held)).take();
    let found = reader.query(&select).await?.iter().map(decode::<UserToken>).collect::<Result<Vec<_>>>()?;
    let token = found.into_iter().find(|token| works(token, reader.now())).ok_or_else(does_not_work)?;
    sign_in::user(reader, token.user_id).await?.ok_or_else(does_not_work)
}

/// Uses a token, and answers the user, whose row is locked to be changed.
pub async fn redeem(work: &mut Work, holder: Id<User>, held: &Held) -> Result<User> {
    let user = work.any(holder).await?.filter(|user| user.disabled_at.is_none()).ok_or_else(does_not_work)?;
    let of_user = same(held).add(Depth::OUTER.column(Column::UserId).eq(holder.uuid()));
    let found = work.find_all::<UserToken>(of_user).await?;
    let now = work.now();
    let token = found.into_iter().find(|token| works(token, now)).ok_or_else(does_not_work)?;
    work.stamp_all(&[token], Column::UsedAt).await?;
    Ok(user)
}

/// Writes a user over what they were, whose row is locked.
pub(crate) async fn keep_user(work: &mut Work, before: &User, after: User) -> Result<User> {
    if *before == after {
        return Ok(after);
    }
    work.edit(before, after).await
}

/// The user who has this address, whose row is locked to be changed.
pub(crate) async fn user_of(work: &Work, email: &domain::text::Email) -> Result<Option<User>> {
    let same = Condition::all().add(Depth::OUTER.column(user::Column::EmailFolded).eq(email.folded()));
    Ok(work.find_all::<User>(same).await?.pop())
}

fn same(held: &Held) -> Condition {
    Condition::all()
        .add(Depth::OUTER.column(Column::TokenSha256).eq(held.token_sha256.as_str()))
        .add(Depth::OUTER.column(Column::Purpose).eq(held.purpose.raw()))
}

fn works(token: &UserToken, now: Timestamp) -> bool {
    token.used_at.is_none() && token.expires_at > now
}

fn does_not_work() -> Error {
    Error::refused(&["input", "token"], "token", "does not work: it was used already, is over, or never was one")
}
