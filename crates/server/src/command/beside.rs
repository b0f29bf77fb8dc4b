//! Opens the database beside a server, which may run meanwhile: it is taken as it is, and nothing is made or migrated.

use std::sync::Arc;

use domain::ledger::AuditKey;
use storage::{Pools, Store};

use super::database::open_directly;
use super::exit::Trouble;
use super::migrate::must_exist;
use crate::key_file::{AUDIT, KeyPlace};
use crate::seams::{SystemClock, SystemIds, SystemRandomness};
use crate::settings::Settings;

/// Opens a database that is as this program needs it, with the key of its chains.
pub(super) async fn open(settings: &Settings) -> Result<(Store, Pools), Trouble> {
    must_exist(&settings.database)?;
    let pools = open_directly(&settings.database).await?;
    let status = migration::status(pools.readers()).await.map_err(|why| why.to_string())?;
    if !status.pending.is_empty() || !status.unknown.is_empty() {
        return Err(Trouble::refused(
            "the database does not have the schema of this program: `reprograph migrate up` brings it there, and \
             `reprograph doctor` says more",
        ));
    }
    let key = match AUDIT.find(settings.audit.audit_key.as_ref(), &settings.database).map_err(Trouble::setting)? {
        KeyPlace::Found(key) => key,
        KeyPlace::ToBeMade(path) => {
            return Err(Trouble::setting(format!(
                "audit_key: is missing: put {} where it was, or give it as audit_key_file",
                path.display()
            )));
        }
        KeyPlace::InMemory => {
            return Err(Trouble::setting("database_url: a database in memory is gone with its server"));
        }
    };
    let key = AuditKey::new(*key.reveal());
    let store = Store::new(pools.clone(), Arc::new(SystemClock), Arc::new(SystemIds), Arc::new(SystemRandomness), key);
    Ok((store, pools))
}
