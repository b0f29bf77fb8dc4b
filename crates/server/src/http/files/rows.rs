//! The rows behind files: what an upload leaves, and what an id names for a viewer.

use std::time::Duration;

use domain::access::Demand;
use domain::account::KeyScope;
use domain::files::{Sender, Upload};
use domain::literature::Asset;
use domain::project::ProjectGuideline;
use domain::text::{FileName, MediaType, StoragePath};
use domain::{AnyId, Count, Entity, Id, Key, Sha256};
use storage::files::{outbox, upload_folder};
use storage::read::{ById, load};
use storage::{Error, Reader, Result, Row, Work};

/// After which time the object of an upload that never came to an end is deleted: longer than any upload takes.
const ABANDONED: Duration = Duration::from_hours(24);

/// An upload that begins.
pub(super) struct NewUpload {
    pub(super) id: Id<Upload>,
    pub(super) path: StoragePath,
    pub(super) sender: Sender,
}

/// Gives an upload its id and its place, and sees to it that the place is cleared if the upload is never kept.
pub(super) async fn begin(reader: &Reader) -> Result<NewUpload> {
    let viewer = reader.viewer();
    viewer.meets(Demand::Scope(KeyScope::Write)).map_err(Error::denied(Upload::NAME))?;
    let sender = viewer.sender().ok_or(Error::Unauthenticated)?;
    let id = reader.ids().next_for::<Upload>()?;
    let path = StoragePath::try_new(upload_folder(id))?;
    let work = Work::begin(reader).await?;
    outbox::discard(&work, &[path.as_str().to_owned()], work.now().plus(ABANDONED)).await?;
    work.commit().await?;
    Ok(NewUpload { id, path, sender })
}

/// Forgets an upload of which no object is left. Where that fails, the outbox does so later.
pub(super) async fn forget(reader: &Reader, new: &NewUpload) {
    if let Err(why) = outbox::done(reader.store(), &[new.path.as_str().to_owned()]).await {
        tracing::warn!("an upload that came to nothing is forgotten only later: {why:?}");
    }
}

/// A file that can be downloaded.
pub(super) struct StoredFile {
    pub(super) path: StoragePath,
    pub(super) size: Count,
    pub(super) sha256: Sha256,
    pub(super) media_type: Option<MediaType>,
    pub(super) file_name: Option<FileName>,
}

/// The file that an id names: an asset that was uploaded, or a guideline, when the viewer sees it.
pub(super) async fn find(reader: &Reader, id: &str) -> Result<Option<StoredFile>> {
    let Ok(any) = id.parse::<AnyId>() else { return Ok(None) };
    match any.prefix.as_str() {
        Asset::PREFIX => Ok(one::<Asset>(reader, &any).await?.and_then(of_asset)),
        ProjectGuideline::PREFIX => Ok(one::<ProjectGuideline>(reader, &any).await?.map(of_guideline)),
        _ => Ok(None),
    }
}

async fn one<E: Row + Clone>(reader: &Reader, id: &AnyId) -> Result<Option<E>> {
    let Ok(id) = E::Id::try_from_parts(&id.parts) else { return Ok(None) };
    Ok(load(ById::<E> { id }, reader).await?.map(|found| E::clone(&found)))
}

fn of_asset(asset: Asset) -> Option<StoredFile> {
    Some(StoredFile {
        path: asset.storage_path,
        size: asset.size_bytes?,
        sha256: asset.checksum?,
        media_type: asset.media_type,
        file_name: asset.file_name,
    })
}

fn of_guideline(guideline: ProjectGuideline) -> StoredFile {
    StoredFile {
        path: guideline.storage_path,
        size: guideline.size_bytes,
        sha256: guideline.sha256,
        media_type: Some(guideline.media_type),
        file_name: Some(guideline.file_name),
    }
}
