//! Files on their way in: of any size in flat memory, and nothing left of what breaks off, is too large or has no room.

use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::Hasher;
use futures_util::TryStreamExt;
use futures_util::stream::{self, Stream};
use serde_json::json;
use tests::database::Kind;
use tests::s3::S3;
use tests::small_disk::SmallDisk;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::kit::{ATTACH, Program, scaled};
use super::{files, objects};

const MEBIBYTE: usize = 1 << 20;

/// So many mebibytes, of which no two are the same.
fn mebibytes(count: usize) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    stream::iter((0..count).map(|at| Ok(mebibyte(at))))
}

fn mebibyte(at: usize) -> Bytes {
    let mut piece = vec![u8::try_from(at % 251).unwrap(); MEBIBYTE];
    piece[..8].copy_from_slice(&u64::try_from(at).unwrap().to_be_bytes());
    piece.into()
}

fn hash(count: usize) -> String {
    let mut hasher = Hasher::default();
    (0..count).for_each(|at| hasher.update(&mebibyte(at)));
    hasher.finish().as_str().to_owned()
}

async fn up_and_down_in_little_memory(program: &Program, size: usize) {
    let project = program.project("one").await;
    let before = program.process.peak_memory();
    let start = Instant::now();
    let (paper, answer) = program.pdf(&project, reqwest::Body::wrap_stream(mebibytes(size))).await;
    let up = start.elapsed();
    assert_eq!(answer["data"]["attachPaperPdf"]["paper"]["pdfSha256"], hash(size), "{answer}");
    let start = Instant::now();
    let url = program.process.url(&program.pdf_path(&paper).await);
    let down = program.client().get(url).send().await.unwrap().bytes_stream();
    let taken = down.map_err(|why| panic!("the download breaks off: {why}"));
    let hasher = taken.try_fold(Hasher::default(), async |mut hasher, piece| {
        hasher.update(&piece);
        Ok::<_, ()>(hasher)
    });
    assert_eq!(hasher.await.unwrap().finish().as_str(), hash(size));
    let grown = usize::try_from(program.process.peak_memory() - before).unwrap() / MEBIBYTE;
    println!("{size} MiB: up and attached in {up:?}, down in {:?}, in {grown} MiB of memory", start.elapsed());
    assert!(grown < size / 2, "{grown} MiB of memory for {size} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_up_and_down_in_little_memory() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    up_and_down_in_little_memory(&program, scaled(1024, 256)).await;
    objects::verify(&program.tables().await, &program.objects).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_up_and_down_in_little_memory_over_a_bucket() {
    let s3 = S3::start().await;
    let program = files::over(&s3, Kind::Sqlite).await.unwrap();
    up_and_down_in_little_memory(&program, scaled(1024, 256)).await;
    assert_eq!(s3.unfinished_uploads(), 0);
}

/// Waits until nothing is left of what was refused, neither rows nor files. A place may be reserved for a while longer.
async fn until_nothing_is_left(program: &Program) {
    let tables = program.tables().await;
    for _ in 0..200 {
        let rows =
            tables.number("SELECT (SELECT count(*) FROM uploads) + (SELECT count(*) FROM object_deletions)").await;
        if rows == 0 && objects::files(&program.objects).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let reserved = tables.texts("SELECT storage_path FROM object_deletions").await;
    panic!("left are {:?}, reserved {reserved:?}", objects::files(&program.objects));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        for sent in [0, 10, 100_000, 9_000_000, 20_000_000] {
            let mut stream = TcpStream::connect(program.process.address()).await.unwrap();
            let head = "POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\nContent-Length: 30000000\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&vec![7; sent]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            drop(stream);
            until_nothing_is_left(&program).await;
        }
        assert!(!program.process.log().contains("ERROR"), "{}", program.process.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_over_the_limit_is_refused_whether_it_says_so_or_not() {
    let program = Program::with(Kind::Sqlite, &["--max-upload-bytes", "10MiB"]).await.unwrap();
    let whole = vec![7; 11 * MEBIBYTE];
    for body in [reqwest::Body::from(whole), reqwest::Body::wrap_stream(mebibytes(11))] {
        let answer = program.post("/files", "application/pdf", body).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (413, "LIMIT_EXCEEDED"));
    }
    until_nothing_is_left(&program).await;
    let answer = program.post("/files", "application/pdf", reqwest::Body::wrap_stream(mebibytes(10))).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_nothing_is_left_on_it() {
    for kind in Kind::ALL {
        let Some(disk) = SmallDisk::new(24 * 1024 * 1024).await else { return };
        let folder = disk.path().join("objects");
        let Some(program) = Program::storing_at(kind, folder.to_str().unwrap(), &[]).await else { continue };
        let project = program.project("one").await;
        for size in [25, 40] {
            let answer = program.post("/files", "application/pdf", reqwest::Body::wrap_stream(mebibytes(size))).await;
            assert_eq!((answer.status.as_u16(), &*answer.code()), (507, "UNAVAILABLE"), "{}", answer.text());
            until_nothing_is_left(&program).await;
        }
        // There is room for the upload, but not for the copy of it that the paper would keep.
        let (paper, answer) = program.pdf(&project, reqwest::Body::wrap_stream(mebibytes(15))).await;
        let tables = program.tables().await;
        if answer.get("errors").is_some_and(|errors| !errors.is_null()) {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
            assert_eq!(tables.number("SELECT count(*) FROM assets").await, 0);
            assert_eq!(tables.number("SELECT count(*) FROM uploads").await, 1, "the upload can be tried again");
            let files = objects::files(&program.objects);
            assert!(files.iter().all(|file| file.starts_with("uploads/")), "{files:?}");
        }
        objects::verify(&tables, &program.objects).await;
        assert_eq!(program.get("/readyz", &[]).await.status, 200);
        let small = program.asker().upload("application/pdf", "small").await.unwrap();
        program.data(ATTACH, json!({ "p": paper, "u": small })).await;
    }
}
