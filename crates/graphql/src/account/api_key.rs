//! Keys.

use std::sync::Arc;

use async_graphql::{OneofObject, SimpleObject};
use domain::account::{ApiKey as Entity, KeyScope, KeyScopes, KeyText};
use domain::project::Project as ProjectEntity;
use domain::text::Name;
use domain::{Revision, Timestamp};
use storage::account::api_key::{Column, KeysOfCreator, KeysOfProject, KeysOfUser, revoke};
use storage::ledger::audit::AuditEntriesOfKey;
use storage::{Error, Work};

use super::User;
use crate::ledger::AuditEntry;
use crate::mutate::{Made, Target};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A key, with which a program acts for a user or for a project. The user sees it, and a project's own key whoever keeps
    /// the project; by a key for one project its user's other keys are not seen.
    ApiKey: Entity, ApiKeyFilter by Column {
        /// What it is for.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
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
    update UpdateApiKeyInput;
}

input! {
    /// A new key.
    CreateApiKeyInput {
        /// An id of your own, which makes a retry harmless. A retry answers the key, but does not show it once more.
        id: Given<GlobalId<Entity>>,
        /// What it is for.
        name: Parsed<Name>,
        /// For whom it acts.
        owner: ApiKeyOwnerInput,
        /// What it may be used for. A key that makes another gives it no scope that it has not itself.
        scopes: List<Chosen<KeyScope>>,
        /// Until when it works; without an end until it is revoked.
        expires_at: Option<Parsed<Timestamp>>,
    }
}

/// For whom a key acts: the viewer, or a project.
#[derive(Clone, Debug, OneofObject)]
pub enum ApiKeyOwnerInput {
    /// It acts for the viewer: it may never do more than they may at that moment.
    Viewer(ViewersKeyInput),
    /// It is the own key of this project, a service account. Only who keeps the project makes one.
    ProjectId(GlobalId<ProjectEntity>),
}

input! {
    /// Where a key acts for the viewer.
    ViewersKeyInput {
        /// The one project that it is for; by default all that the viewer sees.
        project_id: Given<GlobalId<ProjectEntity>>,
    }
}

targets!(Entity: RevokeApiKeyInput);

/// The answer of a mutation.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key, as it is known from here on.
    api_key: ApiKey,
    /// The key itself, to be sent as `Authorization: Bearer …`. It is shown this once and never again: null when the same
    /// create was done before.
    secret: Option<String>,
}

mutations! {
    /// What can be done to keys.
    ApiKeyMutations {
        /// Makes a key for a program.
        create_api_key(CreateApiKeyInput) -> CreateApiKeyPayload = create;
        /// Changes what a key is called.
        update_api_key(UpdateApiKeyInput) -> UpdateApiKeyPayload { api_key: ApiKey, "The key as it is now." } = mutate::update;
        /// Revokes a key: it is worthless from the next request on.
        revoke_api_key(RevokeApiKeyInput) -> RevokeApiKeyPayload { api_key: ApiKey, "The key as it is now." } = end;
    }
}

async fn create(ctx: &Context<'_>, input: CreateApiKeyInput) -> Result<CreateApiKeyPayload> {
    let chosen = input.id.0.map(|id| id.0);
    let (id, digest) = (mutate::id_or_new(ctx, chosen)?, mutate::digest_for(chosen, &input)?);
    let text = KeyText::try_new(&loader(ctx)?.reader().store().secret()?).map_err(Error::from)?;
    let shown = text.clone();
    let made = mutate::create_built(ctx, id, digest, move |work, made| {
        let key = build(work, input.clone(), &text, &made);
        Box::pin(async move { key })
    });
    let key = made.await?;
    // A key that was made before has another text, which is not known any more.
    let secret = (key.key_sha256 == shown.digest()).then(|| shown.text().reveal().clone());
    Ok(CreateApiKeyPayload { api_key: ApiKey(key), secret })
}

fn build(work: &Work, input: CreateApiKeyInput, text: &KeyText, made: &Made<Entity>) -> storage::Result<Entity> {
    let scopes = KeyScopes::try_new(input.scopes.0.into_iter().map(|scope| scope.0));
    let (user_id, project_id) = match input.owner {
        ApiKeyOwnerInput::Viewer(of) => {
            let user =
                work.viewer().account().ok_or(Error::Forbidden("a key for one project makes that project's own"))?;
            (Some(user), of.project_id.0.map(|id| id.0))
        }
        ApiKeyOwnerInput::ProjectId(id) => (None, Some(id.0)),
    };
    Ok(Entity {
        id: made.id,
        user_id,
        project_id,
        name: input.name.0,
        prefix: text.prefix().clone(),
        key_sha256: text.digest(),
        scopes: scopes.map_err(|why| Error::refused(&["input", "scopes"], why.rule, why.message))?,
        expires_at: input.expires_at.map(|time| time.0),
        last_used_at: None,
        revoked_at: None,
        created_by: made.by,
        revision: Revision::FIRST,
        created_at: made.at,
        updated_at: made.at,
    })
}

async fn end(ctx: &Context<'_>, input: RevokeApiKeyInput) -> Result<ApiKey> {
    let (id, expected) = input.target();
    let key: Arc<Entity> = mutate::unit(ctx, |work| Box::pin(async move { revoke(work, id, expected).await })).await?;
    Ok(ApiKey(key))
}
