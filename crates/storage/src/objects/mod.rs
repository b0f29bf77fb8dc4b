//! Objects: the bytes of files, in a local folder or in S3-compatible storage. What is acknowledged is on the disk; what
//! fails leaves nothing behind.

mod error;
mod open;
mod put;
mod staged;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::text::StoragePath;
use domain::{Sha256, Timestamp};
use futures_util::stream::{BoxStream, Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

pub use error::Error;
pub use open::{AddressStyle, Bucket, ObjectsSettings, Transport};

/// A result of the object store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where the bytes of files are kept.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// The local folder, where it is one.
    folder: Option<PathBuf>,
    name: String,
}

/// What was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// How large it is.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
}

/// An object that is being read.
pub struct Object {
    /// How large the whole object is.
    pub size: u64,
    /// Its bytes, or those of the range that was asked for.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// An object among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where it is stored.
    pub path: StoragePath,
    /// How large it is.
    pub size: u64,
    /// When it was last written, where the store can tell.
    pub written_at: Option<Timestamp>,
}

impl Objects {
    /// Opens the store; a folder is made when it is missing.
    pub fn open(settings: &ObjectsSettings) -> Result<Self> {
        open::open(settings)
    }

    /// The store in words, for people: a folder, or a bucket.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Stores what a stream brings, in flat memory, unless it is larger than the limit. It goes on to its orderly end
    /// when nobody waits for it any more, so that a stream that breaks off leaves nothing behind.
    pub async fn put<S, E>(&self, path: &StoragePath, stream: S, limit: u64) -> Result<Stored>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        let (objects, path) = (self.clone(), encode(path)?);
        let storing = tokio::spawn(async move {
            let stored = put::put(&*objects.store, &path, stream, limit).await;
            if stored.is_err() {
                objects.clear_staged(&path).await;
            }
            stored
        });
        storing.await.map_err(|why| Error::Unavailable(why.to_string()))?
    }

    /// Stores these bytes.
    pub async fn put_bytes(&self, path: &StoragePath, bytes: Bytes) -> Result<Stored> {
        let stored = Stored { size: length(&bytes), sha256: Sha256::of(&bytes) };
        let path = encode(path)?;
        match self.store.put(&path, bytes.into()).await {
            Ok(_) => Ok(stored),
            Err(why) => {
                self.clear_staged(&path).await;
                Err(why.into())
            }
        }
    }

    /// Reads an object, or a part of it.
    pub async fn get(&self, path: &StoragePath, range: Option<Range<u64>>) -> Result<Object> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..Default::default() };
        let found = self.store.get_opts(&encode(path)?, options).await?;
        Ok(Object { size: found.meta.size, bytes: found.into_stream().map_err(Error::from).boxed() })
    }

    /// The size of an object.
    pub async fn size(&self, path: &StoragePath) -> Result<u64> {
        Ok(self.store.head(&encode(path)?).await?.size)
    }

    /// Stores the same bytes under another path.
    pub async fn copy(&self, from: &StoragePath, to: &StoragePath) -> Result<()> {
        Ok(self.store.copy(&encode(from)?, &encode(to)?).await?)
    }

    /// Deletes an object; it is no failure when it is gone already.
    pub async fn delete(&self, path: &StoragePath) -> Result<()> {
        match self.store.delete(&encode(path)?).await.map_err(Error::from) {
            Err(Error::NotFound) => Ok(()),
            done => done,
        }
    }

    /// The objects below a folder, or all of them.
    pub fn list(&self, folder: Option<&StoragePath>) -> BoxStream<'static, Result<Listed>> {
        let folder = match folder.map(encode).transpose() {
            Ok(folder) => folder,
            Err(why) => return futures_util::stream::iter([Err(why)]).boxed(),
        };
        let listed = self.store.list(folder.as_ref()).map_err(Error::from);
        // What has a name that none of our paths has was not stored by us.
        listed.try_filter_map(|meta| async move { Ok(listed_as(&meta)) }).boxed()
    }

    /// Tries whether objects can be written, read and deleted.
    pub async fn check(&self) -> Result<()> {
        let path = format!("check-{}", uuid::Uuid::now_v7().simple());
        let path = StoragePath::try_new(path).map_err(|why| Error::Unavailable(why.message))?;
        self.put_bytes(&path, Bytes::from_static(b"reprograph")).await?;
        let read: Vec<Bytes> = self.get(&path, None).await?.bytes.try_collect().await?;
        self.delete(&path).await?;
        if read.concat() == b"reprograph" {
            Ok(())
        } else {
            Err(Error::Unavailable("it gives back other bytes".into()))
        }
    }

    /// Removes what a process that was killed left of uploads begun longer ago than this. Storage that is no folder
    /// does so by a rule of its bucket, for incomplete multipart uploads.
    pub async fn remove_staged(&self, older_than: Duration) -> Result<u64> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let removing = tokio::task::spawn_blocking(move || staged::remove_old(&folder, older_than));
        removing.await.map_err(|why| Error::Unavailable(why.to_string()))?.map_err(Error::from)
    }

    async fn clear_staged(&self, path: &Path) {
        let Some(folder) = &self.folder else { return };
        let file = folder.join(path.as_ref());
        // What cannot be removed now is removed by `remove_staged` later.
        let _ = tokio::task::spawn_blocking(move || staged::remove_of(&file)).await;
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Object").field("size", &self.size).finish_non_exhaustive()
    }
}

fn listed_as(meta: &object_store::ObjectMeta) -> Option<Listed> {
    let millis = meta.last_modified.timestamp_millis();
    let time = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok();
    let written_at = time.and_then(|time| Timestamp::try_new(time).ok());
    Some(Listed { path: decode(&meta.location)?, size: meta.size, written_at })
}

/// The path as the store has it. `#` and a number at the end marks files that are being written, so `#` is written
/// otherwise; that the path stays below its folder is `StoragePath`'s rule, and `Path` checks it again.
fn encode(path: &StoragePath) -> Result<Path> {
    let text = path.as_str().replace('%', "%25").replace('#', "%23");
    Path::parse(text).map_err(|why| Error::Unavailable(format!("{path} cannot name an object: {why}")))
}

fn decode(path: &Path) -> Option<StoragePath> {
    StoragePath::try_new(path.as_ref().replace("%23", "#").replace("%25", "%")).ok()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
