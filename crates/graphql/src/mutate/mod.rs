//! What all mutations share: creating, changing, deleting, restoring and purging, each written once.

mod declare;

use std::sync::Arc;

use async_graphql::{Context, ID, InputType};
use domain::account::User;
use domain::{Entity, Id, Invalid, Json, OnConflict, Revision, Sha256, Timestamp};
use futures_util::future::BoxFuture;
use storage::write::{Creation, Edited, write};
use storage::{Reader, Work};

use crate::error::{Failure, Result};
use crate::object::{Shown, loader};

/// What a new row is given beside its input.
pub struct Made<E: Entity> {
    /// Its id.
    pub id: Id<E>,
    /// Who makes it.
    pub by: Option<Id<User>>,
    /// When.
    pub at: Timestamp,
}

/// An input that becomes a row.
pub trait Create: InputType + Clone + Send + Sync + 'static {
    /// The row's entity.
    type Entity: Edited;

    /// The id that the client chose.
    fn chosen_id(&self) -> Option<Id<Self::Entity>>;

    /// What the client wants done about a row that is in the way.
    fn on_conflict(&self) -> Option<OnConflict> {
        None
    }

    /// The row; what it stands under is read, and locked, in the unit of work.
    fn build(
        self,
        work: &mut Work,
        made: Made<Self::Entity>,
    ) -> impl Future<Output = storage::Result<Self::Entity>> + Send;

    /// What else is written once the row is there.
    fn finish(self, _work: &mut Work, _row: &Self::Entity) -> impl Future<Output = storage::Result<()>> + Send {
        async { Ok(()) }
    }
}

/// An input of many inputs that become rows.
pub trait CreateList: InputType + Send + Sync + 'static {
    /// The input of one row.
    type Item: Create;
    /// The field in which they stand.
    const FIELD: &'static str;

    /// The inputs, in their order.
    fn items(&self) -> &[Self::Item];

    /// What the client wants done about rows that are in the way, where an item does not say it.
    fn on_conflict(&self) -> Option<OnConflict> {
        None
    }
}

/// An input that changes a row.
pub trait Update: InputType + Clone + Send + Sync + 'static {
    /// The row's entity.
    type Entity: Edited;

    /// The row, and the revision that it is expected to have.
    fn target(&self) -> (Id<Self::Entity>, Option<Revision>);

    /// Changes the row.
    fn apply(self, row: &mut Self::Entity) -> storage::Result<()>;
}

/// An input that names a row.
pub trait Target: InputType + Clone + Send + Sync + 'static {
    /// The row's entity.
    type Entity: Edited;

    /// The row, and the revision that it is expected to have.
    fn target(&self) -> (Id<Self::Entity>, Option<Revision>);
}

/// Runs a unit of work for this request, and forgets what was read before.
pub async fn unit<T>(
    ctx: &Context<'_>,
    unit: impl for<'a> Fn(&'a mut Work) -> BoxFuture<'a, storage::Result<T>> + Send + Sync,
) -> Result<T> {
    let loader = loader(ctx)?;
    let done = write(loader.reader(), unit).await?;
    loader.clear();
    Ok(done)
}

/// Creates one row.
pub async fn create<I: Create, N: Shown<Entity = I::Entity>>(ctx: &Context<'_>, input: I) -> Result<N> {
    let mut rows = create_all(ctx, &[input], None).await?;
    rows.pop().map(N::new).ok_or_else(|| Failure::from(storage::Error::internal("nothing was created")))
}

/// Creates rows, all or none; each input may say for itself what to do about a row that is in the way.
async fn create_all<I: Create>(
    ctx: &Context<'_>,
    inputs: &[I],
    on_conflict: Option<OnConflict>,
) -> Result<Vec<Arc<I::Entity>>> {
    unit(ctx, |work| {
        let inputs = inputs.to_vec();
        Box::pin(async move {
            let mut creations = Vec::with_capacity(inputs.len());
            for input in &inputs {
                creations.push(creation(work, input.clone(), on_conflict).await?);
            }
            let rows = storage::write::create(work, creations).await?;
            for (input, row) in inputs.into_iter().zip(&rows) {
                if work.is_new(&**row) {
                    input.finish(work, row).await?;
                }
            }
            Ok(rows)
        })
    })
    .await
}

/// The most rows that one mutation creates.
const MOST: usize = 200;

