//! Files as their readers have them: whose they are, in parts, and over an object store that has trouble.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::json;
use tests::database::Kind;
use tests::s3::{ACCESS_KEY, BUCKET, REGION, S3, SECRET_KEY, Trouble};

use super::kit::{ATTACH, Program, code};
use super::{ledger, objects};

/// A program whose files are in the bucket of a fake.
pub(super) async fn over(s3: &S3, kind: Kind) -> Option<Program> {
    let flags = [
        "--s3-endpoint",
        s3.endpoint(),
        "--s3-region",
        REGION,
        "--s3-key-id",
        ACCESS_KEY,
        "--s3-secret",
        SECRET_KEY,
        "--s3-allow-http",
    ];
    Program::storing_at(kind, &format!("s3://{BUCKET}/a/b"), &flags).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_pdf_again_is_a_conflict_that_names_the_first() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let (one, two) = (program.project("one").await, program.project("two").await);
        let (first, answer) = program.pdf(&one, "the same").await;
        assert_eq!(answer.get("errors"), None);
        let tables = program.tables().await;
        let audited = ledger::verify(&tables).await.audited;
        let (_, answer) = program.pdf(&one, "the same").await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["existing"]), (&json!("CONFLICT"), &json!(first)), "{answer}");
        assert_eq!(ledger::verify(&tables).await.audited, audited + 1, "only the second paper itself was written");
        // Another project knows nothing of it, and what is deleted is in nobody's way.
        let (_, answer) = program.pdf(&two, "the same").await;
        assert_eq!(answer.get("errors"), None);
        program.data("mutation($p: ID!) { deletePaper(input: { id: $p }) { deletedId } }", json!({ "p": first })).await;
        let (_, answer) = program.pdf(&one, "the same").await;
        assert_eq!(answer.get("errors"), None);
        let restored = "mutation($p: ID!) { restorePaper(input: { id: $p }) { paper { id } } }";
        assert_eq!(code(&program.ask(restored, json!({ "p": first })).await), "CONFLICT");
        objects::verify(&tables, &program.objects).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_attach_the_same_pdf_at_once_one_does() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let attaching = (0..8).map(|_| program.pdf(&project, "the same"));
        let answers = futures_util::future::join_all(attaching).await;
        let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(_, answer)| answer.get("errors").is_none());
        assert_eq!(done.len(), 1);
        for (_, answer) in refused {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFLICT", "{answer}");
            assert_eq!(answer["errors"][0]["extensions"]["existing"], json!(done[0].0), "{answer}");
        }
        objects::verify(&program.tables().await, &program.objects).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_attach_different_pdfs_to_one_paper_the_last_stays_and_no_object_is_lost() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let paper = program.paper(&project, "one").await;
        let asker = program.asker();
        let attaching = (0..8).map(async |at| {
            let upload = asker.upload("application/pdf", format!("file {at}")).await.unwrap();
            asker.data(ATTACH, json!({ "p": paper, "u": upload })).await;
        });
        futures_util::future::join_all(attaching).await;
        let tables = program.tables().await;
        assert_eq!(tables.number("SELECT count(*) FROM assets").await, 1);
        objects::verify(&tables, &program.objects).await;
        ledger::verify(&tables).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_upload_is_used_once() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let upload = program.asker().upload("application/pdf", "once").await.unwrap();
        let mut papers = Vec::new();
        for at in 0..6 {
            papers.push(program.paper(&project, &at.to_string()).await);
        }
        let attaching = papers.iter().map(|paper| program.ask(ATTACH, json!({ "p": paper, "u": upload })));
        let answers = futures_util::future::join_all(attaching).await;
        let done = answers.iter().filter(|answer| answer.get("errors").is_none()).count();
        assert_eq!(done, 1, "{answers:?}");
        objects::verify(&program.tables().await, &program.objects).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_down_in_parts_and_never_as_a_page() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let project = program.project("one").await;
    let paper = program.paper(&project, "one").await;
    let upload = program.post("/files?name=%C3%9Cber.html", "text/html", "0123456789").await;
    assert_eq!(upload.status, 201);
    program.data(ATTACH, json!({ "p": paper, "u": upload.json()["id"] })).await;
    let path = program.pdf_path(&paper).await;

    let whole = program.get(&path, &[]).await;
    assert_eq!((whole.status.as_u16(), whole.text().as_str()), (200, "0123456789"));
    assert!(whole.header("content-disposition").starts_with("attachment"), "{whole:?}");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert!(whole.header("content-security-policy").contains("sandbox"), "{whole:?}");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let tag = whole.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", domain::Sha256::of(b"0123456789").as_str()));

    for (range, status, body) in [
        ("bytes=2-4", 206, "234"),
        ("bytes=-3", 206, "789"),
        ("bytes=8-", 206, "89"),
        ("bytes=10-", 416, ""),
        ("bytes=0-1,3-4", 200, "0123456789"),
    ] {
        let answer = program.get(&path, &[("range", range)]).await;
        assert_eq!(answer.status, status, "{range}");
        assert!(status == 416 || answer.text() == body, "{range} {}", answer.text());
    }
    assert_eq!(program.get(&path, &[("if-none-match", &tag)]).await.status, 304);
    let part = program.get(&path, &[("range", "bytes=0-0"), ("if-range", "\"other\"")]).await;
    assert_eq!((part.status.as_u16(), part.text().as_str()), (200, "0123456789"));
    let head = program.client().head(program.process.url(&path)).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "10"));

    for missing in [
        "/files/asset_01h455vb4pex5vsknk084sn02q",
        "/files/nonsense",
        "/files/",
        "/files/a%2Fb",
        "/files/..%2F..%2Fetc%2Fpasswd",
    ] {
        let answer = program.get(missing, &[]).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "NOT_FOUND"), "{missing}");
    }
}

