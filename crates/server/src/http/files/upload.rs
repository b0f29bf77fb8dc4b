//! `POST /files?name=paper.pdf`: takes the raw bytes of a file, and answers the id that a mutation takes.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use domain::files::Upload;
use domain::text::{FileName, MediaType};
use domain::{Count, Invalid};
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::json;
use storage::Reader;
use storage::objects::Objects;
use tracing::Instrument;

use super::rows::{self, NewUpload};
use crate::http::answer::Refusal;
use crate::http::{App, Limits, body, metrics, query};

const FILE: &str = "the file";
/// How long a client may send nothing before it counts as gone.
const IDLE: Duration = Duration::from_mins(1);

/// What the head of an upload says of the file.
pub(crate) struct Described {
    pub(crate) file_name: Option<FileName>,
    pub(crate) media_type: MediaType,
}

pub(in crate::http) async fn upload(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let limit = app.parts().limits.max_upload_bytes;
    body::check_head(&head.headers, FILE, limit)?;
    let described = Described { file_name: file_name(head.uri.query())?, media_type: media_type(&head.headers)? };
    let reader = app.reader(&head).await?;
    // A client that goes away drops this request; what was begun still comes to its orderly end.
    let taking = tokio::spawn(take(app.clone(), reader, described, body).in_current_span());
    let upload = taking.await.map_err(Refusal::internal)??;
    let id = upload.id.to_string();
    let answer = json!({
        "id": id,
        "fileName": upload.file_name.as_ref().map(FileName::as_str),
        "mediaType": upload.media_type.as_str(),
        "sizeBytes": upload.size_bytes.get(),
        "sha256": upload.sha256.as_str(),
        "expiresAt": upload.expires_at.to_string(),
    });
    Ok((StatusCode::CREATED, [(LOCATION, app.public_url().file(&id))], Json(answer)).into_response())
}

fn file_name(query: Option<&str>) -> Result<Option<FileName>, Refusal> {
    let mut given = query::pairs(query.unwrap_or_default())?.into_iter().filter(|(key, _)| key == "name");
    let Some((_, name)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Refusal::violation(&["name"], &Invalid::new("once", "must stand once in the address")));
    }
    FileName::try_new(name).map(Some).map_err(|why| Refusal::violation(&["name"], &why))
}

/// The media type of the file, without parameters. Forms are refused: they wrap the file, or are what a program says
/// that was not told better.
fn media_type(headers: &HeaderMap) -> Result<MediaType, Refusal> {
    let Some(given) = headers.get(CONTENT_TYPE) else {
        return MediaType::try_new("application/octet-stream").map_err(Refusal::internal);
    };
    let given = given.to_str().unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    let media_type = MediaType::try_new(essence).map_err(|why| Refusal::violation(&["contentType"], &why))?;
    if ["multipart/form-data", "application/x-www-form-urlencoded"].contains(&media_type.as_str()) {
        return Err(Refusal::unsupported(
            "the body must be the file's own bytes, and Content-Type the file's own media type: a form is not taken",
        ));
    }
    Ok(media_type)
}

async fn take(app: App, reader: Reader, described: Described, body: Body) -> Result<Upload, Refusal> {
    let parts = app.parts();
    let Limits { max_upload_bytes: limit, upload_expires_after: expires_after, .. } = parts.limits;
    let shelf = Shelf { objects: parts.objects.clone(), limit, expires_after };
    let upload = shelf.keep(&reader, described, Box::pin(patient(body))).await?;
    metrics::uploaded(u64::try_from(upload.size_bytes.get()).unwrap_or_default());
    Ok(upload)
}

/// Where uploads wait until a row names them.
pub(crate) struct Shelf {
    pub(crate) objects: Objects,
    /// How large one may be.
    pub(crate) limit: u64,
    /// How long one waits.
    pub(crate) expires_after: Duration,
}

impl Shelf {
    /// Keeps a file that somebody sends: all of it or nothing.
    pub(crate) async fn keep<S, E>(&self, reader: &Reader, described: Described, file: S) -> Result<Upload, Refusal>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        let new = rows::begin(reader).await?;
        match self.objects.put(&new.path, file, self.limit).await {
            Ok(stored) => {
                let size = i64::try_from(stored.size).map_err(Refusal::internal)?;
                let (NewUpload { id, path, sender }, now) = (new, reader.now());
                let upload = Upload {
                    id,
                    sender,
                    file_name: described.file_name,
                    media_type: described.media_type,
                    storage_path: path,
                    size_bytes: Count::try_new(size).map_err(Refusal::internal)?,
                    sha256: stored.sha256,
                    created_at: now,
                    expires_at: now.plus(self.expires_after),
                };
                storage::files::keep_upload(reader, &upload).await?;
                Ok(upload)
            }
            Err(why) => {
                rows::forget(reader, &new).await;
                Err(why.into())
            }
        }
    }
}

/// The body, which ends in an error when nothing comes for too long.
fn patient(body: Body) -> impl Stream<Item = Result<Bytes, String>> + Send {
    stream::unfold(body.into_data_stream(), |mut body| async move {
        let piece = match tokio::time::timeout(IDLE, body.next()).await {
            Ok(piece) => piece?.map_err(|why| why.to_string()),
            Err(_) => Err(format!("nothing came for {IDLE:?}")),
        };
        Some((piece, body))
    })
}
