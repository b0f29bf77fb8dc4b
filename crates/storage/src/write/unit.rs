//! Runs a unit of work to its commit; when it met another on its way, it is tried again.

use futures_util::future::BoxFuture;

use super::Work;
use crate::error::{Conflict, Error, Result};
use crate::reader::Reader;

/// How often a unit of work that met others is tried.
const ATTEMPTS: usize = 4;

/// Runs a unit of work in a transaction, and commits it. Refused, it leaves no trace.
pub async fn write<T>(
    reader: &Reader,
    unit: impl for<'a> Fn(&'a mut Work) -> BoxFuture<'a, Result<T>> + Send,
) -> Result<T> {
    let mut attempt = 1;
    loop {
        match attempted(reader, &unit).await {
            Err(Error::Raced { .. }) if attempt == ATTEMPTS => return Err(taken()),
            Err(Error::Raced { .. }) => attempt += 1,
            done => return done,
        }
    }
}

async fn attempted<T>(
    reader: &Reader,
    unit: &(impl for<'a> Fn(&'a mut Work) -> BoxFuture<'a, Result<T>> + Send),
) -> Result<T> {
    let mut work = Work::begin(reader).await?;
    let value = unit(&mut work).await?;
    work.commit().await?;
    Ok(value)
}

/// A unique key that is taken by a row that is none of the viewer's business.
fn taken() -> Error {
    Error::Conflict(Conflict { message: "it is there already".into(), rule: "unique".into(), ..Conflict::default() })
}
