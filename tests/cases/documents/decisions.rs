//! `docs/adr` has a number for each decision, and names each dependency that was not given.

use std::collections::BTreeSet;

use super::{documents, read};

/// What the project was told to stand on.
const GIVEN: [&str; 10] = [
    "async-graphql",
    "async-graphql-axum",
    "axum",
    "sea-orm",
    "sea-orm-migration",
    "serde",
    "time",
    "tokio",
    "uuid",
    "validator",
];

#[test]
fn decisions_are_numbered_one_by_one() {
    let decisions: Vec<String> = documents().into_iter().filter(|name| name.starts_with("docs/adr/")).collect();
    for (at, name) in decisions.iter().enumerate() {
        let number = format!("{:04}", at + 1);
        assert!(name.starts_with(&format!("docs/adr/{number}-")), "{name} should be {number}");
        assert!(read(name).starts_with(&format!("# {number}: ")), "{name} begins with another number");
    }
}

#[test]
fn every_dependency_is_given_or_has_its_reason() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: BTreeSet<&str> = section
        .lines()
        .filter(|line| !line.contains("path = ") && !line.starts_with([' ', ']', '#']))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .collect();
    assert!(names.len() > 20, "the dependencies are found");
    let reasons = read("docs/adr/0015-dependencies.md");
    for name in names {
        assert!(GIVEN.contains(&name) || reasons.contains(&format!("`{name}`")), "{name} has no reason");
    }
}
