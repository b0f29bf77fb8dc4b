//! A project: what everything else belongs to.

use crate::account::User;
use crate::text::{Name, Prose, Slug};
use crate::{Id, JsonObject, entity};

entity! {
    /// A project.
    Project "project" as "project" in "projects", deletable {
        /// Who owns it, and is always a member with the role OWNER.
        owner_id: Id<User>,
        /// The name, unique among the owner's.
        name: Name,
        /// The name in addresses, unique among all; public by design.
        slug: Slug,
        /// What it is about.
        description: Option<Prose>,
        /// Settings, free in form.
        config: JsonObject,
    }
}
