//! The object store over a folder: whole, broken off, too large, out of the folder, and in pieces.

use futures_util::stream;

use super::*;

fn open() -> (tempfile::TempDir, Objects) {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(&ObjectsSettings::Folder(folder.path().join("objects"))).unwrap();
    (folder, objects)
}

fn path(text: &str) -> StoragePath {
    text.parse().unwrap()
}

fn pieces(count: usize, size: usize) -> impl Stream<Item = Result<Bytes, String>> + Send + Unpin + 'static {
    stream::iter((0..count).map(move |at| Ok(Bytes::from(vec![u8::try_from(at % 251).unwrap(); size]))))
}

async fn read(objects: &Objects, at: &str, range: Option<Range<u64>>) -> Vec<u8> {
    let object = objects.get(&path(at), range).await.unwrap();
    object.bytes.try_collect::<Vec<_>>().await.unwrap().concat()
}

/// All files below the folder, staged ones too.
fn files(folder: &std::path::Path) -> usize {
    let below = |entry: std::fs::DirEntry| if entry.path().is_dir() { files(&entry.path()) } else { 1 };
    std::fs::read_dir(folder).unwrap().map(|entry| below(entry.unwrap())).sum()
}

#[tokio::test]
async fn small_and_large_streams_come_back_as_they_were() {
    let (_folder, objects) = open();
    for (count, size) in [(0, 0), (1, 10), (3, 8 << 20), (21, 1_000_003), (1, 20 << 20), (2, 4 << 20)] {
        let stored = objects.put(&path("a/b"), pieces(count, size), u64::MAX).await.unwrap();
        let bytes = read(&objects, "a/b", None).await;
        assert_eq!((stored.size, &stored.sha256), (length(&bytes), &Sha256::of(&bytes)));
        assert_eq!(bytes.len(), count * size);
        assert_eq!(objects.size(&path("a/b")).await, Ok(stored.size));
    }
}

#[tokio::test]
async fn a_part_of_an_object_is_read_alone() {
    let (_folder, objects) = open();
    objects.put_bytes(&path("a"), Bytes::from_static(b"0123456789")).await.unwrap();
    assert_eq!(read(&objects, "a", Some(2..5)).await, b"234");
    assert_eq!(objects.get(&path("a"), Some(9..10)).await.unwrap().size, 10);
}

#[tokio::test]
async fn a_stream_that_breaks_off_or_is_too_large_leaves_nothing() {
    let (folder, objects) = open();
    for count in [1, 3] {
        let whole = pieces(count, 8 << 20);
        let broken = whole.chain(stream::iter([Err("gone".to_owned())]));
        assert_eq!(objects.put(&path("a/b"), broken, u64::MAX).await, Err(Error::Broken("gone".into())));
        let limit = u64::try_from(count * (8 << 20)).unwrap() - 1;
        let refused = objects.put(&path("a/b"), pieces(count, 8 << 20), limit).await;
        assert_eq!(refused, Err(Error::TooLarge(limit)));
        assert_eq!(files(folder.path()), 0, "after {count} pieces");
    }
}

#[tokio::test]
async fn a_stream_that_nobody_waits_for_any_more_ends_in_order() {
    let (folder, objects) = open();
    let (send, receive) = futures_util::stream::unfold(0, |at| async move { (at < 3).then(|| (at, at + 1)) })
        .map(|_| Ok::<_, String>(Bytes::from(vec![1; 8 << 20])))
        .chain(stream::once(async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Err("the client is gone".to_owned())
        }))
        .boxed()
        .into_future()
        .await;
    let stream = stream::once(async { send.unwrap() }).boxed().chain(receive);
    let at = path("a");
    let waited = tokio::time::timeout(Duration::from_millis(100), objects.put(&at, stream, u64::MAX)).await;
    assert!(waited.is_err());
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_can_be_deleted() {
    let (_folder, objects) = open();
    assert_eq!(objects.get(&path("a"), None).await.unwrap_err(), Error::NotFound);
    assert_eq!(objects.size(&path("a")).await, Err(Error::NotFound));
    assert_eq!(objects.delete(&path("a")).await, Ok(()));
    assert_eq!(objects.copy(&path("a"), &path("b")).await, Err(Error::NotFound));
}

#[tokio::test]
async fn a_copy_outlives_its_original() {
    let (_folder, objects) = open();
    objects.put_bytes(&path("uploads/a"), Bytes::from_static(b"x")).await.unwrap();
    objects.copy(&path("uploads/a"), &path("papers/b/c")).await.unwrap();
    objects.delete(&path("uploads/a")).await.unwrap();
    assert_eq!(read(&objects, "papers/b/c", None).await, b"x");
}

#[tokio::test]
async fn every_path_of_ours_names_one_object() {
    let (_folder, objects) = open();
    let names = ["a#1", "a%231", "a b", "é/ü#", "a%", "A", ".hidden", "files/run.log#12"];
    for name in names {
        objects.put_bytes(&path(name), Bytes::from(name)).await.unwrap();
    }
    for name in names {
        assert_eq!(read(&objects, name, None).await, name.as_bytes());
    }
    let mut listed: Vec<_> = objects.list(None).map_ok(|listed| listed.path.to_string()).try_collect().await.unwrap();
    let mut expected = names.to_vec();
    listed.sort();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    let below: Vec<_> = objects.list(Some(&path("files"))).try_collect().await.unwrap();
    assert_eq!((below.len(), below[0].size), (1, 16));
    assert!(below[0].written_at.is_some());
}

#[tokio::test]
async fn no_path_leaves_the_folder() {
    for wrong in ["../a", "a/../../b", "/etc/passwd", "a//b", "a/./b", ""] {
        assert!(wrong.parse::<StoragePath>().is_err(), "{wrong:?} is a path");
    }
    let (folder, objects) = open();
    objects.put_bytes(&path("%2e%2e/%2e%2e/a"), Bytes::new()).await.unwrap();
    assert_eq!(files(&folder.path().join("objects")), 1);
}

#[tokio::test]
async fn what_a_killed_process_left_is_removed_once_it_is_old() {
    let (folder, objects) = open();
    objects.put_bytes(&path("uploads/a"), Bytes::new()).await.unwrap();
    std::fs::write(folder.path().join("objects/uploads/b#1"), "half").unwrap();
    assert_eq!(objects.remove_staged(Duration::from_hours(1)).await, Ok(0));
    assert_eq!(objects.remove_staged(Duration::ZERO).await, Ok(1));
    assert_eq!(files(folder.path()), 1);
}

#[tokio::test]
async fn a_store_that_works_passes_its_check_and_one_that_does_not_says_why() {
    let (folder, objects) = open();
    assert_eq!(objects.check().await, Ok(()));
    assert_eq!(files(folder.path()), 0);
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = Objects::open(&ObjectsSettings::Folder(folder.path().join("file"))).unwrap_err();
    assert!(matches!(refused, Error::Unavailable(why) if why.contains("file")));
}

#[test]
fn a_device_without_room_is_told() {
    let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let why = std::io::Write::write_all(&mut full, b"x").unwrap_err();
    assert_eq!(Error::from(why), Error::Full);
}
