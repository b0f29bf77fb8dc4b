//! Writes a world into an empty database.

use std::time::Duration;

use domain::Sha256;
use sea_orm::ConnectionTrait;
use storage::{ConnectSettings, Pools};
use tests::database::Kind as Database;

use super::words::spelled_out;
use super::{WRITTEN, World, token};

/// How many rows that grow are written at a time.
const AT_ONCE: u32 = 400_000;

/// Migrates an empty database and writes a world into it.
pub async fn load(url: &str, world: World) {
    let hours = Duration::from_hours(10);
    let settings = ConnectSettings { pool_size: 1, statement_timeout: hours, ..ConnectSettings::new(url) };
    let pools = Pools::open(&settings).await.expect("the database opens");
    migration::up(pools.writer()).await.expect("the migrations run");
    let database = if url.starts_with("sqlite:") { Database::Sqlite } else { Database::Postgres };
    let run = async |script: String| {
        let whole = format!("BEGIN; {script}; COMMIT;");
        pools.writer().execute_unprepared(&whole).await.unwrap_or_else(|why| panic!("{whole}: {why}"));
    };
    let values = |from: u32, count: u32| {
        let values = [
            ("papers", world.papers),
            ("projects", world.projects),
            ("users", world.users),
            ("written", WRITTEN),
            ("points", world.points),
            ("events", world.events),
            ("stride", world.stride()),
            ("from", from),
            ("count", count),
        ];
        values.map(|(name, value)| (name, i64::from(value)))
    };
    run(tokens(world) + &spelled_out(include_str!("entities.sql"), database, &values(0, 0))).await;
    let step = (AT_ONCE / (4 * world.points + world.events)).max(1);
    for from in (0..world.watched).step_by(usize::try_from(step).expect("a small number")) {
        let count = step.min(world.watched - from);
        run(spelled_out(include_str!("growth.sql"), database, &values(from, count))).await;
    }
    if database == Database::Postgres {
        // What its own worker would have done a little later.
        pools.writer().execute_unprepared("VACUUM ANALYZE").await.expect("it is tidied up");
    }
    pools.close().await.expect("the database closes");
}

/// A table of the digests of all users' tokens, for as long as the connection is open.
fn tokens(world: World) -> String {
    let rows: Vec<String> =
        (0..world.users).map(|user| format!("({user}, '{}')", Sha256::of(token(user).as_bytes()).as_str())).collect();
    format!(
        "CREATE TEMPORARY TABLE tokens (number bigint, digest text); INSERT INTO tokens VALUES {};",
        rows.join(", ")
    )
}
