//! No file that is checked in names a place that is nobody else's: a mirror of a registry, a folder of this machine.

use std::process::Command;

#[test]
fn no_file_names_a_place_of_one_machine() {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(super::root()).output().unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    let files: Vec<&str> = list.split('\0').filter(|file| !file.is_empty()).collect();
    // A tree without its history, as in a package, has no list.
    if files.is_empty() {
        return;
    }
    // Written in parts, so that this file does not name them either.
    let places: Vec<String> = ["/wo rk/", "/ro ot/", "/ho me/", "artif actory", "nex us.", "jf rog", "pypi-mir ror"]
        .iter()
        .map(|place| place.replace(' ', ""))
        .collect();
    let mut found = Vec::new();
    for file in files {
        let Ok(text) = std::fs::read_to_string(super::root().join(file)) else { continue };
        for (at, line) in text.lines().enumerate() {
            found.extend(
                places
                    .iter()
                    .filter(|place| line.contains(place.as_str()))
                    .map(|place| format!("{file}:{}: {place}", at + 1)),
            );
            let registry = line.contains("registry") && line.contains(&[":", "//"].concat());
            if registry
                && !line.contains("https://github.com/rust-lang/crates.io-index")
                && !line.contains("https://registry.npmjs.org/")
            {
                found.push(format!("{file}:{}: {line}", at + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
