//! `docs/ADDING-AN-ENTITY.md` shows the entity that the tests have, the whole of it, and in under 250 lines.

use std::collections::BTreeSet;

use super::{blocks, read, root};

const DOCUMENT: &str = "docs/ADDING-AN-ENTITY.md";
const EXAMPLE: &str = "tests/src/example";

#[test]
fn the_code_shown_is_the_code_that_runs() {
    let mut shown = BTreeSet::new();
    let mut lines = 0;
    for block in blocks(&read(DOCUMENT)) {
        lines += block.text.lines().count();
        let of = |mark: &str| block.before.strip_prefix(mark)?.strip_suffix(" -->");
        if let Some(path) = of("<!-- file: ") {
            assert_eq!(block.text, read(path).trim_end(), "{DOCUMENT} shows another {path}");
            shown.insert(path.to_owned());
        } else if let Some(path) = of("<!-- lines of: ") {
            let file = read(path);
            for line in block.text.lines() {
                assert!(file.lines().any(|there| there.trim() == line), "{path} has no line `{line}`");
            }
        } else {
            panic!("a block of {DOCUMENT} does not say where it is from: {}", block.text);
        }
    }
    assert_eq!(shown, files(), "all files are shown but the lists that stand in mod.rs");
    assert!(lines < 250, "the entity takes {lines} lines");
}

/// The files of the entity, without those that list them.
fn files() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for folder in ["review", "m9001_review"] {
        for file in std::fs::read_dir(root().join(EXAMPLE).join(folder)).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().into_owned();
            if name != "mod.rs" {
                files.insert(format!("{EXAMPLE}/{folder}/{name}"));
            }
        }
    }
    files
}
