//! What the documents say is so.

mod adding;
mod api;
mod decisions;
mod example;
mod links;
mod readme;

use std::path::Path;

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The text of a file.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// The names of all documents.
fn documents() -> Vec<String> {
    let names = |folder: &str| -> Vec<String> {
        let files = std::fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().file_name());
        let names = files.map(|name| format!("{folder}{}", name.to_string_lossy()));
        names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md")).collect()
    };
    let mut documents = [names("./"), names("docs/"), names("docs/adr/")].concat();
    documents.sort();
    assert!(documents.len() > 8, "the documents are found");
    documents
}

/// A block of code in a document.
struct Block {
    /// The line before it, which may say what it is.
    before: String,
    /// Its language.
    language: String,
    /// Its lines.
    text: String,
}

/// The blocks of code of a document, in their order.
fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { before: before.into(), language: language.into(), text: text.join("\n") });
        }
        before = line;
    }
    blocks
}

/// The cells of a document's table whose head begins with this, without backticks.
fn table(document: &str, head: &str) -> Vec<Vec<String>> {
    let rows = document.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells).collect()
}
