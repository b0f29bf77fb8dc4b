//! What a dependency may be: `deny.toml` says it, and here it is held, without a tool that would have to be installed.

use std::process::Command;

use serde_json::Value;

/// The whole graph of packages, as cargo resolves it.
fn packages() -> Vec<Value> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--locked", "--offline", "--format-version", "1"]).current_dir(super::root());
    // Packages for other systems are in the lock file, but need not have been downloaded.
    command.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn rules() -> toml::Table {
    std::fs::read_to_string(super::root().join("deny.toml")).unwrap().parse().unwrap()
}

fn texts<'a>(rules: &'a toml::Table, section: &str, list: &str) -> Vec<&'a str> {
    rules[section][list].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Whether an expression like `MIT OR (Apache-2.0 AND ISC)` is fulfilled by the allowed licences.
fn fulfilled(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    let (mut depth, mut ors, mut ands) = (0_i32, Vec::new(), Vec::new());
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && expression[at..].starts_with(" OR ") => ors.push(at),
            _ if depth == 0 && expression[at..].starts_with(" AND ") => ands.push(at),
            _ => {}
        }
    }
    if let Some(at) = ors.first() {
        return fulfilled(&expression[..*at], allowed) || fulfilled(&expression[at + 4..], allowed);
    }
    if let Some(at) = ands.first() {
        return fulfilled(&expression[..*at], allowed) && fulfilled(&expression[at + 5..], allowed);
    }
    match expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => fulfilled(inner, allowed),
        None => allowed.contains(&expression),
    }
}

#[test]
fn every_licence_is_allowed() {
    let rules = rules();
    let allowed = texts(&rules, "licenses", "allow");
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| !fulfilled(package["license"].as_str().unwrap_or("none"), &allowed))
        .map(|package| format!("{} {}", package["name"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_package_comes_from_the_registry_or_from_here() {
    let strange: Vec<String> = packages()
        .iter()
        .filter(|package| package["source"].as_str().is_some_and(|source| !source.starts_with("registry+")))
        .map(|package| format!("{} {}", package["name"], package["source"]))
        .collect();
    assert!(strange.is_empty(), "{strange:#?}");
}

#[test]
fn no_banned_package_is_used() {
    let rules = rules();
    let banned = rules["bans"]["deny"].as_array().unwrap();
    let used: Vec<&str> = banned
        .iter()
        .map(|ban| ban["crate"].as_str().unwrap())
        .filter(|name| packages().iter().any(|package| package["name"] == *name))
        .collect();
    assert!(used.is_empty(), "{used:?}");
}

#[test]
fn an_expression_of_licences_is_read_as_it_is_meant() {
    let allowed = ["MIT", "ISC"];
    for (expression, holds) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0/MIT", true),
    ] {
        assert_eq!(fulfilled(expression, &allowed), holds, "{expression}");
    }
}
