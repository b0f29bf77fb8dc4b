//! Keeping users: disabling one ends all that acts for them at once, and hands their projects over.

use domain::account::{ApiKey, TokenPurpose, User};
use domain::project::Project;
use domain::{Choice, Id};
use sea_orm::sea_query::{Condition, ExprTrait};

use super::sign_in::close_all;
use super::ticket::{keep_user, withdraw};
use crate::account::api_key;
use crate::error::{Error, Result};
use crate::project::project::{self, hand_all_over};
use crate::scope::Depth;
use crate::write::{Edited, Expected, Work};

/// Disables a user: their sign-ins, keys and tokens end, and their projects are handed over.
pub async fn disable(work: &mut Work, id: Id<User>, new_owner: Option<Id<User>>, expected: Expected) -> Result<User> {
    let before = work.own(id).await?;
    work.allow::<User>(domain::Action::Keep, before.belongs())?;
    crate::write::check(&before, expected)?;
    if before.disabled_at.is_some() {
        return Ok(before);
    }
    let after = User { disabled_at: Some(work.now()), ..before.clone() };
    User::refuse_change(&before, Some(&after), work).await?;
    give_away(work, id, new_owner).await?;
    close_all(work, id, None).await?;
    revoke_keys(work, id).await?;
    withdraw(work, id, TokenPurpose::ALL).await?;
    keep_user(work, &before, after).await
}

async fn give_away(work: &mut Work, id: Id<User>, new_owner: Option<Id<User>>) -> Result<()> {
    let owned = Condition::all()
        .add(Depth::OUTER.column(project::Column::OwnerId).eq(id.uuid()))
        .add(Depth::OUTER.column(project::Column::PurgedAt).is_null());
    let owned = work.find_all::<Project>(owned).await?;
    if owned.is_empty() {
        return Ok(());
    }
    let new_owner = new_owner.filter(|new_owner| *new_owner != id).ok_or_else(|| {
        let count = owned.len();
        Error::Precondition(format!(
            "the user owns projects ({count}): say who else owns them from now on, as newOwnerId"
        ))
    })?;
    hand_all_over(work, &owned, new_owner).await
}

/// Revokes the keys that act for a user.
pub(super) async fn revoke_keys(work: &mut Work, id: Id<User>) -> Result<()> {
    let held = Condition::all()
        .add(Depth::OUTER.column(api_key::Column::UserId).eq(id.uuid()))
        .add(Depth::OUTER.column(api_key::Column::RevokedAt).is_null());
    let held = work.find_all::<ApiKey>(held).await?;
    work.stamp_all(&held, api_key::Column::RevokedAt).await.map(drop)
}
