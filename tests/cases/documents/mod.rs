//! What the documents say is so.

mod adding;
mod claims;
mod dependencies;
mod example;

use std::path::Path;

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The text of a file.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// A block of code in a document.
struct Block {
    /// The line before it, which may say what it is.
    before: String,
    /// Its lines.
    text: String,
}

/// The blocks of code of a document, in their order.
fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { before: before.into(), text: text.join("\n") });
        }
        before = line;
    }
    blocks
}
