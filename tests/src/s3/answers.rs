//! What the object store answers: XML, headers, and the bytes of a file.

use std::fmt::Write;
use std::io::SeekFrom;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::try_unfold;
use time::format_description::parse_borrowed;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, PrimitiveDateTime};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::objects::{Object, Page};
use super::trouble::Troubles;

const HTTP_DATE: &str = "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT";

/// An answer in XML.
pub(super) fn xml(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

/// An error as S3 words it.
pub(super) fn error(status: StatusCode, code: &str) -> Response {
    xml(status, format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"))
}

/// The headers that describe an object.
pub(super) fn headers_of(object: &Object) -> HeaderMap {
    let mut headers = object.headers.clone();
    headers.insert(header::ETAG, value(&object.etag));
    headers.insert(header::LAST_MODIFIED, value(&http_date(object.modified)));
    headers.insert(header::ACCEPT_RANGES, value("bytes"));
    headers
}

/// A whole object or a part of it.
pub(super) fn object(object: &Arc<Object>, range: Option<Range<u64>>, troubles: Troubles) -> Response {
    let mut headers = headers_of(object);
    let size = object.content.size;
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    if let Some(range) = &range {
        headers.insert(header::CONTENT_RANGE, value(&format!("bytes {}-{}/{size}", range.start, range.end - 1)));
    }
    let range = range.unwrap_or(0..size);
    headers.insert(header::CONTENT_LENGTH, value(&(range.end - range.start).to_string()));
    (status, headers, body(Arc::clone(object), range, troubles)).into_response()
}

/// The same without its bytes.
pub(super) fn head(object: &Object) -> Response {
    let mut headers = headers_of(object);
    headers.insert(header::CONTENT_LENGTH, value(&object.content.size.to_string()));
    (headers, Body::empty()).into_response()
}

/// A page of a listing.
pub(super) fn page(page: &Page) -> Response {
    let mut body = String::from("<ListBucketResult>");
    for (key, object) in &page.objects {
        let modified = object.modified.format(&Rfc3339).expect("a date");
        let (key, etag, size) = (escape(key), escape(&object.etag), object.content.size);
        let _ = write!(body, "<Contents><Key>{key}</Key><Size>{size}</Size>");
        let _ = write!(body, "<LastModified>{modified}</LastModified><ETag>{etag}</ETag></Contents>");
    }
    for prefix in &page.prefixes {
        let _ = write!(body, "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escape(prefix));
    }
    let _ = write!(body, "<IsTruncated>{}</IsTruncated>", page.next.is_some());
    if let Some(next) = &page.next {
        let _ = write!(body, "<NextContinuationToken>{}</NextContinuationToken>", escape(next));
    }
    xml(StatusCode::OK, body + "</ListBucketResult>")
}

/// Text as it stands in XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What stands between an element's tags, for each such element.
pub(super) fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let pieces = xml.split(open.as_str()).skip(1).filter_map(|piece| piece.split(close.as_str()).next());
    pieces.map(unescape).collect()
}

/// Whether a time is later than the one that HTTP has written, in whole seconds.
pub(super) fn is_newer(time: OffsetDateTime, written: &str) -> bool {
    let format = parse_borrowed::<2>(HTTP_DATE).expect("a format");
    PrimitiveDateTime::parse(written, &format)
        .is_ok_and(|written| time.unix_timestamp() > written.as_utc().unix_timestamp())
}

fn http_date(time: OffsetDateTime) -> String {
    let format = parse_borrowed::<2>(HTTP_DATE).expect("a format");
    time.format(&format).expect("a date")
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("no control characters")
}

/// The bytes of a file, in small pieces.
fn body(object: Arc<Object>, range: Range<u64>, troubles: Troubles) -> Body {
    let start = range.start;
    Body::from_stream(try_unfold((None, range), move |(file, range)| {
        let object = Arc::clone(&object);
        async move {
            let left = range.end - range.start;
            if left == 0 {
                return Ok(None);
            }
            troubles.pause().await;
            if troubles.breaks_off(range.start - start) {
                // What was sent so far leaves before the connection ends.
                tokio::time::sleep(Duration::from_millis(20)).await;
                return Err(std::io::Error::other("told to break off"));
            }
            let mut file = match file {
                Some(file) => file,
                None => open_at(&object, range.start).await?,
            };
            let mut piece = vec![0; usize::try_from(left.min(64 * 1024)).unwrap_or(64 * 1024)];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            let next = range.start + u64::try_from(read).unwrap_or(left);
            Ok(Some((Bytes::from(piece), (Some(file), next..range.end))))
        }
    }))
}

async fn open_at(object: &Object, position: u64) -> std::io::Result<tokio::fs::File> {
    let mut file = tokio::fs::File::open(&object.content.path).await?;
    file.seek(SeekFrom::Start(position)).await?;
    Ok(file)
}
