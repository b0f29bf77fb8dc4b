//! The audit log.

use domain::account::User as UserEntity;
use domain::ledger::{AuditEntry as Entity, Operation};
use domain::{ActorType, Count};
use storage::ledger::audit::{AuditEntriesOfKey, AuditEntriesOfProject, AuditEntriesOfUser, Column};
use storage::ledger::erase;

use super::RowId;
use crate::account::{ApiKey, User};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// What was done to one row, and by whom: an entry of the audit log, which is a chain that cannot be edited quietly.
    /// Whoever keeps the project sees it; what belongs to no project, administrators alone.
    AuditEntry: Entity, AuditEntryFilter by Column, logged {
        /// Its place in the chain of its project or of the instance, from 1.
        position: SafeInt = whole, filter Position: Parsed<Count>;
        /// The row's table.
        table_name: String = text, filter TableName: Parsed<String>;
        /// What was done.
        operation: Chosen<Operation> = choice, filter Operation: Chosen<Operation>;
        /// The row before, by its columns, without secrets and without what was erased.
        before: Option<Json> = maybe(json);
        /// The row after, by its columns, without secrets and without what was erased.
        after: Option<Json> = maybe(json);
        /// The kind of who did it.
        actor_type: Chosen<ActorType> = choice, filter ActorType: Chosen<ActorType>;
        /// The name of who did it, within their kind: an id, or the name of a task.
        actor_id: Option<String> = maybe(text), filter ActorId: Parsed<String>;
        /// The request in which it was done.
        request_id: Option<String> = maybe(text), filter RequestId: Parsed<String>;
        /// The hash of the entry, which `reprograph audit verify` makes again.
        hash: String = text;
        hidden head_id, project_id, row_id, before_digest, after_digest, user_id, api_key_id;
    }
    parents {
        /// The project of the row, where it is still there.
        project: Project, AuditEntriesOfProject, |entry| entry.project_id;
        /// The person who did it, or for whom a key did.
        user: User, AuditEntriesOfUser, |entry| entry.user_id;
        /// The key that did it.
        api_key: ApiKey, AuditEntriesOfKey, |entry| entry.api_key_id;
    }
    derived {
        /// The id of the row, which may be gone.
        row_id: ID = |entry| RowId::shown(entry.table_name.as_str(), entry.row_id);
    }
    filter {
        /// The row.
        row_id: RowId, RowId;
    }
}

queries! {
    /// The audit log.
    AuditQueries {
        one audit_entry: AuditEntry, "The audit entry with this id.";
        many audit_entries: AuditEntry, "The audit entries that the viewer sees: those of the projects that they keep.";
    }
}

input! {
    /// Whose personal data are to be erased.
    EraseAuditDataInput {
        /// The user.
        user_id: GlobalId<UserEntity>,
    }
}

mutations! {
    /// What can be done to the audit log.
    AuditMutations {
        /// Erases the personal data of a user, like their e-mail address and their name, from what the audit entries say of
        /// rows. That it was done, what was done and who did it stays, and so does the chain. For administrators.
        erase_audit_data(EraseAuditDataInput) -> EraseAuditDataPayload {
            erased_entries: SafeInt, "From how many entries something was erased."
        } = erase_data;
    }
}

async fn erase_data(ctx: &Context<'_>, input: EraseAuditDataInput) -> Result<SafeInt> {
    mutate::unit(ctx, |work| Box::pin(async move { erase(work, input.user_id.0).await })).await.map(SafeInt)
}
