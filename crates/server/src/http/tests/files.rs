//! Files up and down, with all that can go wrong on the way.

use axum::http::Method;
use futures_util::stream;
use serde_json::json;

use super::*;

const PDF: (&str, &str) = ("content-type", "application/pdf");

/// All files below a folder, those that are being written too.
fn stored(folder: &std::path::Path) -> usize {
    let below = |entry: std::fs::DirEntry| if entry.path().is_dir() { stored(&entry.path()) } else { 1 };
    std::fs::read_dir(folder).unwrap().map(|entry| below(entry.unwrap())).sum()
}

/// A project whose guideline is an upload with these bytes; its id.
async fn guideline(served: &Served, name: &str, bytes: &'static [u8]) -> String {
    let upload = served.post(&format!("/files?name={name}"), &[PDF], bytes).await.json();
    let create = "mutation { createProject(input: { name: \"A\", slug: \"a\" }) { project { id } } }";
    let project = served.ask(create, json!({})).await["createProject"]["project"]["id"].clone();
    let set = "mutation($input: SetProjectGuidelineInput!) { setProjectGuideline(input: $input) { guideline { id } } }";
    let input = json!({ "input": { "projectId": project, "uploadId": upload["id"] } });
    served.ask(set, input).await["setProjectGuideline"]["guideline"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_upload_is_told_what_it_is() {
    let served = Served::start().await;
    let answer = served.post("/files?name=paper+%C3%BC.pdf", &[PDF], "bytes").await;
    let told = answer.json();
    assert_eq!(answer.status, 201);
    assert_eq!(told["fileName"], "paper ü.pdf");
    assert_eq!((told["mediaType"].as_str(), told["sizeBytes"].as_i64()), (Some("application/pdf"), Some(5)));
    assert_eq!(told["sha256"], domain::Sha256::of(b"bytes").as_str());
    let id = told["id"].as_str().unwrap();
    assert!(id.starts_with("upload_") && told["expiresAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(answer.header("location"), format!("https://example.org/a/b/files/{id}"));
}

#[tokio::test]
async fn what_an_upload_has_wrong_is_told_and_nothing_is_kept() {
    let served = Served::start().await;
    for (path, headers, status) in [
        ("/files?name=a/b", &[PDF][..], 400),
        ("/files?name=", &[PDF], 400),
        ("/files?name=a&name=b", &[PDF], 400),
        ("/files?name=%ff", &[PDF], 400),
        ("/files", &[("content-type", "nonsense")], 400),
        ("/files", &[("content-type", "multipart/form-data; boundary=x")], 415),
        ("/files", &[("content-type", "application/x-www-form-urlencoded")], 415),
        ("/files", &[PDF, ("content-encoding", "gzip")], 415),
        ("/files", &[PDF, ("content-length", "10000001")], 413),
    ] {
        assert_eq!(served.post(path, headers, "x").await.status, status, "{path} {headers:?}");
    }
    let answer = served.post("/files?name=a/b", &[PDF], "x").await.json();
    assert_eq!(answer["errors"][0]["extensions"]["violations"][0]["path"], json!(["name"]));
    assert_eq!(stored(&served.folder.path().join("objects")), 0);
}

#[tokio::test]
async fn an_upload_that_is_too_large_or_breaks_off_leaves_nothing() {
    let served = Served::start().await;
    let piece = Bytes::from(vec![1; 1_000_000]);
    let large = Body::from_stream(stream::iter((0..11).map({
        let piece = piece.clone();
        move |_| Ok::<_, std::io::Error>(piece.clone())
    })));
    let answer = served.post("/files", &[PDF], large).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "LIMIT_EXCEEDED"));
    let broken = (0..9).map(|_| Ok(piece.clone())).chain([Err(std::io::Error::other("gone"))]).collect::<Vec<_>>();
    let answer = served.post("/files", &[PDF], Body::from_stream(stream::iter(broken))).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "BAD_USER_INPUT"));
    assert_eq!(stored(&served.folder.path().join("objects")), 0);
}

#[tokio::test]
async fn a_file_comes_down_as_it_went_up_and_always_as_an_attachment() {
    let served = Served::start().await;
    let path = format!("/files/{}", guideline(&served, "%C3%BC.pdf", b"0123456789").await);
    let answer = served.get(&path, &[]).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"0123456789"[..]));
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", "10"),
        ("content-disposition", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%BC.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "private, no-cache"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let head = served.send(Method::HEAD, &path, &[], Body::empty()).await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), head.body.len()), (200, "10", 0));
    assert_eq!(head.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn parts_of_a_file_come_down_and_what_is_known_does_not() {
    let served = Served::start().await;
    let path = format!("/files/{}", guideline(&served, "a.pdf", b"0123456789").await);
    let answer = served.get(&path, &[("range", "bytes=2-4")]).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (206, &b"234"[..]));
    assert_eq!((answer.header("content-range"), answer.header("content-length")), ("bytes 2-4/10", "3"));
    let tag = answer.header("etag").to_owned();
    let answer = served.get(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((answer.status.as_u16(), answer.body.len(), answer.header("etag")), (304, 0, tag.as_str()));
    let answer = served.get(&path, &[("range", "bytes=2-4"), ("if-range", "\"other\"")]).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 10));
    let answer = served.get(&path, &[("range", "bytes=10-")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-range")), (416, "bytes */10"));
}

#[tokio::test]
async fn a_file_whose_object_is_missing_is_an_error_of_ours() {
    let served = Served::start().await;
    let path = format!("/files/{}", guideline(&served, "a.pdf", b"0123456789").await);
    std::fs::remove_dir_all(served.folder.path().join("objects")).unwrap();
    let answer = served.get(&path, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (500, "INTERNAL"));
}
