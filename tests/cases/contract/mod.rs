//! What must hold for all of the schema, the tables and the workspace.

mod arrows;
pub(crate) mod catalog;
mod coverage;
mod dependencies;
mod described;
mod fields;
mod indexes;
mod limits;
mod migrations;
mod prefixes;
mod sdl;
mod tables;
mod words;

pub(crate) use coverage::fields_of;

/// The root of the workspace.
fn root() -> &'static std::path::Path {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
