//! Arrows between members run one way.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each member may use of the others.
const ARROWS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("migration", &[]),
    ("storage", &["domain"]),
    ("pictures", &["domain", "storage"]),
    ("graphql", &["domain", "pictures", "storage"]),
    ("server", &["domain", "graphql", "migration", "pictures", "storage"]),
    ("tests", &["domain", "graphql", "migration", "pictures", "server", "storage"]),
    ("bench", &["domain", "migration", "server", "storage", "tests"]),
];

#[test]
fn arrows_run_one_way() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(super::root());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed = allowed.get(name).unwrap_or_else(|| panic!("{name} has no line here"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            // What a member uses in its own tests alone is `dev`: storage may try itself on a migrated database.
            let to_try = dependency["kind"] == "dev" && used == "migration";
            assert!(!names.contains(used) || allowed.contains(&used) || to_try, "{name} uses {used}");
        }
    }
}
