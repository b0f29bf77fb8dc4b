//! Opens the database beside a server, which may run meanwhile: it is taken as it is, and nothing is made or migrated.

use std::sync::Arc;

use domain::ledger::AuditKey;
use storage::{Pools, Store};

use super::database::{open_directly, words};
use super::migrate::must_exist;
use crate::key_file::{AUDIT, KeyPlace};
use crate::seams::{SystemClock, SystemIds, SystemRandomness};
use crate::settings::Settings;

/// Opens a database that is as this program needs it, with the key of its chains.
pub(super) async fn open(settings: &Settings) -> Result<(Store, Pools), String> {
    must_exist(&settings.database)?;
    let pools = open_directly(&settings.database).await?;
    let status = migration::status(pools.readers()).await.map_err(|why| why.to_string())?;
    if !status.pending.is_empty() || !status.unknown.is_empty() {
        return Err("the database does not have the schema of this program: `reprograph doctor` says more".to_owned());
    }
    let key = match AUDIT.find(settings.audit.audit_key.as_ref(), &settings.database)? {
        KeyPlace::Found(key) => key,
        KeyPlace::ToBeMade(path) => {
            return Err(format!(
                "audit_key: is missing: put {} where it was, or give it as audit_key_file",
                path.display()
            ));
        }
        KeyPlace::InMemory => return Err("database_url: a database in memory is gone with its server".to_owned()),
    };
    let key = AuditKey::new(*key.reveal());
    let store = Store::new(pools.clone(), Arc::new(SystemClock), Arc::new(SystemIds), Arc::new(SystemRandomness), key);
    Ok((store, pools))
}

/// Closes it.
pub(super) async fn close(pools: &Pools) -> Result<(), String> {
    pools.close().await.map_err(|why| format!("the database cannot be closed: {}", words(&why)))
}
