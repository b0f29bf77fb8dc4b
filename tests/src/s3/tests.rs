//! The fake store, driven by the crate that the server drives it with.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder, S3CopyIfNotExists};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, CopyMode, CopyOptions, Error, GetOptions, GetRange, ObjectStore,
    ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig, UpdateVersion, WriteMultipart,
};

use super::{ACCESS_KEY, BUCKET, REGION, S3, SECRET_KEY, Trouble};

const MEBIBYTE: usize = 1024 * 1024;

fn builder(s3: &S3) -> AmazonS3Builder {
    crate::http::choose_cryptography();
    AmazonS3Builder::new()
        .with_endpoint(s3.endpoint())
        .with_bucket_name(BUCKET)
        .with_region(REGION)
        .with_access_key_id(ACCESS_KEY)
        .with_secret_access_key(SECRET_KEY)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .with_client_options(ClientOptions::new().with_allow_http(true).with_timeout(Duration::from_secs(5)))
}

async fn start() -> (S3, AmazonS3) {
    let s3 = S3::start().await;
    let store = builder(&s3).build().unwrap();
    (s3, store)
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

#[tokio::test]
async fn what_was_put_is_got_whole_in_part_and_described() {
    let (s3, store) = start().await;
    let key = path("papers/a b+ü&<1>.pdf");
    let options = Attributes::from_iter([(Attribute::ContentType, "application/pdf")]);
    store.put_opts(&key, "0123456789".into(), options.into()).await.unwrap();

    let whole = store.get(&key).await.unwrap();
    assert_eq!(whole.attributes.get(&Attribute::ContentType).unwrap().as_ref(), "application/pdf");
    assert_eq!(whole.bytes().await.unwrap(), "0123456789");
    assert_eq!(store.get_range(&key, 2..5).await.unwrap(), "234");
    for (range, expected) in
        [(GetRange::Offset(7), "789"), (GetRange::Suffix(2), "89"), (GetRange::Bounded(8..99), "89")]
    {
        let part = store.get_opts(&key, GetOptions::new().with_range(Some(range))).await.unwrap();
        assert_eq!(part.bytes().await.unwrap(), expected);
    }
    assert!(store.get_opts(&key, GetOptions::new().with_range(Some(GetRange::Offset(10)))).await.is_err());
    assert_eq!(store.head(&key).await.unwrap().size, 10);

    assert_eq!(s3.keys(), [key.as_ref()]);
    assert_eq!(s3.size(key.as_ref()), Some(10));
    assert_eq!(s3.read(key.as_ref()).unwrap(), "0123456789");
    assert!(s3.requests()[0].starts_with("PUT /reprograph/papers/a%20b"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_s3, store) = start().await;
    assert!(matches!(store.get(&path("none")).await, Err(Error::NotFound { .. })));
    assert!(matches!(store.head(&path("none")).await, Err(Error::NotFound { .. })));
    assert!(matches!(store.copy(&path("none"), &path("other")).await, Err(Error::NotFound { .. })));
    store.delete(&path("none")).await.unwrap();
}

#[tokio::test]
async fn reading_has_conditions() {
    let (_s3, store) = start().await;
    let key = path("a");
    let etag = store.put(&key, "1".into()).await.unwrap().e_tag;
    let modified = store.head(&key).await.unwrap().last_modified;
    let before = modified - Duration::from_mins(1);
    let get = async |options: GetOptions| store.get_opts(&key, options).await;

    assert!(get(GetOptions::new().with_if_match(etag.clone())).await.is_ok());
    assert!(matches!(get(GetOptions::new().with_if_match(Some("\"x\""))).await, Err(Error::Precondition { .. })));
    assert!(get(GetOptions::new().with_if_none_match(Some("\"x\""))).await.is_ok());
    assert!(matches!(get(GetOptions::new().with_if_none_match(etag)).await, Err(Error::NotModified { .. })));
    assert!(get(GetOptions::new().with_if_modified_since(Some(before))).await.is_ok());
    let same = get(GetOptions::new().with_if_modified_since(Some(modified))).await;
    assert!(matches!(same, Err(Error::NotModified { .. })));
    assert!(get(GetOptions::new().with_if_unmodified_since(Some(modified))).await.is_ok());
    let changed = get(GetOptions::new().with_if_unmodified_since(Some(before))).await;
    assert!(matches!(changed, Err(Error::Precondition { .. })));
}

#[tokio::test]
async fn writing_has_conditions() {
    let (s3, store) = start().await;
    let key = path("a");
    let create = || PutOptions::from(PutMode::Create);
    let first = store.put_opts(&key, "1".into(), create()).await.unwrap();
    assert!(matches!(store.put_opts(&key, "2".into(), create()).await, Err(Error::AlreadyExists { .. })));

    let update = PutMode::Update(UpdateVersion::from(first));
    store.put_opts(&key, "3".into(), update.clone().into()).await.unwrap();
    assert!(matches!(store.put_opts(&key, "4".into(), update.into()).await, Err(Error::Precondition { .. })));
    assert_eq!(s3.read("a").unwrap(), "3");
}

#[tokio::test]
async fn objects_are_copied_and_renamed() {
    let (s3, store) = start().await;
    store.put(&path("from/a+b c"), "1".into()).await.unwrap();
    store.copy(&path("from/a+b c"), &path("to/1")).await.unwrap();
    store.rename(&path("from/a+b c"), &path("to/2")).await.unwrap();
    assert_eq!(s3.keys(), ["to/1", "to/2"]);

    let create = || CopyOptions::new().with_mode(CopyMode::Create);
    store.copy_opts(&path("to/1"), &path("to/3"), create()).await.unwrap();
    let again = store.copy_opts(&path("to/1"), &path("to/3"), create()).await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })));
    assert_eq!(s3.read("to/3").unwrap(), "1");
}

