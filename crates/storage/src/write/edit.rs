//! Changing, deleting, restoring and purging rows: the same for every entity.

use std::sync::Arc;

use domain::ledger::Operation;
use domain::{Action, Id, Lifecycle, Revision, Seen, Timestamp};

use sea_orm::ModelTrait;

use super::rival::{NaturalKey, conflict, keys_of, refuse_rivals, rival_of, rivals};
use super::{Edited, Work};
use crate::error::{Error, Result};
use crate::row::Column;

/// The revision that a client believes a row to have; none where it does not care.
pub type Expected = Option<Revision>;

/// Changes a row that the viewer sees. A change that changes nothing writes nothing.
pub async fn update<E: Edited>(
    work: &mut Work,
    id: Id<E>,
    expected: Expected,
    change: impl FnOnce(&mut E) -> Result<()> + Send,
) -> Result<Arc<E>> {
    let before = work.own(id).await?;
    work.allow::<E>(E::WRITTEN, before.belongs())?;
    check(&before, expected)?;
    let mut after = before.clone();
    change(&mut after)?;
    if after == before {
        return Ok(Arc::new(before));
    }
    E::refuse_change(&before, Some(&after), work).await?;
    let after = after.touched(work.now());
    if keys_changed(&before, &after) {
        refuse_rivals(work, &after).await?;
    }
    work.replace(&before, &after, Operation::Update).await?;
    Ok(Arc::new(after))
}

/// Hides a row until it is restored.
pub async fn delete<E: Edited>(work: &mut Work, id: Id<E>, expected: Expected) -> Result<Arc<E>> {
    let before = work.own(id).await?;
    work.allow::<E>(E::WRITTEN, before.belongs())?;
    check(&before, expected)?;
    live_on(work, &before, Operation::Delete, Lifecycle::delete).await
}

/// Removes a row for good.
pub async fn remove<E: Edited>(work: &mut Work, id: Id<E>, expected: Expected) -> Result<E> {
    let row = work.own(id).await?;
    work.allow::<E>(E::WRITTEN, row.belongs())?;
    check(&row, expected)?;
    E::refuse_change(&row, None, work).await?;
    work.erase(&row).await?;
    Ok(row)
}

/// Brings a deleted row back; one that is live stays as it is.
pub async fn restore<E: Edited>(work: &mut Work, id: Id<E>, expected: Expected) -> Result<Arc<E>> {
    let mut before = work.any(id).await?.ok_or(Error::Missing { what: E::NAME })?;
    allow_hidden(work, &mut before, E::WRITTEN)?;
    match before.lifecycle().copied() {
        Some(Lifecycle::Deleted { .. }) => {}
        Some(Lifecycle::Live) => return work.own(id).await.map(Arc::new),
        Some(Lifecycle::Purged { .. }) | None => return Err(Error::Missing { what: E::NAME }),
    }
    check(&before, expected)?;
    refuse_rivals(work, &before).await?;
    let after = live_on(work, &before, Operation::Restore, |life, _| life.restore()).await?;
    // Under something deleted it would stay hidden, so there is nothing that could be restored to. A project stands under
    // nothing, and is among those that the viewer sees only once they are read again.
    if E::SEEN != Seen::Project {
        work.seen_again::<E>(id).await?;
    }
    Ok(after)
}

/// Hides a row for good; a task removes what is left of it.
pub async fn purge<E: Edited>(work: &mut Work, id: Id<E>, expected: Expected) -> Result<Arc<E>> {
    let mut before = work.any(id).await?.ok_or(Error::Missing { what: E::NAME })?;
    allow_hidden(work, &mut before, Action::Keep)?;
    if matches!(before.lifecycle(), Some(Lifecycle::Purged { .. })) {
        return Err(Error::Missing { what: E::NAME });
    }
    check(&before, expected)?;
    live_on(work, &before, Operation::Purge, Lifecycle::purge).await
}

async fn live_on<E: Edited>(
    work: &mut Work,
    before: &E,
    operation: Operation,
    step: impl FnOnce(Lifecycle, Timestamp) -> Option<Lifecycle> + Send,
) -> Result<Arc<E>> {
    let mut after = before.clone().touched(work.now());
    let now = work.now();
    let life = after.lifecycle().ok_or_else(|| Error::internal("the entity has no lifecycle"))?;
    *life = step(*life, now).ok_or(Error::Missing { what: E::NAME })?;
    work.replace(before, &after, operation).await?;
    Ok(Arc::new(after))
}

/// Asks the policy about a row that may be hidden: for those who could not bring it back it is not there.
fn allow_hidden<E: Edited>(work: &Work, row: &mut E, action: Action) -> Result<()> {
    let hidden = row.lifecycle().is_some_and(|life| *life != Lifecycle::Live);
    if hidden && work.allow::<E>(E::WRITTEN, row.belongs()).is_err() {
        return Err(Error::Missing { what: E::NAME });
    }
    work.allow::<E>(action, row.belongs())
}

/// Changes many rows, which are locked, alike: a column is given the value that it has in each of them after the change.
pub(crate) async fn change_all<E: Edited>(
    work: &mut Work,
    before: &[E],
    column: Column<E>,
    change: impl Fn(&mut E) + Send,
) -> Result<()> {
    let mut after = before.to_vec();
    after.iter_mut().for_each(change);
    let Some(first) = after.first() else { return Ok(()) };
    let value = first.to_row().get(column);
    let rivals = rivals(work, &after.iter().collect::<Vec<_>>()).await?;
    if let Some((field, rival)) = after.iter().find_map(|row| rival_of(row, &rivals)) {
        return Err(conflict(work, field, rival));
    }
    work.set_all(before, column, value).await.map(drop)
}

/// Refuses a row that has another revision than was expected.
pub(crate) fn check<E: Edited>(row: &E, expected: Expected) -> Result<()> {
    match expected {
        Some(expected) if expected != row.revision() => Err(Error::stale(E::NAME, row.revision())),
        _ => Ok(()),
    }
}

fn keys_changed<E: Edited>(before: &E, after: &E) -> bool {
    let values = |row: &E| keys_of(row).into_iter().map(NaturalKey::into_values).collect::<Vec<_>>();
    values(before) != values(after)
}
