//! Keys.

use domain::Timestamp;
use domain::account::{ApiKey as Entity, KeyScope, KeyScopes};
use storage::account::api_key::{Column, KeysOfCreator, KeysOfProject, KeysOfUser};
use storage::ledger::audit::AuditEntriesOfKey;

use super::User;
use crate::ledger::AuditEntry;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A key, with which a program acts for a user or for a project. The user sees it, and a project's own key whoever keeps
    /// the project.
    ApiKey: Entity, ApiKeyFilter by Column {
        /// What it is for.
        name: String = text, filter Name: Parsed<String>;
        /// The beginning of the key, by which it is known. The key itself is shown once, when it is made.
        prefix: String = text, filter Prefix: Parsed<String>;
        /// What it may be used for.
        scopes: Vec<Chosen<KeyScope>> = |scopes: &KeyScopes| scopes.as_slice().iter().map(choice).collect();
        /// Until when it works.
        expires_at: Option<DateTime> = maybe(time);
        /// When it was last used, to the minute.
        last_used_at: Option<DateTime> = maybe(time);
        /// When it was revoked.
        revoked_at: Option<DateTime> = maybe(time), filter RevokedAt: Parsed<Timestamp>;
        hidden user_id, project_id, key_sha256, created_by;
    }
    parents {
        /// The user for whom it acts; none for a project's own key.
        user: User, KeysOfUser, |key| key.user_id;
        /// The one project that it is for.
        project: Project, KeysOfProject, |key| key.project_id;
        /// Who made it.
        created_by: User, KeysOfCreator, |key| key.created_by;
    }
    many {
        /// The audit entries of what it did, as far as the viewer sees them: in the projects that the viewer keeps.
        audit_entries: AuditEntry, AuditEntriesOfKey;
    }
}