#[tokio::test]
async fn objects_are_listed_and_deleted_many_at_once() {
    let (s3, store) = start().await;
    for number in 0..2345 {
        s3.write(&format!("many/<{number:04}>"), b"");
    }
    s3.write("one", b"12");

    let listed: Vec<_> = store.list(Some(&path("many"))).map_ok(|object| object.location).try_collect().await.unwrap();
    assert_eq!(listed.len(), 2345);
    let top = store.list_with_delimiter(None).await.unwrap();
    assert_eq!(top.common_prefixes, [path("many")]);
    assert_eq!((top.objects[0].location.as_ref(), top.objects[0].size), ("one", 2));

    let paths = futures_util::stream::iter(listed).map(Ok).boxed();
    let deleted: Vec<_> = store.delete_stream(paths).try_collect().await.unwrap();
    assert_eq!(deleted.len(), 2345);
    assert_eq!(s3.keys(), ["one"]);
    s3.remove("one");
    assert!(s3.keys().is_empty());
}

#[tokio::test]
async fn a_large_object_goes_up_in_parts() {
    let (s3, store) = start().await;
    let mut upload = WriteMultipart::new(store.put_multipart(&path("large")).await.unwrap());
    for number in 0..24_u8 {
        upload.wait_for_capacity(2).await.unwrap();
        upload.write(&vec![number; MEBIBYTE]);
    }
    assert_eq!(s3.unfinished_uploads(), 1);
    upload.finish().await.unwrap();

    assert_eq!(s3.unfinished_uploads(), 0);
    let bytes = store.get(&path("large")).await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes.len(), 24 * MEBIBYTE);
    assert!(bytes.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at / MEBIBYTE));
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let (s3, store) = start().await;
    let mut upload = store.put_multipart(&path("large")).await.unwrap();
    upload.put_part(PutPayload::from_static(b"part")).await.unwrap();
    upload.abort().await.unwrap();
    assert_eq!((s3.keys().len(), s3.unfinished_uploads()), (0, 0));
    assert_eq!(std::fs::read_dir(s3.state.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn small_parts_are_refused() {
    let (s3, store) = start().await;
    let mut upload = store.put_multipart(&path("large")).await.unwrap();
    upload.put_part("1".into()).await.unwrap();
    upload.put_part("2".into()).await.unwrap();
    assert!(upload.complete().await.unwrap_err().to_string().contains("EntityTooSmall"));
    assert!(s3.keys().is_empty());
}

#[tokio::test]
async fn a_stranger_is_refused() {
    let s3 = S3::start().await;
    let store = builder(&s3).with_access_key_id("stranger").build().unwrap();
    assert!(matches!(store.get(&path("a")).await, Err(Error::PermissionDenied { .. })));
    let store = builder(&s3).with_bucket_name("another").build().unwrap();
    assert!(store.put(&path("a"), "1".into()).await.is_err());
}

#[tokio::test]
async fn a_full_store_says_so_until_it_is_healed() {
    let (s3, store) = start().await;
    s3.trouble_with(Method::PUT, Trouble::Status(StatusCode::INSUFFICIENT_STORAGE));
    assert!(store.put(&path("a"), "1".into()).await.unwrap_err().to_string().contains("507"));
    assert!(matches!(store.get(&path("a")).await, Err(Error::NotFound { .. })));
    s3.heal();
    store.put(&path("a"), "1".into()).await.unwrap();
}

#[tokio::test]
async fn a_connection_breaks_off_on_the_way_up_and_down() {
    let (s3, store) = start().await;
    let bytes = vec![7; MEBIBYTE];
    s3.write("down", &bytes);
    s3.trouble(Trouble::BreakOffAfter(100_000));
    assert!(store.put(&path("up"), bytes.into()).await.is_err());
    let pieces = store.get(&path("down")).await.unwrap().into_stream();
    assert!(pieces.try_fold(0, async |sum, piece| Ok(sum + piece.len())).await.is_err());
    assert_eq!(s3.keys(), ["down"]);
    assert_eq!(std::fs::read_dir(s3.state.folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_slow_store_takes_its_time() {
    let (s3, store) = start().await;
    s3.trouble(Trouble::Slow(Duration::from_millis(100)));
    let start = Instant::now();
    store.put(&path("a"), "1".into()).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_dropped_store_leaves_nothing() {
    let (s3, store) = start().await;
    s3.write("a", b"1");
    let folder = s3.state.folder.path().to_owned();
    drop((s3, store));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!folder.exists());
}
