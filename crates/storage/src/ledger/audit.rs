//! The table `audit_log`.

use domain::account::{ApiKey, User};
use domain::ledger::{AuditEntry, LedgerHead, Operation};
use domain::project::Project;
use domain::text::{ActorName, RequestId, TableName};
use domain::{ActorType, Count, Id, JsonObject, Sha256};

use crate::prelude::*;

row! {
    "audit_log" AuditEntry, logged {
        head_id: Id<LedgerHead>,
        position: Count,
        table_name: TableName,
        row_id: uuid::Uuid,
        operation: Operation,
        actor_type: ActorType,
        hash: Sha256,
    }
    optional {
        project_id: Id<Project>,
        before: JsonObject,
        after: JsonObject,
        before_digest: Sha256,
        after_digest: Sha256,
        actor_id: ActorName,
        user_id: Id<User>,
        api_key_id: Id<ApiKey>,
        request_id: RequestId,
    }
}

edge! {
    /// The audit entries of a project.
    AuditEntriesOfProject: Project => AuditEntry, ProjectId, "project_id";
    /// The audit entries that a user made, or a key for them.
    AuditEntriesOfUser: User => AuditEntry, UserId, "user_id";
    /// The audit entries that a key made.
    AuditEntriesOfKey: ApiKey => AuditEntry, ApiKeyId, "api_key_id";
}

sorts! { AuditEntry {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was written";
    Position: "POSITION_ASC" Ascending, "POSITION_DESC" Descending, "its place in its chain";
} }