async fn is_unavailable(program: &Program, body: &'static str, status: u16) {
    let answer = program.post("/files", "application/pdf", body).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (status, "UNAVAILABLE"), "{}", answer.text());
    let tables = program.tables().await;
    assert_eq!(tables.number("SELECT count(*) FROM uploads").await, 0, "there is a row without an object");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_in_trouble_is_told_and_forgotten_once_it_is_healed() {
    for kind in Kind::ALL {
        let s3 = S3::start().await;
        let Some(program) = over(&s3, kind).await else { continue };
        let project = program.project("one").await;
        s3.trouble_with(Method::PUT, Trouble::Status(StatusCode::FORBIDDEN));
        is_unavailable(&program, "refused", 503).await;
        s3.heal();
        s3.trouble_with(Method::PUT, Trouble::Status(StatusCode::INSUFFICIENT_STORAGE));
        is_unavailable(&program, "full", 507).await;
        s3.heal();
        s3.trouble_with(Method::PUT, Trouble::BreakOffAfter(3));
        is_unavailable(&program, "broken off", 503).await;
        s3.heal();
        assert!(s3.keys().is_empty(), "{:?}", s3.keys());

        s3.trouble(Trouble::Slow(Duration::from_millis(100)));
        let upload = program.asker().upload("application/pdf", "a PDF").await.unwrap();
        s3.heal();
        let paper = program.paper(&project, "one").await;
        s3.trouble(Trouble::Status(StatusCode::FORBIDDEN));
        let answer = program.ask(ATTACH, json!({ "p": paper, "u": upload })).await;
        assert_eq!(code(&answer), "UNAVAILABLE", "{answer}");
        assert_eq!(program.get("/healthz", &[]).await.status, 200);
        s3.heal();
        program.data(ATTACH, json!({ "p": paper, "u": upload })).await;

        let path = program.pdf_path(&paper).await;
        assert_eq!(program.get(&path, &[]).await.text(), "a PDF");
        s3.trouble_with(Method::GET, Trouble::Status(StatusCode::FORBIDDEN));
        let answer = program.get(&path, &[]).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (503, "UNAVAILABLE"));
        let log = program.process.log();
        assert!(!log.contains(SECRET_KEY) && !answer.text().contains(BUCKET), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_uses_any_more_is_deleted() {
    for kind in Kind::ALL {
        let Some(mut program) = Program::with(kind, &["--upload-expires-after", "1s"]).await else { continue };
        let project = program.project("one").await;
        let (paper, _) = program.pdf(&project, "the first").await;
        let second = program.asker().upload("application/pdf", "the second").await.unwrap();
        program.data(ATTACH, json!({ "p": paper, "u": second })).await;
        let forgotten = program.asker().upload("application/pdf", "forgotten").await.unwrap();
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let answer = program.ask(ATTACH, json!({ "p": paper, "u": forgotten })).await;
        assert_eq!(code(&answer), "NOT_FOUND", "{answer}");

        let tables = program.tables().await;
        program.process.kill().await;
        tables.run("UPDATE tasks SET next_run_at = created_at, holder = NULL, lease_expires_at = NULL").await;
        program.process.restart().await;
        let start = Instant::now();
        while objects::files(&program.objects).len() > 1 {
            assert!(start.elapsed() < Duration::from_mins(1), "{:?}", objects::files(&program.objects));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let path = program.pdf_path(&paper).await;
        assert_eq!(program.get(&path, &[]).await.text(), "the second");
        objects::verify(&tables, &program.objects).await;
        assert_eq!(tables.number("SELECT count(*) FROM uploads").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_about_to_be_cleared_is_not_used() {
    for kind in Kind::ALL {
        let Some(program) = Program::start(kind).await else { continue };
        let project = program.project("one").await;
        let (first, _) = program.pdf(&project, "the same").await;
        let second = program.paper(&project, "second").await;
        let upload = program.asker().upload("application/pdf", "the same").await.unwrap();
        let attach = async || program.ask(ATTACH, json!({ "p": second, "u": upload })).await;
        assert_eq!(code(&attach().await), "CONFLICT");
        program
            .data("mutation($p: ID!) { removePaperPdf(input: { id: $p }) { paper { id } } }", json!({ "p": first }))
            .await;
        // What the refused attempt has stored is due, as it would be an hour later.
        let tables = program.tables().await;
        tables.run("UPDATE object_deletions SET not_before = created_at").await;
        let start = Instant::now();
        loop {
            let answer = attach().await;
            if answer.get("errors").is_none() {
                break;
            }
            assert_eq!(code(&answer), "UNAVAILABLE", "{answer}");
            assert!(start.elapsed() < Duration::from_mins(1), "{answer}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        objects::verify(&tables, &program.objects).await;
        let path = program.pdf_path(&second).await;
        assert_eq!(program.get(&path, &[]).await.text(), "the same");
    }
}
