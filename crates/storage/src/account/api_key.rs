//! The table `api_keys`.

use std::sync::Arc;

use domain::account::{ApiKey, KeyScopes, User};
use domain::project::Project;
use domain::text::{KeyPrefix, Name};
use domain::{Belonging, Id, Leaf, Policed, Sha256, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Query};

use crate::prelude::*;
use crate::reader::execute;
use crate::scope::Depth;
use crate::store::Store;
use crate::write::{Expected, update};

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
    under Project, by ProjectId;
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

        async fn admit(&self, work: &mut Work) -> Result<()> {
            match (self.user_id, self.project_id) {
                (None, Some(project)) => work.project(project, Self::WRITTEN).await.map(drop)?,
                (_, project) => {
                    work.allow::<Self>(Self::WRITTEN, self.belongs())?;
                    if let Some(project) = project {
                        work.parent(project).await?;
                    }
                }
            }
            if self.expires_at.is_some_and(|end| end <= work.now()) {
                return Err(Error::refused(&["input", "expiresAt"], "range", "must be in the future"));
            }
            match maker(work).await? {
                Some(maker) => maker.may_make(self).map_err(Error::Forbidden),
                None => Ok(()),
            }
        }
    }
}

/// The key with which the viewer asks, if they ask with one.
async fn maker(work: &Work) -> Result<Option<ApiKey>> {
    let Some(key) = work.viewer().actor().key() else { return Ok(None) };
    let same = Condition::all().add(Depth::OUTER.column(Column::Id).eq(key.uuid()));
    work.find::<ApiKey>(same).await?.pop().map(Some).ok_or(Error::Unauthenticated)
}

/// Revokes a key: it is worthless from the next request on.
pub async fn revoke(work: &mut Work, id: Id<ApiKey>, expected: Expected) -> Result<Arc<ApiKey>> {
    let now = work.now();
    update(work, id, expected, |key| {
        key.revoked_at.get_or_insert(now);
        Ok(())
    })
    .await
}

/// Notes that a key is used, in one statement: that is no edit, and leaves no trace.
pub async fn touch(store: &Store, id: Id<ApiKey>, now: Timestamp) -> Result<()> {
    let reader = store.reader(Viewer::system("keys"), None);
    let mut update = Query::update();
    update
        .table(Alias::new("api_keys"))
        .value(Column::LastUsedAt, now.raw())
        .and_where(Expr::col(Column::Id).eq(id.uuid()))
        .and_where(Expr::col(Column::LastUsedAt).is_null().or(Expr::col(Column::LastUsedAt).lt(now.raw())));
    execute(reader.pools().writer(), reader.dialect(), reader.meter(), &update).await.map(drop)
}
