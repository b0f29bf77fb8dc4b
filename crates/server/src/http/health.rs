//! For whoever watches the process: whether it lives, and whether it can do its work.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use storage::Pools;

use super::App;
use super::answer::{JSON, Refusal};

/// The process lives; nothing else is looked at, so that a database that is away restarts nobody.
pub(crate) async fn alive() -> impl IntoResponse {
    ([(CONTENT_TYPE, JSON)], r#"{"status":"alive"}"#)
}

/// The database answers and has the schema of this program.
pub(crate) async fn ready(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    match ready_for_use(app.parts().store.pools()).await {
        Ok(()) => Ok(([(CONTENT_TYPE, JSON)], r#"{"status":"ready"}"#)),
        Err(why) => {
            tracing::warn!("not ready: {why}");
            Err(Refusal::unavailable("the database cannot be used now; the log says why"))
        }
    }
}

async fn ready_for_use(pools: &Pools) -> Result<(), String> {
    let pending = migration::pending(pools.readers()).await.map_err(|why| why.to_string())?;
    if pending.is_empty() { Ok(()) } else { Err(format!("migrations are pending: {}", pending.join(", "))) }
}
