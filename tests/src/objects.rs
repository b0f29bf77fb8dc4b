//! Objects in S3-compatible storage: whole, in parts, broken off, and when the storage misbehaves.

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use domain::text::StoragePath;
use domain::{Secret, Sha256};
use futures_util::{StreamExt, TryStreamExt, stream};
use storage::objects::{AddressStyle, Bucket, Error, Objects, ObjectsSettings, Transport};

use crate::http::choose_cryptography;
use crate::s3::{ACCESS_KEY, BUCKET, REGION, S3, SECRET_KEY, Trouble};

fn open(s3: &S3, prefix: &str) -> Objects {
    choose_cryptography();
    let bucket = Bucket {
        name: BUCKET.into(),
        prefix: prefix.into(),
        endpoint: Some(s3.endpoint().parse().unwrap()),
        region: REGION.into(),
        key: Some((ACCESS_KEY.into(), Secret::new(SECRET_KEY.into()))),
        style: AddressStyle::Path,
        transport: Transport::TlsOrPlain,
    };
    Objects::open(&ObjectsSettings::Bucket(bucket)).unwrap()
}

fn path(text: &str) -> StoragePath {
    text.parse().unwrap()
}

fn pieces(count: u8) -> impl stream::Stream<Item = Result<Bytes, String>> + Send + Unpin + 'static {
    stream::iter((0..count).map(|at| Ok(Bytes::from(vec![at; 3_000_000]))))
}

async fn read(objects: &Objects, at: &str) -> Vec<u8> {
    objects.get(&path(at), None).await.unwrap().bytes.try_collect::<Vec<_>>().await.unwrap().concat()
}

#[tokio::test]
async fn streams_of_any_size_come_back_as_they_were_below_the_folder_of_ours() {
    let s3 = S3::start().await;
    let objects = open(&s3, "some/folder");
    for count in [0, 1, 7] {
        let stored = objects.put(&path("uploads/a"), pieces(count), u64::MAX).await.unwrap();
        let bytes = read(&objects, "uploads/a").await;
        assert_eq!((stored.size, stored.sha256), (u64::from(count) * 3_000_000, Sha256::of(&bytes)));
    }
    assert_eq!(s3.keys(), ["some/folder/uploads/a"]);
    assert_eq!(s3.unfinished_uploads(), 0);
    let part = objects.get(&path("uploads/a"), Some(2_999_999..3_000_001)).await.unwrap();
    assert_eq!(part.size, 21_000_000);
    assert_eq!(part.bytes.try_collect::<Vec<_>>().await.unwrap().concat(), [0, 1]);
}

#[tokio::test]
async fn objects_are_copied_listed_and_deleted() {
    let s3 = S3::start().await;
    let objects = open(&s3, "");
    objects.put_bytes(&path("uploads/a#1 ü%"), Bytes::from_static(b"x")).await.unwrap();
    objects.copy(&path("uploads/a#1 ü%"), &path("papers/b")).await.unwrap();
    let listed: Vec<_> = objects.list(None).map_ok(|listed| listed.path).try_collect().await.unwrap();
    assert_eq!(listed, [path("papers/b"), path("uploads/a#1 ü%")]);
    objects.delete(&path("uploads/a#1 ü%")).await.unwrap();
    objects.delete(&path("uploads/a#1 ü%")).await.unwrap();
    assert_eq!(objects.size(&path("uploads/a#1 ü%")).await, Err(Error::NotFound));
    assert_eq!(objects.get(&path("nowhere"), None).await.unwrap_err(), Error::NotFound);
    assert_eq!(read(&objects, "papers/b").await, b"x");
    objects.check().await.unwrap();
    assert_eq!(s3.keys(), ["papers/b"]);
}

#[tokio::test]
async fn a_stream_that_breaks_off_or_is_too_large_leaves_nothing_in_parts() {
    let s3 = S3::start().await;
    let objects = open(&s3, "");
    let broken = pieces(7).chain(stream::iter([Err("gone".to_owned())]));
    assert_eq!(objects.put(&path("a"), broken, u64::MAX).await, Err(Error::Broken("gone".into())));
    assert_eq!(objects.put(&path("a"), pieces(7), 20_000_000).await, Err(Error::TooLarge(20_000_000)));
    assert_eq!((s3.keys().len(), s3.unfinished_uploads()), (0, 0));
}

#[tokio::test]
async fn storage_that_is_full_or_away_is_told_without_a_credential() {
    let s3 = S3::start().await;
    let objects = open(&s3, "");
    s3.trouble_with(Method::PUT, Trouble::Status(StatusCode::INSUFFICIENT_STORAGE));
    assert_eq!(objects.put(&path("a"), pieces(7), u64::MAX).await, Err(Error::Full));
    assert_eq!(objects.put_bytes(&path("a"), Bytes::from_static(b"x")).await, Err(Error::Full));
    s3.heal();
    assert_eq!((s3.keys().len(), s3.unfinished_uploads()), (0, 0));
    s3.trouble(Trouble::Status(StatusCode::FORBIDDEN));
    let Err(Error::Unavailable(why)) = objects.check().await else { panic!("it is available") };
    assert!(!why.contains(SECRET_KEY) && !why.contains(ACCESS_KEY) && why.contains("403"), "{why}");
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_tried_again_or_told() {
    let s3 = S3::start().await;
    let objects = open(&s3, "");
    objects.put(&path("a"), pieces(7), u64::MAX).await.unwrap();
    s3.trouble_with(Method::GET, Trouble::BreakOffAfter(1_000_000));
    let broken = objects.get(&path("a"), None).await;
    let bytes = match broken {
        Ok(object) => object.bytes.try_collect::<Vec<_>>().await,
        Err(why) => Err(why),
    };
    assert!(matches!(bytes, Err(Error::Unavailable(_))), "{:?}", bytes.map(|bytes| bytes.concat().len()));
}
