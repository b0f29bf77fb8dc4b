//! What a document points at is there: links, and the files that it names.

use std::path::Path;

use super::{documents, read, root};

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let folder = Path::new(&document).parent().unwrap();
        for link in read(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let outside = link.contains("://") || link.starts_with('#');
            let path = folder.join(link.split('#').next().unwrap());
            assert!(outside || root().join(path).exists(), "{document} links to {link}, which is not there");
        }
    }
}

#[test]
fn files_that_are_named_are_there() {
    let mut found = 0;
    for document in documents() {
        // What is in backticks, outside of blocks of code.
        let prose: Vec<String> = read(&document).split("```").step_by(2).map(str::to_owned).collect();
        for name in prose.iter().flat_map(|part| part.split('`').skip(1).step_by(2)).filter(|name| is_file(name)) {
            found += 1;
            for path in spelled_out(name) {
                let there = [root().join(&path), root().join("crates").join(&path)].iter().any(|path| path.exists());
                assert!(there, "{document} names {path}, which is not there");
            }
        }
    }
    assert!(found > 30, "the names are found");
}

/// Whether it is the name of a file here, and not of one that is yet to be written.
fn is_file(name: &str) -> bool {
    let folders =
        ["crates/", "tests/", "docs/", "scripts/", ".ci/", "domain/src", "storage/src", "graphql/src", "server/src"];
    folders.iter().any(|folder| name.starts_with(folder)) && !name.contains("review") && !name.contains(' ')
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`; `a/{b,c}` is either a folder or a file of Rust.
fn spelled_out(name: &str) -> Vec<String> {
    let Some((before, rest)) = name.split_once('{') else { return vec![name.to_owned()] };
    let (names, after) = rest.split_once('}').expect("a brace that closes");
    let with_ending = |path: String| {
        let folder = root().join("crates").join(&path).exists() || root().join(&path).exists();
        if folder || path.contains('.') { path } else { format!("{path}.rs") }
    };
    names.split(',').map(|name| with_ending(format!("{before}{name}{after}"))).collect()
}
