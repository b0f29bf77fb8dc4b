//! A project: what everything else belongs to.

use crate::account::User;
use crate::text::{Name, Prose, Slug};
use crate::{Entity, Id, JsonObject, Lifecycle, Revision, Timestamp};

/// A project.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The id.
    pub id: Id<Project>,
    /// Who owns it, and is always a member with the role OWNER.
    pub owner_id: Id<User>,
    /// The name, unique among the owner's.
    pub name: Name,
    /// The name in addresses, unique among all; public by design.
    pub slug: Slug,
    /// What it is about.
    pub description: Option<Prose>,
    /// Settings, free in form.
    pub config: JsonObject,
    /// Whether it is there, deleted or purged.
    pub lifecycle: Lifecycle,
    /// How often the row was written.
    pub revision: Revision,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for Project {
    const PREFIX: &'static str = "project";
    const TABLE: &'static str = "projects";
    const NAME: &'static str = "project";
}
