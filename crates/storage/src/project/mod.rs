//! The tables of projects.

pub mod guideline;
pub mod member;
#[expect(
    clippy::module_inception,
    reason = "each entity has a file of its own name, also where a context is called like it"
)]
pub mod project;
pub mod repository;
