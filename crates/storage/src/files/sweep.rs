//! Deletes the objects whose time has come.

use std::time::Duration;

use domain::text::StoragePath;

use super::outbox;
use crate::error::Result;
use crate::objects::Objects;
use crate::store::Store;

/// How many objects one sweep deletes.
const BATCH: u64 = 100;
/// How long an object that could not be deleted waits.
const POSTPONED: Duration = Duration::from_mins(5);

/// Deletes a batch of the objects that are due, and answers whether there may be more.
pub async fn sweep(store: &Store, objects: &Objects) -> Result<bool> {
    let due = outbox::due(store, BATCH).await?;
    // What a row names stays: it comes back here when that row goes.
    let named = outbox::named(store, &due).await?;
    let (mut gone, mut failed) = (Vec::new(), None);
    for path in &due {
        if named.contains(path) {
            gone.push(path.clone());
            continue;
        }
        match objects.delete(&StoragePath::try_new(path.clone())?).await {
            Ok(()) => gone.push(path.clone()),
            Err(why) => {
                outbox::postpone(store, path, POSTPONED, &why.to_string()).await?;
                failed = Some(why);
            }
        }
    }
    outbox::done(store, &gone).await?;
    match failed {
        Some(why) => Err(why.into()),
        None => Ok(u64::try_from(due.len()).is_ok_and(|found| found == BATCH)),
    }
}
