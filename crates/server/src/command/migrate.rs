//! `reprograph migrate`: the steps of the database's shape.

use migration::Around;
use storage::readers::{Scripts, scripts};

use crate::command::database::{migrate_up, open_directly, words};
use crate::settings::DatabaseSettings;

pub(super) async fn up(settings: &DatabaseSettings) -> Result<(), String> {
    let _lock = settings.lock()?;
    let pools = open_directly(settings).await?;
    let taken = migrate_up(&pools).await?;
    print_steps("taken", &taken);
    if taken.is_empty() {
        println!("nothing was pending");
    }
    close(&pools).await
}

pub(super) async fn down(settings: &DatabaseSettings, steps: u32) -> Result<(), String> {
    must_exist(settings)?;
    let _lock = settings.lock()?;
    let pools = open_directly(settings).await?;
    let Scripts { before, after_down: after, .. } = scripts(&pools).await.map_err(|why| words(&why))?;
    let taken_back = migration::down_around(pools.writer(), steps, &Around { before, after }).await;
    let taken_back = taken_back.map_err(|why| format!("no step was taken back: {why}"))?;
    print_steps("taken back", &taken_back);
    if taken_back.is_empty() {
        println!("there was nothing to take back");
    }
    close(&pools).await
}

pub(super) async fn status(settings: &DatabaseSettings) -> Result<(), String> {
    must_exist(settings)?;
    let pools = open_directly(settings).await?;
    let status = migration::status(pools.readers()).await.map_err(|why| why.to_string())?;
    print_steps("applied", &status.applied);
    print_steps("pending", &status.pending);
    print_steps("unknown to this program, which is older than the database", &status.unknown);
    close(&pools).await
}

/// Looking at a database must not make one.
pub(super) fn must_exist(settings: &DatabaseSettings) -> Result<(), String> {
    match settings.sqlite_file() {
        Some(file) if !file.exists() => Err(format!(
            "database_url: there is no database {}: `reprograph serve` and `reprograph migrate up` make one",
            file.display()
        )),
        _ => Ok(()),
    }
}

fn print_steps(what: &str, steps: &[String]) {
    for step in steps {
        println!("{step}: {what}");
    }
}

pub(super) async fn close(pools: &storage::Pools) -> Result<(), String> {
    pools.close().await.map_err(|why| format!("the database cannot be closed: {}", words(&why)))
}
