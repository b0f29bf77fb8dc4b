//! Puts bytes where a row will name them: they stand in the outbox before they are stored, and leave it in the unit of
//! work that names them. So bytes that no row came to name are deleted, whenever the server may have stopped.

use bytes::Bytes;
use domain::files::Upload;
use domain::text::StoragePath;
use domain::{Count, Id, Sha256};

use super::outbox;
use super::upload::{claim, find_upload};
use crate::error::{Error, Result};
use crate::objects::Objects;
use crate::reader::Reader;
use crate::write::Work;

/// Bytes that are stored where a row will name them.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Where they are.
    pub storage_path: StoragePath,
    /// How many they are.
    pub size_bytes: Count,
    /// Their SHA-256.
    pub sha256: Sha256,
    /// The upload that they come from.
    pub upload: Option<Upload>,
}

/// Copies an upload of the viewer to a path of its own below this folder.
pub async fn place_upload(reader: &Reader, objects: &Objects, id: Id<Upload>, folder: &str) -> Result<Placed> {
    let upload = find_upload(reader, id).await?;
    let storage_path = upload_path(folder, id)?;
    reserve(reader, &storage_path).await?;
    objects.copy(&upload.storage_path, &storage_path).await?;
    Ok(Placed { storage_path, size_bytes: upload.size_bytes, sha256: upload.sha256.clone(), upload: Some(upload) })
}

/// Where an upload is copied to below a folder.
pub fn upload_path(folder: &str, id: Id<Upload>) -> Result<StoragePath> {
    Ok(StoragePath::try_new(format!("{folder}/{id}"))?)
}

/// Stores bytes of our own below this folder.
pub async fn place_bytes(reader: &Reader, objects: &Objects, bytes: Bytes, folder: &str) -> Result<Placed> {
    let storage_path = StoragePath::try_new(format!("{folder}/{}", reader.ids().next().simple()))?;
    reserve(reader, &storage_path).await?;
    let stored = objects.put_bytes(&storage_path, bytes).await?;
    let size = i64::try_from(stored.size).map_err(Error::internal)?;
    Ok(Placed { storage_path, size_bytes: Count::try_new(size)?, sha256: stored.sha256, upload: None })
}

/// Says that a row names the bytes now; the upload that they come from is used up.
pub async fn adopt(work: &Work, placed: &Placed) -> Result<()> {
    if let Some(upload) = &placed.upload {
        claim(work, upload).await?;
    }
    outbox::adopt(work, placed.storage_path.as_str()).await
}

/// Says that no row names these bytes any more.
pub async fn abandon(work: &Work, path: &StoragePath) -> Result<()> {
    outbox::discard(work, &[path.as_str().to_owned()], work.now()).await
}

/// Says that bytes will be stored here, which are to be deleted unless a row names them soon.
pub async fn reserve(reader: &Reader, path: &StoragePath) -> Result<()> {
    let work = Work::begin(reader).await?;
    outbox::reserve(&work, path.as_str()).await?;
    work.commit().await
}
