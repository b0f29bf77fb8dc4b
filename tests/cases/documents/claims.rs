//! What the documents claim is so: their links lead somewhere, their numbers are the constants', and what they show runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use graphql::error::Code;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The documents, from the root.
fn documents() -> Vec<PathBuf> {
    let mut documents = vec![PathBuf::from("README.md")];
    for folder in ["docs", "docs/adr"] {
        let found = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        documents.extend(found.map(|name| Path::new(folder).join(name)));
    }
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    documents
}

/// What stands between two marks, wherever it does.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(found, _)| found).collect()
}

/// The cells of the rows of a table, its head first.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("| ---"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The part of a document below this heading.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("there is no {heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The text in backticks, outside of blocks of code.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("\n```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn links_lead_somewhere() {
    let (mut followed, mut broken) = (0, Vec::new());
    for document in documents() {
        let text = read(&document);
        let folder = root().join(document.parent().unwrap());
        for link in between(&text, "](", ")").into_iter().filter(|link| !link.contains("://")) {
            followed += 1;
            let path = link.split('#').next().unwrap();
            if !folder.join(path).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(followed > 10, "only {followed} links were followed");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_decision_has_the_number_of_its_file() {
    let mut numbers = BTreeSet::new();
    for document in documents().into_iter().filter(|path| path.starts_with("docs/adr")) {
        let name = document.file_stem().unwrap().to_str().unwrap().to_owned();
        let (number, _) = name.split_once('-').unwrap();
        assert!(read(&document).starts_with(&format!("# {number}: ")), "{name}");
        assert!(numbers.insert(number.parse::<usize>().unwrap()), "{number} is given twice");
    }
    assert_eq!(numbers, (1..=numbers.len()).collect());
}

#[test]
fn what_is_named_is_there() {
    let mut named = 0;
    for document in ["docs/ARCHITECTURE.md", "docs/STYLE.md", "docs/API.md"] {
        let text = read(document);
        for name in quoted(&text) {
            let (path, item) = name.split_once("::").map_or((name, None), |(path, item)| (path, Some(item)));
            let ours = ["crates/", "tests/", ".ci/"].iter().any(|start| path.starts_with(start));
            let of_the_root = ["Cargo.toml", "clippy.toml", "rustfmt.toml", "deny.toml"].contains(&path);
            if !ours && !of_the_root {
                continue;
            }
            named += 1;
            assert!(root().join(path).exists(), "{document}: there is no {path}");
            if let Some(item) = item {
                let code = read(path);
                let there = code.contains(&format!("fn {item}(")) || code.contains(&format!("const {item}: "));
                assert!(there, "{document}: there is no {item} in {path}");
            }
        }
    }
    assert!(named > 60, "only {named} names were looked for");
}

#[test]
fn the_documented_codes_are_all_codes() {
    let text = read("docs/API.md");
    let table = rows(section(&text, "Errors"));
    let documented: Vec<&str> = table.iter().skip(1).map(|row| row[0].trim_matches('`')).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(documented, codes);
}

#[test]
fn the_documented_limits_are_the_constants() {
    let text = read("docs/API.md");
    let mut documented = BTreeSet::new();
    let limits = graphql::Limits::default().all();
    let mut known: BTreeMap<_, _> = limits.iter().map(|limit| (limit.name, limit.allowed)).collect();
    for row in rows(section(&text, "Limits")).into_iter().skip(1) {
        let (path, name) = row[2].trim_matches('`').split_once("::").unwrap();
        assert_eq!(number(row[0], ','), constant(path, name), "{name} in {path}");
        documented.insert((path, name));
        if let Some(known) = known.remove(row[3].trim_matches('`')) {
            assert_eq!(number(row[0], ','), known, "{row:?}");
        }
    }
    assert_eq!(
        known.keys().copied().collect::<Vec<_>>(),
        ["cost", "documentBytes", "ingest"],
        "these are not documented"
    );
    let path = "crates/graphql/src/limits/mod.rs";
    for name in between(&read(path), "const MAX_", ": ") {
        let name = format!("MAX_{name}");
        assert!(documented.contains(&(path, name.as_str())), "{name} is not documented");
    }
}

/// The number that a constant has in the code.
fn constant(path: &str, name: &str) -> u64 {
    let code = read(path);
    let (_, rest) = code.split_once(&format!("const {name}: ")).unwrap_or_else(|| panic!("no {name} in {path}"));
    let value = rest.split_once(" = ").and_then(|(_, rest)| rest.split_once(';')).unwrap().0;
    number(value, '_')
}

fn number(text: &str, grouped_by: char) -> u64 {
    text.replace(grouped_by, "").parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

#[test]
fn the_gate_runs_every_command_of_the_readme() {
    assert!(read(".ci/run").contains(" scripts/check-readme\n"));
}
