//! Files in the schema: where bytes are kept, and where clients download them.

use async_graphql::Context;
use bytes::Bytes;
use domain::files::Upload;
use domain::{Entity, Id};
use storage::Reader;
use storage::files::{Placed, place_bytes, place_upload};
use storage::objects::Objects;

use crate::error::{Failure, Result};
use crate::object::loader;

/// Where bytes are kept, and the address under which clients reach the server.
#[derive(Clone)]
pub struct Files {
    objects: Objects,
    /// Without a slash at its end.
    public_url: String,
}

impl Files {
    /// Files kept there, and downloaded from this address.
    pub fn new(objects: Objects, public_url: &str) -> Self {
        Self { objects, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// Where bytes are kept.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The address of what is at this one below that of the server, given without a slash at its beginning.
    pub fn join(&self, address: &str) -> String {
        format!("{}/{address}", self.public_url)
    }

    /// The address from which the file of this row is downloaded.
    pub fn url<E: Entity>(&self, id: Id<E>) -> String {
        self.join(&address(id))
    }
}

/// The address of the file of this row, below that of the server.
pub fn address<E: Entity>(id: Id<E>) -> String {
    format!("files/{id}")
}

/// Where files are kept.
pub fn files<'a>(ctx: &Context<'a>) -> Result<&'a Files> {
    ctx.data::<Files>().map_err(|_| Failure::from(storage::Error::internal("the schema has no files")))
}

/// Copies an upload of the viewer to where a row will name it.
pub async fn place(ctx: &Context<'_>, upload: Id<Upload>, folder: &str) -> Result<Placed> {
    Ok(place_upload(reader(ctx)?, files(ctx)?.objects(), upload, folder).await?)
}

/// Stores bytes of our own where a row will name them.
pub async fn store(ctx: &Context<'_>, bytes: Bytes, folder: &str) -> Result<Placed> {
    Ok(place_bytes(reader(ctx)?, files(ctx)?.objects(), bytes, folder).await?)
}

fn reader<'a>(ctx: &Context<'a>) -> Result<&'a Reader> {
    Ok(loader(ctx)?.reader())
}