/// Creates the rows of a list, all or none.
pub async fn create_list<L: CreateList, N>(ctx: &Context<'_>, input: L) -> Result<Vec<N>>
where
    N: Shown<Entity = <L::Item as Create>::Entity>,
{
    let items = input.items();
    if items.is_empty() || items.len() > MOST {
        let why = Invalid::new("length", format!("must have 1 to {MOST} items, not {}", items.len()));
        return Err(Failure::refused(&["input", L::FIELD], &why));
    }
    let rows = create_all(ctx, items, input.on_conflict()).await?;
    Ok(rows.into_iter().map(N::new).collect())
}

async fn creation<I: Create>(
    work: &mut Work,
    input: I,
    on_conflict: Option<OnConflict>,
) -> storage::Result<Creation<I::Entity>> {
    let on_conflict = input.on_conflict().or(on_conflict).unwrap_or(OnConflict::Refuse);
    let chosen = input.chosen_id();
    let digest = chosen.map(|_| digest(&input)).transpose()?;
    let made = made(work.reader(), chosen, work.now())?;
    Ok(Creation { row: input.build(work, made).await?, input: digest, on_conflict })
}

fn made<E: Entity>(reader: &Reader, chosen: Option<Id<E>>, at: Timestamp) -> storage::Result<Made<E>> {
    let id = chosen.map_or_else(|| reader.ids().next_for(), Ok)?;
    Ok(Made { id, by: reader.viewer().user(), at })
}

/// The id that the client chose, or a new one.
pub fn id_or_new<E: Entity>(ctx: &Context<'_>, chosen: Option<Id<E>>) -> Result<Id<E>> {
    let new = || loader(ctx)?.reader().ids().next_for().map_err(|why| Failure::from(storage::Error::from(why)));
    chosen.map_or_else(new, Ok)
}

/// The digest of an input whose id the client chose.
pub fn digest_for<E: Entity, I: InputType>(chosen: Option<Id<E>>, input: &I) -> Result<Option<Sha256>> {
    Ok(chosen.map(|_| digest(input)).transpose()?)
}

/// The row that was created before under the id that the client chose, from the same input.
pub async fn created_before<E: Edited>(
    ctx: &Context<'_>,
    chosen: Option<Id<E>>,
    digest: Option<&Sha256>,
) -> Result<Option<Arc<E>>> {
    let (Some(id), Some(digest)) = (chosen, digest) else { return Ok(None) };
    unit(ctx, |work| {
        let digest = digest.clone();
        Box::pin(async move { storage::write::created_before(work, id, &digest).await })
    })
    .await
}

/// Creates a row that is built in the unit of work, after its bytes were stored.
pub async fn create_built<E: Edited>(
    ctx: &Context<'_>,
    id: Id<E>,
    digest: Option<Sha256>,
    build: impl for<'a> Fn(&'a mut Work, Made<E>) -> BoxFuture<'a, storage::Result<E>> + Send + Sync + 'static,
) -> Result<Arc<E>> {
    let build = Arc::new(build);
    unit(ctx, |work| {
        let (build, input) = (Arc::clone(&build), digest.clone());
        Box::pin(async move {
            let made = made(work.reader(), Some(id), work.now())?;
            let row = build(work, made).await?;
            storage::write::create_one(work, Creation { row, input, on_conflict: OnConflict::Refuse }).await
        })
    })
    .await
}

/// The digest of an input: of its canonical form, so that the order of its fields does not matter.
fn digest<I: InputType>(input: &I) -> storage::Result<Sha256> {
    let json = input.to_value().into_json().map_err(storage::Error::internal)?;
    Ok(Sha256::of_json(&Json::try_new(json)?)?)
}

/// Changes a row.
pub async fn update<I: Update, N: Shown<Entity = I::Entity>>(ctx: &Context<'_>, input: I) -> Result<N> {
    let (id, expected) = input.target();
    let row = unit(ctx, |work| {
        let input = input.clone();
        Box::pin(async move { storage::write::update(work, id, expected, |row| input.apply(row)).await })
    });
    row.await.map(N::new)
}

/// Hides a row until it is restored.
pub async fn delete<I: Target>(ctx: &Context<'_>, input: I) -> Result<ID> {
    let (id, expected) = input.target();
    unit(ctx, |work| Box::pin(async move { storage::write::delete(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}

/// Removes a row for good.
pub async fn remove<I: Target>(ctx: &Context<'_>, input: I) -> Result<ID> {
    let (id, expected) = input.target();
    unit(ctx, |work| Box::pin(async move { storage::write::remove(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}

/// Brings a deleted row back.
pub async fn restore<I: Target, N: Shown<Entity = I::Entity>>(ctx: &Context<'_>, input: I) -> Result<N> {
    let (id, expected) = input.target();
    let row = unit(ctx, |work| Box::pin(async move { storage::write::restore(work, id, expected).await }));
    row.await.map(N::new)
}

/// Hides a row for good, until a task has removed it.
pub async fn purge<I: Target>(ctx: &Context<'_>, input: I) -> Result<ID> {
    let (id, expected) = input.target();
    unit(ctx, |work| Box::pin(async move { storage::write::purge(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}
