//! Stores a stream: in one request when it is small, in parts of equal size when it is not, hashed on its way.

use bytes::Bytes;
use domain::Hasher;
use futures_util::stream::{Stream, StreamExt};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, PutPayloadMut};
use tokio::task::JoinSet;

use super::{Error, Result, Stored, length};

/// How large a part is. Stores take 10,000 parts of one object, so this is enough for 80 GB.
const PART: usize = 8 << 20;
/// How many parts are on their way at once; with the one that is being filled, this is all the memory that is used.
const IN_FLIGHT: usize = 2;

/// What came in so far.
struct Intake {
    hasher: Hasher,
    size: u64,
    limit: u64,
}

impl Intake {
    fn take<E: std::fmt::Display>(&mut self, piece: Result<Bytes, E>) -> Result<Bytes> {
        let piece = piece.map_err(|why| Error::Broken(why.to_string()))?;
        self.size = self.size.saturating_add(length(&piece));
        if self.size > self.limit {
            return Err(Error::TooLarge(self.limit));
        }
        self.hasher.update(&piece);
        Ok(piece)
    }

    fn stored(self) -> Stored {
        Stored { size: self.size, sha256: self.hasher.finish() }
    }
}

pub(super) async fn put<S, E>(store: &dyn ObjectStore, path: &Path, mut stream: S, limit: u64) -> Result<Stored>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: std::fmt::Display,
{
    let mut intake = Intake { hasher: Hasher::default(), size: 0, limit };
    let mut part = PutPayloadMut::new();
    while let Some(piece) = stream.next().await {
        part.push(intake.take(piece)?);
        if part.content_length() >= PART {
            return put_parts(Parts::begin(store, path).await?, part, stream, intake).await;
        }
    }
    store.put(path, part.freeze()).await?;
    Ok(intake.stored())
}

async fn put_parts<S, E>(mut parts: Parts, part: PutPayloadMut, stream: S, mut intake: Intake) -> Result<Stored>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: std::fmt::Display,
{
    match parts.fill(part, stream, &mut intake).await {
        Ok(()) => Ok(intake.stored()),
        Err(why) => {
            parts.abort().await;
            Err(why)
        }
    }
}

/// An upload in parts.
struct Parts {
    upload: Box<dyn MultipartUpload>,
    in_flight: JoinSet<object_store::Result<()>>,
}

impl Parts {
    async fn begin(store: &dyn ObjectStore, path: &Path) -> Result<Self> {
        Ok(Self { upload: store.put_multipart(path).await?, in_flight: JoinSet::new() })
    }

    async fn fill<S, E>(&mut self, mut part: PutPayloadMut, mut stream: S, intake: &mut Intake) -> Result<()>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        part = self.send_full(part).await?;
        while let Some(piece) = stream.next().await {
            part.push(intake.take(piece)?);
            part = self.send_full(part).await?;
        }
        if part.content_length() > 0 {
            self.send(part.freeze()).await?;
        }
        self.wait_for(0).await?;
        self.upload.complete().await?;
        Ok(())
    }

    /// Sends what fills parts exactly, since some stores want all parts alike, and keeps the rest.
    async fn send_full(&mut self, part: PutPayloadMut) -> Result<PutPayloadMut> {
        if part.content_length() < PART {
            return Ok(part);
        }
        let (mut full, mut room) = (PutPayloadMut::new(), PART);
        for mut piece in part.freeze() {
            while !piece.is_empty() {
                let fits = piece.split_to(room.min(piece.len()));
                room -= fits.len();
                full.push(fits);
                if room == 0 {
                    self.send(std::mem::take(&mut full).freeze()).await?;
                    room = PART;
                }
            }
        }
        Ok(full)
    }

    async fn send(&mut self, part: PutPayload) -> Result<()> {
        self.wait_for(IN_FLIGHT - 1).await?;
        self.in_flight.spawn(self.upload.put_part(part));
        Ok(())
    }

    async fn wait_for(&mut self, left: usize) -> Result<()> {
        while self.in_flight.len() > left {
            match self.in_flight.join_next().await {
                Some(Ok(done)) => done?,
                Some(Err(why)) => return Err(Error::Unavailable(why.to_string())),
                None => break,
            }
        }
        Ok(())
    }

    async fn abort(mut self) {
        self.in_flight.shutdown().await;
        if let Err(why) = self.upload.abort().await {
            tracing::debug!("an upload that failed could not be aborted: {why}");
        }
    }
}
