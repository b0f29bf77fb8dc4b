//! The table `api_keys`.

use domain::account::{ApiKey, KeyScopes, User};
use domain::project::Project;
use domain::text::{KeyPrefix, Name};
use domain::{Belonging, Id, Sha256, Timestamp};

use crate::prelude::*;

row! {
    "api_keys" ApiKey, edited {
        name: Name,
        prefix: KeyPrefix,
        key_sha256: Sha256,
        scopes: KeyScopes,
    }
    optional {
        user_id: Id<User>,
        project_id: Id<Project>,
        expires_at: Timestamp,
        last_used_at: Timestamp,
        revoked_at: Timestamp,
        created_by: Id<User>,
    }
    secret "key_sha256";
}

edge! {
    /// The keys that act for a user.
    KeysOfUser: User => ApiKey, UserId, "user_id";
    /// The keys that are for a project.
    KeysOfProject: Project => ApiKey, ProjectId, "project_id";
    /// The keys that a user made.
    KeysOfCreator: User => ApiKey, CreatedBy, "created_by";
}

sorts! { ApiKey {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was made";
} }

edited! {
    ApiKey;
    with {
        fn belongs(&self) -> Belonging {
            match (self.user_id, self.project_id) {
                (Some(user), _) => Belonging::User(user),
                (None, Some(project)) => Belonging::Project(project),
                (None, None) => Belonging::Instance,
            }
        }
    }
}
