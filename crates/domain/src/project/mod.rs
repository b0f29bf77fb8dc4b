//! Projects: what everything belongs to, and who works in them.

mod guideline;
mod member;
#[expect(
    clippy::module_inception,
    reason = "each entity has a file of its own name, also where a context is called like it"
)]
mod project;
mod repository;

pub use guideline::ProjectGuideline;
pub use member::{MemberRole, ProjectMember};
pub use project::Project;
pub use repository::Repository;
