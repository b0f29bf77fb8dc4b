//! What all mutations share: creating, changing, deleting, restoring and purging, each written once.

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
    fn finish(_work: &mut Work, _row: &Self::Entity) -> impl Future<Output = storage::Result<()>> + Send {
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
            for input in inputs {
                creations.push(creation(work, input, on_conflict).await?);
            }
            let rows = storage::write::create(work, creations).await?;
            for row in &rows {
                if work.is_new(&**row) {
                    I::finish(work, row).await?;
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
    let rows = unit(ctx, |work| {
        let (build, input) = (Arc::clone(&build), digest.clone());
        Box::pin(async move {
            let made = made(work.reader(), Some(id), work.now())?;
            let row = build(work, made).await?;
            storage::write::create(work, vec![Creation { row, input, on_conflict: OnConflict::Refuse }]).await
        })
    });
    rows.await?.pop().ok_or_else(|| Failure::from(storage::Error::internal("nothing was created")))
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

/// Makes the input of a new row: an id of the client's own, the fields that an input gives, and what else is given. What
/// stands before is run in the unit of work, and the rest of the row follows from it. `object!` calls it.
#[macro_export]
macro_rules! create {
    (
        $name:ident of $entity:ident $(, $on_conflict:ident)?
        {
            $(
                #[doc = $field_doc:literal]
                $field:ident: $type:ty = $read:expr $(, filter $column:ident: $operand:ty)? $(, input $field_input:ty)?;
            )+
            $(hidden $($hidden:ident),+;)?
        }
        { $($(#[doc = $given_doc:literal])+ $given:ident: $given_type:ty,)* }
        |$work:ident, $input:ident, $made:ident| { $($before:tt)* } into { $($rest:tt)* }
        $(then { $($then:tt)* })?
    ) => {
        $crate::input! {
            format!("What {} is made of.", $crate::object::any::<$entity>()),
            /// What a new row is made of.
            $name {
                #[doc = " An id of your own, which makes a retry harmless."]
                id: $crate::input::Given<$crate::input::GlobalId<$entity>>,
                $($(#[doc = $given_doc])+ $given: $given_type,)*
                $($(#[doc = $field_doc] $field: <$field_input as $crate::input::Field>::Create,)?)+
                $(
                    #[doc = " What to do when it is there already."]
                    $on_conflict: $crate::input::Given<$crate::choice::Chosen<domain::OnConflict>>,
                )?
            }
        }

        impl $crate::mutate::Create for $name {
            type Entity = $entity;

            fn chosen_id(&self) -> Option<domain::Id<$entity>> {
                self.id.0.map(|id| id.0)
            }

            $(fn on_conflict(&self) -> Option<domain::OnConflict> {
                self.$on_conflict.0.map(|chosen| chosen.0)
            })?

            async fn build(
                self,
                $work: &mut storage::Work,
                $made: $crate::mutate::Made<$entity>,
            ) -> storage::Result<$entity> {
                let $input = &self;
                $($before)*
                Ok($entity {
                    $($rest)*
                    id: $made.id,
                    $($($field: <$field_input as $crate::input::Field>::first(self.$field)?,)?)+
                    revision: domain::Revision::FIRST,
                    created_at: $made.at,
                    updated_at: $made.at,
                })
            }

            $($($then)*)?
        }
    };
}

/// Makes the input of many new rows. `object!` calls it.
#[macro_export]
macro_rules! create_list {
    ($name:ident of $items:ident: $item:ident, $entity:ident $(, $on_conflict:ident)?) => {
        $crate::input! {
            format!("New {}, all or none.", $crate::object::plural::<$entity>()),
            /// New rows, all or none.
            $name {
                #[doc = " What each is made of: 1 to 200."]
                $items: $crate::input::List<$item>,
                $(
                    #[doc = " What to do about those that are there already."]
                    $on_conflict: $crate::input::Given<$crate::choice::Chosen<domain::OnConflict>>,
                )?
            }
        }

        impl $crate::mutate::CreateList for $name {
            type Item = $item;
            const FIELD: &'static str = stringify!($items);

            fn items(&self) -> &[$item] {
                &self.$items.0
            }

            $(fn on_conflict(&self) -> Option<domain::OnConflict> {
                self.$on_conflict.0.map(|chosen| chosen.0)
            })?
        }
    };
}

/// Makes the input that changes a row: the fields that an input gives. `object!` calls it.
#[macro_export]
macro_rules! update {
    (
        $name:ident of $entity:ident
        {
            $(
                #[doc = $field_doc:literal]
                $field:ident: $type:ty = $read:expr $(, filter $column:ident: $operand:ty)? $(, input $field_input:ty)?;
            )+
            $(hidden $($hidden:ident),+;)?
        }
    ) => {
        $crate::input! {
            format!("Changes of {}: what is left out stays, and null clears what may be absent.", $crate::object::any::<$entity>()),
            /// Changes of a row.
            $name {
                #[doc = " Which one."]
                id: $crate::input::GlobalId<$entity>,
                #[doc = " The revision that it is expected to have; with another nothing is done."]
                expected_revision: $crate::input::Given<$crate::input::Parsed<domain::Revision>>,
                $($(#[doc = $field_doc] $field: <$field_input as $crate::input::Field>::Update,)?)+
            }
        }

        impl $crate::mutate::Update for $name {
            type Entity = $entity;

            fn target(&self) -> (domain::Id<$entity>, Option<domain::Revision>) {
                (self.id.0, self.expected_revision.0.map(|revision| revision.0))
            }

            fn apply(self, row: &mut $entity) -> storage::Result<()> {
                $($(<$field_input as $crate::input::Field>::change(&mut row.$field, self.$field)?;)?)+
                Ok(())
            }
        }
    };
}

/// Declares inputs that name a row of an entity.
#[macro_export]
macro_rules! targets {
    ($entity:ident: $($name:ident),+) => { $(
        $crate::input! {
            format!("Which {}.", <$entity as domain::Entity>::NAME),
            /// Which row.
            $name {
                #[doc = " Which one."]
                id: $crate::input::GlobalId<$entity>,
                #[doc = " The revision that it is expected to have; with another nothing is done."]
                expected_revision: $crate::input::Given<$crate::input::Parsed<domain::Revision>>,
            }
        }

        impl $crate::mutate::Target for $name {
            type Entity = $entity;

            fn target(&self) -> (domain::Id<$entity>, Option<domain::Revision>) {
                (self.id.0, self.expected_revision.0.map(|revision| revision.0))
            }
        }
    )+ };
}

/// Declares mutations: for each its sentence, its name, its input, its payload, and what it does. A payload of one field is
/// made here; another is answered whole.
#[macro_export]
macro_rules! mutations {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $(
                $(#[doc = $mutation_doc:literal])+
                $mutation:ident($input:ty) -> $payload:ident $({ $field:ident: $type:ty, $field_doc:literal })? = $act:path;
            )+
        }
    ) => {
        $($(
            /// The answer of a mutation.
            pub struct $payload {
                $field: $type,
            }

            /// The answer of a mutation.
            #[async_graphql::Object]
            impl $payload {
                #[doc = $field_doc]
                async fn $field(&self) -> &$type {
                    &self.$field
                }
            }
        )?)+

        $(#[doc = $doc])+
        #[derive(Clone, Copy, Default)]
        pub struct $name;

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            $(
                $(#[doc = $mutation_doc])+
                async fn $mutation(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "What is to be done.")] input: $crate::input::Argument<$input>,
                ) -> Option<$crate::error::Result<$payload>> {
                    let done = match input.get("input") {
                        Ok(input) => $act(ctx, input).await,
                        Err(failure) => Err(failure),
                    };
                    $(let done = done.map(|$field| $payload { $field });)?
                    Some(done)
                }
            )+
        }
    };
}
