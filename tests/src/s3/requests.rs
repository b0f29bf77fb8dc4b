//! What the object store understands: the part of S3's interface that the `object_store` crate speaks.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, Request, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use super::answers::{self, elements, error, escape, xml};
use super::objects::{Content, Listing, Object};
use super::trouble::{Troubles, hang_up};
use super::{ACCESS_KEY, BUCKET, State, lock};

/// S3 takes no smaller part than this, but for the last.
const SMALLEST_PART: u64 = 5 * 1024 * 1024;

type Parameters = HashMap<String, String>;

const NO_SUCH_KEY: Refusal = Refusal(StatusCode::NOT_FOUND, "NoSuchKey");
const NO_SUCH_UPLOAD: Refusal = Refusal(StatusCode::NOT_FOUND, "NoSuchUpload");
const PRECONDITION_FAILED: Refusal = Refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");

/// Why a request is refused.
struct Refusal(StatusCode, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self(StatusCode::NOT_MODIFIED, _) => StatusCode::NOT_MODIFIED.into_response(),
            Self(status, code) => error(status, code),
        }
    }
}

/// One request to a key, or to the bucket when there is none.
struct Call {
    state: Arc<State>,
    key: String,
    parameters: Parameters,
    headers: HeaderMap,
    troubles: Troubles,
}

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new().route("/{bucket}", any(answer)).route("/{bucket}/{*key}", any(answer)).with_state(state)
}

async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(path): Path<HashMap<String, String>>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    lock(&state.requests).push(format!("{} {}", head.method, head.uri));
    let troubles = Troubles::of(state.troubles(&head.method));
    troubles.pause().await;
    if let Some(status) = troubles.status() {
        return error(status, "Trouble");
    }
    if path.get("bucket").is_none_or(|bucket| bucket != BUCKET) {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket");
    }
    if !is_signed(&head.headers) {
        return error(StatusCode::FORBIDDEN, "AccessDenied");
    }
    let key = path.get("key").cloned().unwrap_or_default();
    let call = Call { state, key, parameters, headers: head.headers, troubles };
    call.dispatch(&head.method, body).await.unwrap_or_else(Refusal::into_response)
}

/// Whether our key's name stands in the request's signature.
fn is_signed(headers: &HeaderMap) -> bool {
    let signature = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    signature.contains(&format!("Credential={ACCESS_KEY}/"))
}

