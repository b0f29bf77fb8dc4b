//! `reprograph migrate`: the steps of the database's shape.

use migration::Around;
use storage::readers::{Scripts, scripts};

use super::database::{migrate_up, open_directly, words};
use super::exit::Trouble;
use super::say::say;
use crate::settings::DatabaseSettings;

pub(super) async fn up(settings: &DatabaseSettings) -> Result<(), Trouble> {
    let _lock = settings.lock()?;
    let pools = open_directly(settings).await?;
    let taken = migrate_up(&pools).await?;
    say_steps("taken", &taken)?;
    if taken.is_empty() {
        say("nothing was pending")?;
    }
    close(&pools).await
}

pub(super) async fn down(settings: &DatabaseSettings, steps: u32) -> Result<(), Trouble> {
    must_exist(settings)?;
    let _lock = settings.lock()?;
    let pools = open_directly(settings).await?;
    let Scripts { before, after_down: after, .. } = scripts(&pools).await.map_err(|why| words(&why))?;
    let taken_back = migration::down_around(pools.writer(), steps, &Around { before, after }).await;
    let taken_back = taken_back.map_err(|why| format!("no step was taken back: {why}"))?;
    say_steps("taken back", &taken_back)?;
    if taken_back.is_empty() {
        say("there was nothing to take back")?;
    }
    close(&pools).await
}

pub(super) async fn status(settings: &DatabaseSettings) -> Result<(), Trouble> {
    must_exist(settings)?;
    let pools = open_directly(settings).await?;
    let status = migration::status(pools.readers()).await.map_err(|why| why.to_string())?;
    say_steps("applied", &status.applied)?;
    say_steps("pending", &status.pending)?;
    say_steps("unknown to this program, which is older than the database", &status.unknown)?;
    close(&pools).await
}

/// Looking at a database must not make one.
pub(super) fn must_exist(settings: &DatabaseSettings) -> Result<(), Trouble> {
    match settings.sqlite_file() {
        Some(file) if !file.exists() => Err(Trouble::unreachable(format!(
            "database_url: there is no database {}: `reprograph serve` and `reprograph migrate up` make one",
            file.display()
        ))),
        _ => Ok(()),
    }
}

fn say_steps(what: &str, steps: &[String]) -> Result<(), Trouble> {
    steps.iter().try_for_each(|step| say(format_args!("{step}: {what}")))
}

pub(super) async fn close(pools: &storage::Pools) -> Result<(), Trouble> {
    let closed = pools.close().await;
    closed.map_err(|why| format!("the database cannot be closed: {}", words(&why)).into())
}
