//! The audit log: what was done to each row that people edit, in a chain for each project and one for the instance.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::account::{ApiKey, User};
use crate::ledger::LedgerHead;
use crate::project::Project;
use crate::text::{ActorName, RequestId, TableName};
use crate::{ActorType, Count, Id, JsonObject, Leaf, Sha256, choice, entity};

choice! {
    /// What was done to a row.
    Operation {
        /// It was made.
        Create = "CREATE",
        /// It was changed.
        Update = "UPDATE",
        /// It was deleted.
        Delete = "DELETE",
        /// It was brought back.
        Restore = "RESTORE",
        /// It was removed for good.
        Purge = "PURGE",
        /// Personal data was erased from what the audit log keeps of it.
        Erase = "ERASE",
        /// How far another chain had come was noted.
        Checkpoint = "CHECKPOINT",
    }
}

/// What was done to one row: what the unit of work collects.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The project of the row; none for accounts.
    pub project_id: Option<Id<Project>>,
    /// The row's table.
    pub table: &'static str,
    /// The row.
    pub row: Uuid,
    /// What was done.
    pub operation: Operation,
    /// The row before, without secrets.
    pub before: Option<JsonObject>,
    /// The row after, without secrets.
    pub after: Option<JsonObject>,
}

entity! {
    /// What was done to one row: an entry of the audit chain.
    AuditEntry "audit entry" as "auditlog" in "audit_log", logged {
        /// The chain.
        head_id: Id<LedgerHead>,
        /// Its place in the chain, from 1.
        position: Count,
        /// The project of the row; none for accounts.
        project_id: Option<Id<Project>>,
        /// The row's table.
        table_name: TableName,
        /// The row.
        row_id: Uuid,
        /// What was done.
        operation: Operation,
        /// The row before, without secrets; personal data can be erased from it.
        before: Option<JsonObject>,
        /// The row after, without secrets; personal data can be erased from it.
        after: Option<JsonObject>,
        /// The digest of what stood in `before` when the entry was written.
        before_digest: Option<Sha256>,
        /// The digest of what stood in `after` when the entry was written.
        after_digest: Option<Sha256>,
        /// The kind of who did it.
        actor_type: ActorType,
        /// The name of who did it, within their kind.
        actor_id: Option<ActorName>,
        /// The person who did it, or for whom a key did.
        user_id: Option<Id<User>>,
        /// The key that did it.
        api_key_id: Option<Id<ApiKey>>,
        /// The request in which it was done.
        request_id: Option<RequestId>,
        /// The HMAC over all of this, but for `before` and `after`, and over the hash of the entry before it.
        hash: Sha256,
    }
}

impl AuditEntry {
    /// The entry as an object with the names of its columns, as it is exported.
    pub fn columns(&self) -> Map<String, Value> {
        let mut columns = self.said();
        columns.insert("before".into(), self.before.as_ref().map(Leaf::raw).into());
        columns.insert("after".into(), self.after.as_ref().map(Leaf::raw).into());
        columns.insert("hash".into(), self.hash.as_str().into());
        columns
    }

    /// What its hash is made over, beside the hash of the entry before it: all but what can be erased, which is there by
    /// its digests.
    pub(super) fn said(&self) -> Map<String, Value> {
        let Self { id, head_id, position, project_id, table_name, row_id, operation, .. } = self;
        let Self { before_digest, after_digest, actor_type, actor_id, user_id, api_key_id, request_id, .. } = self;
        let uuid = |uuid: Option<Uuid>| Value::from(uuid.map(|uuid| uuid.to_string()));
        let said = [
            ("id", uuid(Some(id.uuid()))),
            ("head_id", uuid(Some(head_id.uuid()))),
            ("position", position.get().into()),
            ("project_id", uuid(project_id.map(Id::uuid))),
            ("table_name", table_name.as_str().into()),
            ("row_id", uuid(Some(*row_id))),
            ("operation", operation.as_str().into()),
            ("before_digest", before_digest.as_ref().map(Sha256::as_str).into()),
            ("after_digest", after_digest.as_ref().map(Sha256::as_str).into()),
            ("actor_type", actor_type.as_str().into()),
            ("actor_id", actor_id.as_ref().map(ActorName::as_str).into()),
            ("user_id", uuid(user_id.map(Id::uuid))),
            ("api_key_id", uuid(api_key_id.map(Id::uuid))),
            ("request_id", request_id.as_ref().map(RequestId::as_str).into()),
            ("created_at", self.created_at.to_string().into()),
        ];
        said.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