impl Call {
    async fn dispatch(self, method: &Method, body: Body) -> Result<Response, Refusal> {
        let upload = self.parameters.get("uploadId").cloned();
        let to_bucket = self.key.is_empty();
        match (method.as_str(), upload) {
            ("GET", None) if to_bucket => Ok(self.list()),
            ("POST", None) if to_bucket && self.parameters.contains_key("delete") => self.delete_all(body).await,
            _ if to_bucket => Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed")),
            ("GET", None) => self.get(),
            ("HEAD", None) => Ok(answers::head(&*self.readable()?)),
            ("PUT", None) => self.put(body).await,
            ("PUT", Some(upload)) => self.put_part(&upload, body).await,
            ("POST", None) if self.parameters.contains_key("uploads") => Ok(self.begin_upload()),
            ("POST", Some(upload)) => self.complete_upload(&upload, body).await,
            ("DELETE", Some(upload)) => self.abort_upload(&upload),
            ("DELETE", None) => {
                lock(&self.state.objects).remove(&self.key);
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed")),
        }
    }

    fn list(&self) -> Response {
        let get = |name: &str| self.parameters.get(name).map(String::as_str);
        let listing = Listing {
            prefix: get("prefix").unwrap_or_default(),
            delimiter: get("delimiter").filter(|delimiter| !delimiter.is_empty()),
            after: get("continuation-token").or_else(|| get("start-after")).unwrap_or_default(),
            limit: get("max-keys").and_then(|limit| limit.parse().ok()).unwrap_or(1000),
        };
        answers::page(&lock(&self.state.objects).list(&listing))
    }

    async fn delete_all(&self, body: Body) -> Result<Response, Refusal> {
        let mut deleted = String::new();
        for key in elements(&text(body).await?, "Key") {
            lock(&self.state.objects).remove(&key);
            let _ = write!(deleted, "<Deleted><Key>{}</Key></Deleted>", escape(&key));
        }
        Ok(xml(StatusCode::OK, format!("<DeleteResult>{deleted}</DeleteResult>")))
    }

    fn get(&self) -> Result<Response, Refusal> {
        let object = self.readable()?;
        let range = match self.header("range") {
            Some(range) => Some(
                satisfy(range, object.content.size)
                    .ok_or(Refusal(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange"))?,
            ),
            None => None,
        };
        Ok(answers::object(&object, range, self.troubles))
    }

    /// The object, when it is there and as the request wants it.
    fn readable(&self) -> Result<Arc<Object>, Refusal> {
        let object = lock(&self.state.objects).get(&self.key).ok_or(NO_SUCH_KEY)?;
        let unchanged = match (self.header("if-none-match"), self.header("if-modified-since")) {
            (Some(tags), _) => names(tags, &object.etag),
            (None, Some(since)) => !answers::is_newer(object.modified, since),
            (None, None) => false,
        };
        let changed = match (self.header("if-match"), self.header("if-unmodified-since")) {
            (Some(tags), _) => !names(tags, &object.etag),
            (None, Some(since)) => answers::is_newer(object.modified, since),
            (None, None) => false,
        };
        if changed {
            return Err(PRECONDITION_FAILED);
        }
        if unchanged {
            return Err(Refusal(StatusCode::NOT_MODIFIED, ""));
        }
        Ok(object)
    }

    async fn put(&self, body: Body) -> Result<Response, Refusal> {
        let source = self.source()?;
        let content = match &source {
            Some(source) => self.join(vec![Arc::clone(source)]).await,
            None => self.receive(body).await?,
        };
        let kept = source.as_ref().map_or_else(|| kept(&self.headers), |source| source.headers.clone());
        let etag = self.store(content, kept)?;
        match source {
            Some(_) => {
                Ok(xml(StatusCode::OK, format!("<CopyObjectResult><ETag>{}</ETag></CopyObjectResult>", escape(&etag))))
            }
            None => Ok([(header::ETAG, etag)].into_response()),
        }
    }

    async fn put_part(&self, upload: &str, body: Body) -> Result<Response, Refusal> {
        let number = self.parameters.get("partNumber").and_then(|number| number.parse().ok());
        let number: u32 = number.ok_or(Refusal(StatusCode::BAD_REQUEST, "InvalidArgument"))?;
        let source = self.source()?;
        let content = match &source {
            Some(source) => self.join(vec![Arc::clone(source)]).await,
            None => self.receive(body).await?,
        };
        let part = Arc::new(Object::new(content, HeaderMap::new()));
        let etag = part.etag.clone();
        let mut objects = lock(&self.state.objects);
        objects.upload(upload).ok_or(NO_SUCH_UPLOAD)?.parts.insert(number, part);
        match source {
            Some(_) => {
                Ok(xml(StatusCode::OK, format!("<CopyPartResult><ETag>{}</ETag></CopyPartResult>", escape(&etag))))
            }
            None => Ok([(header::ETAG, etag)].into_response()),
        }
    }

    fn begin_upload(&self) -> Response {
        let id = lock(&self.state.objects).begin_upload(kept(&self.headers));
        let body = format!("<UploadId>{id}</UploadId>");
        xml(StatusCode::OK, format!("<InitiateMultipartUploadResult>{body}</InitiateMultipartUploadResult>"))
    }

    async fn complete_upload(&self, upload: &str, body: Body) -> Result<Response, Refusal> {
        let body = text(body).await?;
        let numbers = elements(&body, "PartNumber").into_iter().map(|number| number.parse().unwrap_or_default());
        let named: Vec<(u32, String)> = numbers.zip(elements(&body, "ETag")).collect();
        let (parts, headers) = self.named_parts(upload, &named)?;
        let content = self.join(parts).await;
        let etag = self.store(content, headers)?;
        lock(&self.state.objects).end_upload(upload);
        let etag = escape(&etag);
        let body = format!("<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>");
        Ok(xml(StatusCode::OK, body))
    }

    fn named_parts(&self, upload: &str, named: &[(u32, String)]) -> Result<(Vec<Arc<Object>>, HeaderMap), Refusal> {
        let mut objects = lock(&self.state.objects);
        let upload = objects.upload(upload).ok_or(NO_SUCH_UPLOAD)?;
        let named = named.iter().map(|(number, etag)| upload.parts.get(number).filter(|part| part.etag == *etag));
        let parts: Option<Vec<_>> = named.map(Option::<&_>::cloned).collect();
        let parts = parts.filter(|parts| !parts.is_empty());
        let parts = parts.ok_or(Refusal(StatusCode::BAD_REQUEST, "InvalidPart"))?;
        let all_but_the_last = &parts[..parts.len() - 1];
        if all_but_the_last.iter().any(|part| part.content.size < SMALLEST_PART) {
            return Err(Refusal(StatusCode::BAD_REQUEST, "EntityTooSmall"));
        }
        Ok((parts, upload.headers.clone()))
    }

    fn abort_upload(&self, upload: &str) -> Result<Response, Refusal> {
        lock(&self.state.objects).end_upload(upload).ok_or(NO_SUCH_UPLOAD)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Stores the object if the request's conditions hold at this moment.
    fn store(&self, content: Content, headers: HeaderMap) -> Result<String, Refusal> {
        let mut objects = lock(&self.state.objects);
        let present = objects.get(&self.key);
        let is_there = |tags: &str| present.as_ref().is_some_and(|object| names(tags, &object.etag));
        let refused = self.header("if-none-match").is_some_and(is_there);
        if refused || self.header("if-match").is_some_and(|tags| !is_there(tags)) {
            return Err(PRECONDITION_FAILED);
        }
        Ok(objects.put(&self.key, content, headers).etag.clone())
    }

    /// The object that the request wants copied.
    fn source(&self) -> Result<Option<Arc<Object>>, Refusal> {
        let Some(source) = self.header("x-amz-copy-source") else { return Ok(None) };
        let path = source.trim_start_matches('/');
        let key = path.strip_prefix(BUCKET).and_then(|path| path.strip_prefix('/')).ok_or(NO_SUCH_KEY)?;
        // A form's `+` is a space, a path's is not.
        let decoded =
            url::form_urlencoded::parse(key.replace('+', "%2B").as_bytes()).map(|(key, _)| key.into_owned()).next();
        let found = decoded.and_then(|key| lock(&self.state.objects).get(&key));
        found.map(Some).ok_or(NO_SUCH_KEY)
    }

    /// Writes a body to a file, piece by piece.
    async fn receive(&self, body: Body) -> Result<Content, Refusal> {
        let mut content = Content::new(self.state.folder.path());
        let mut file = tokio::fs::File::create(&content.path).await.expect("an object's file");
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| Refusal(StatusCode::BAD_REQUEST, "IncompleteBody"))?;
            file.write_all(&piece).await.expect("room for an object");
            content.size += u64::try_from(piece.len()).expect("64 bits");
            self.troubles.pause().await;
            if self.troubles.breaks_off(content.size) {
                hang_up();
            }
        }
        file.flush().await.expect("room for an object");
        Ok(content)
    }

    /// Writes several files to one.
    async fn join(&self, parts: Vec<Arc<Object>>) -> Content {
        let mut content = Content::new(self.state.folder.path());
        let joined = tokio::task::spawn_blocking(move || {
            let mut file = File::create(&content.path).expect("an object's file");
            for part in parts {
                let mut from = File::open(&part.content.path).expect("a part's file");
                content.size += std::io::copy(&mut from, &mut file).expect("room for an object");
            }
            content
        });
        joined.await.expect("it does not panic")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The headers that are kept with an object and given back with it.
fn kept(headers: &HeaderMap) -> HeaderMap {
    let is_kept = |name: &str| {
        name.starts_with("x-amz-meta-")
            || ["content-type", "content-disposition", "content-encoding", "cache-control"].contains(&name)
    };
    headers
        .iter()
        .filter(|(name, _)| is_kept(name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether a list of tags names this one.
fn names(tags: &str, etag: &str) -> bool {
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag)
}

/// The bytes that a range header asks for, if the object has them.
fn satisfy(range: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", suffix) => size.saturating_sub(suffix.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => first.parse().ok()?..size.min(last.parse::<u64>().ok()?.checked_add(1)?),
    };
    (range.start < range.end).then_some(range)
}

async fn text(body: Body) -> Result<String, Refusal> {
    let bytes =
        to_bytes(body, 16 * 1024 * 1024).await.map_err(|_| Refusal(StatusCode::BAD_REQUEST, "IncompleteBody"))?;
    String::from_utf8(bytes.into()).map_err(|_| Refusal(StatusCode::BAD_REQUEST, "MalformedXML"))
}
