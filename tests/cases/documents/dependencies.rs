//! Every dependency was given, or has its reason among the decisions.

use std::collections::BTreeSet;

use super::read;

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
fn every_dependency_was_given_or_has_its_reason() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: BTreeSet<&str> = section
        .lines()
        .filter(|line| !line.contains("path = ") && line.starts_with(char::is_alphabetic))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .collect();
    assert!(names.len() > 20, "the dependencies are found");
    let decision = read("docs/adr/0015-the-other-dependencies.md");
    let table = decision.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let reasons: BTreeSet<&str> = table.flat_map(|cell| cell.split(", ")).collect();
    for name in names {
        assert!(GIVEN.contains(&name) || reasons.contains(name), "{name} has no reason");
    }
}
