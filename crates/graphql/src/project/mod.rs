//! Projects, and who and what belongs to them.

mod guideline;
mod member;
#[expect(
    clippy::module_inception,
    reason = "each entity has a file of its own name, also where a context is called like it"
)]
mod project;
mod repository;

pub use guideline::{GuidelineFilter, GuidelineMutations, ProjectGuideline};
pub use member::{MemberFilter, MemberMutations, ProjectMember};
pub use project::{Project, ProjectFilter, ProjectMutations, ProjectQueries};
pub use repository::{Repository, RepositoryFilter, RepositoryMutations, RepositoryQueries};
