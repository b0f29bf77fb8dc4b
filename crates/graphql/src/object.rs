//! `object!` declares an object as a table: a line for each field, a line for each edge, and ordinary methods beneath. The
//! same table makes its filter and its plain inputs.

use std::sync::Arc;

use async_graphql::{Context, ContextBase, OutputType};
use domain::text::with_article;
use domain::{Entity, Id};
use storage::read::{ById, Only};
use storage::{Edge, Loader, Row};

use crate::direct::{Direct, Table};
use crate::error::{Failure, Result};
use crate::filter::Filter;

/// An object that is a lens over an entity.
pub trait Shown: OutputType + Send + Sync + 'static {
    /// The entity.
    type Entity: Row;
    /// What it is filtered by.
    type Filter: Filter<Entity = Self::Entity>;

    /// The lens over this entity.
    fn new(entity: Arc<Self::Entity>) -> Self;

    /// Its fields that need no resolver.
    fn table() -> &'static Table<Self::Entity>;
}

/// What an object is filtered by.
pub type FilterOf<N> = <N as Shown>::Filter;

/// What a field found, answered directly where that can be done.
pub type Found<T> = Result<Direct<T>>;

/// What people call several of an entity: `project members`.
pub fn plural<E: Entity>() -> String {
    E::TABLE.replace('_', " ")
}

/// What people call any one of an entity: `an asset`.
pub fn any<E: Entity>() -> String {
    with_article(E::NAME)
}

/// The name of an entity's object: `project member` is `ProjectMember`, and `API key` is `ApiKey`.
pub fn type_name<E: Entity>() -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters.flat_map(char::to_lowercase)).collect::<String>()
    };
    E::NAME.split(' ').map(capital).collect()
}

/// The request's loader.
pub fn loader<'a, T>(ctx: &ContextBase<'a, T>) -> Result<&'a Loader> {
    ctx.data::<Loader>().map_err(|_| Failure::from(storage::Error::internal("the request has no loader")))
}

/// The object of this id, if the viewer sees it.
pub async fn by_id<N: Shown>(ctx: &Context<'_>, id: Option<<N::Entity as Entity>::Id>) -> Result<Option<N>> {
    let Some(id) = id else { return Ok(None) };
    Ok(loader(ctx)?.load(ById { id }).await?.map(N::new))
}

/// The only child of a parent.
pub async fn only<X: Edge, N: Shown<Entity = X::Child>>(ctx: &Context<'_>, parent: Id<X::Parent>) -> Result<Option<N>> {
    Ok(loader(ctx)?.load(Only::<X> { parent }).await?.map(N::new))
}

/// Declares an object: its sentence, its name, its entity, its filter and the columns that this looks at; the fields that
/// the entity's fields of the same name are read into, each with its type, the function that reads it, the column and the
/// tests that it is filtered by, and how an input gives it; the entity's fields that are read otherwise or hidden; the
/// parents, each with its edge; the only children; the connections; fields that the entity alone tells; how fields that
/// methods resolve are laid out for a direct answer; columns that are no fields but can be filtered by; the inputs that
/// create and update it; and whatever methods there are beside.
///
/// The id, the revision and the times, which every entity has, are not named. An entity that is only ever added is
/// `logged`, or `numbered` where it is known by its place under its parent: it has an id and one time; one that is
/// `placed` has its time among its own fields.
#[macro_export]
macro_rules! object {
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident by $columns:ident, logged { $($fields:tt)* }
        $($rest:tt)*
    ) => {
        $crate::object! {
            $(#[doc = $doc])+
            $name: $entity, $filter by $columns,
            known by {
                #[doc = " The id."]
                id: Id;
            }
            kept {
                #[doc = " When it was written."]
                created_at: $crate::scalar::DateTime = $crate::shown::time, filter CreatedAt: $crate::input::Parsed<domain::Timestamp>;
            }
            { $($fields)* }
            $($rest)*
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident by $columns:ident, numbered { $($fields:tt)* }
        $($rest:tt)*
    ) => {
        $crate::object! {
            $(#[doc = $doc])+
            $name: $entity, $filter by $columns,
            known by {}
            kept {
                #[doc = " When it was written."]
                created_at: $crate::scalar::DateTime = $crate::shown::time, filter CreatedAt: $crate::input::Parsed<domain::Timestamp>;
            }
            { $($fields)* }
            $($rest)*
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident by $columns:ident, placed { $($fields:tt)* }
        $($rest:tt)*
    ) => {
        $crate::object! {
            $(#[doc = $doc])+
            $name: $entity, $filter by $columns,
            known by {}
            kept {}
            { $($fields)* }
            $($rest)*
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident by $columns:ident { $($fields:tt)* }
        $($rest:tt)*
    ) => {
        $crate::object! {
            $(#[doc = $doc])+
            $name: $entity, $filter by $columns,
            known by {
                #[doc = " The id."]
                id: Id;
            }
            kept {
                #[doc = " How often it was written."]
                revision: $crate::scalar::SafeInt = $crate::shown::whole;
                #[doc = " When it was made."]
                created_at: $crate::scalar::DateTime = $crate::shown::time, filter CreatedAt: $crate::input::Parsed<domain::Timestamp>;
                #[doc = " When it was last written."]
                updated_at: $crate::scalar::DateTime = $crate::shown::time, filter UpdatedAt: $crate::input::Parsed<domain::Timestamp>;
            }
            { $($fields)* }
            $($rest)*
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident by $columns:ident,
        known by $known:tt kept $kept:tt $fields:tt
        $(parents { $($parents:tt)* })?
        $(only $only:tt)?
        $(many { $($many:tt)* })?
        $(derived $derived:tt)?
        $(laid $laid:tt)?
        $(filter { $($own:tt)* })?
        $(
            create $create:ident $(, $on_conflict:ident)? { $($given:tt)* }
            |$work:ident, $input:ident, $made:ident| $before:tt into $rest:tt $(then $then:tt)?
            $(list $list:ident of $items:ident $(, $list_conflict:ident)?;)?
        )?
        $(update $update:ident;)?
        $(methods $methods:tt)?
    ) => {
        $crate::lens! {
            $(#[doc = $doc])+
            $name: $entity, $filter $kept $fields
            { $($($parents)*)? }
            $(only $only)?
            { $($($many)*)? }
            $(derived $derived)?
            $(laid $laid)?
            $(methods $methods)?
        }

        $crate::filter! {
            $filter of $entity by $columns $known $kept $fields { $($($parents)*)? } { $($($many)*)? } { $($($own)*)? }
        }

        $(
            $crate::create! {
                $create of $entity $(, $on_conflict)? $fields
                { $($given)* } |$work, $input, $made| $before into $rest $(then $then)?
            }
            $($crate::create_list! { $list of $items: $create, $entity $(, $list_conflict)? })?
        )?
        $($crate::update! { $update of $entity $fields })?
    };
}

/// Makes the object itself. `object!` calls it.
#[macro_export]
macro_rules! lens {
    (
        $(#[doc = $doc:literal])+
        $name:ident: $entity:ident, $filter:ident
        {
            $(
                #[doc = $kept_doc:literal]
                $kept:ident: $kept_type:ty = $kept_read:expr $(, filter $kept_column:ident: $kept_operand:ty)?;
            )*
        }
        {
            $(
                #[doc = $field_doc:literal]
                $field:ident: $type:ty = $read:expr $(, filter $column:ident: $operand:ty)? $(, input $input:ty)?;
            )+
            $(hidden $($hidden:ident),+;)?
        }
        { $($(#[doc = $parent_doc:literal])+ $parent:ident: $parent_type:ident, $parent_edge:ident, $key:expr;)* }
        $(only { $($(#[doc = $only_doc:literal])+ $only:ident: $only_type:ident, $only_edge:ident;)+ })?
        { $($(#[doc = $many_doc:literal])+ $many:ident: $many_type:ident, $many_edge:ident $(, or $other:ident: $other_type:ty)?;)* }
        $(derived { $($(#[doc = $derived_doc:literal])+ $derived:ident: $derived_type:ty = $derive:expr $(, cell $held:ty = $show:expr)? $(, cells $columns:expr => $told:expr)?;)+ })?
        $(laid { $($laid:ident = $lay:expr;)+ })?
        $(methods { $($methods:tt)* })?
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone)]
        pub struct $name(pub std::sync::Arc<$entity>);

        impl $crate::object::Shown for $name {
            type Entity = $entity;
            type Filter = $filter;

            fn new(entity: std::sync::Arc<$entity>) -> Self {
                Self(entity)
            }

            fn table() -> &'static $crate::direct::Table<$entity> {
                static TABLE: std::sync::LazyLock<$crate::direct::Table<$entity>> = std::sync::LazyLock::new(|| {
                    $crate::direct::Table::new([
                        ("id", $crate::id_leaf!($entity)),
                        $((stringify!($field), $crate::held_leaf!($entity, $field: $type = $read)),)+
                        $((stringify!($kept), $crate::held_leaf!($entity, $kept: $kept_type = $kept_read)),)*
                        $($((stringify!($derived), $crate::leaf!($entity, $derived: $derived_type = $derive $(, cell $held = $show)? $(, cells $columns => $told)?)),)+)?
                        $((stringify!($parent), $crate::direct::Known::Branch(|asked| {
                            let of = $crate::direct::Of::<$entity, _>::parent($key, &[<$parent_edge as storage::Edge>::KEY]);
                            $crate::direct::parent::<$entity, $parent_type>(asked, of)
                        })),)*
                        $($((stringify!($only), $crate::direct::Known::Branch(|asked| {
                            $crate::direct::only::<$only_edge, $only_type>(asked, $crate::direct::Of::id(|row| row.id))
                        })),)+)?
                        $($((stringify!($laid), $crate::direct::Known::Branch($lay)),)+)?
                        $((stringify!($many), $crate::direct::Known::Branch(|asked| {
                            let window = $crate::page_asked!(asked, $many_type $(, $other: $other_type)?)?;
                            $crate::direct::children::<$many_edge, $many_type>(asked, $crate::direct::Of::id(|row| row.id), window)
                        })),)*
                    ])
                });
                &TABLE
            }
        }

        $crate::laid!($name);

        impl $name {
            /// Names every field of the entity, so that one which is neither shown nor hidden does not compile.
            #[expect(dead_code, reason = "it is there to be compiled, not to be called")]
            fn complete(entity: &$entity) {
                let $entity { id: _, $($kept: _,)* $($field: _,)+ $($($hidden: _,)+)? } = entity;
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        #[allow(clippy::unused_async, reason = "a field is async whether it waits or not")]
        impl $name {
            /// The id, unique among all objects.
            pub async fn id(&self) -> async_graphql::ID {
                self.0.id.to_string().into()
            }

            $(
                #[doc = $field_doc]
                async fn $field(&self) -> $type {
                    ($read)(&self.0.$field)
                }
            )+

            $(
                #[doc = $kept_doc]
                async fn $kept(&self) -> $kept_type {
                    ($kept_read)(&self.0.$kept)
                }
            )*

            $(
                $(#[doc = $parent_doc])+
                async fn $parent(&self, ctx: &async_graphql::Context<'_>) -> Option<$crate::object::Found<$parent_type>> {
                    let key: fn(&$entity) -> Option<domain::Id<<$parent_type as $crate::object::Shown>::Entity>> = $key;
                    $crate::object::by_id(ctx, key(&self.0)).await.map($crate::direct::direct).transpose()
                }
            )*

            $($(
                $(#[doc = $only_doc])+
                async fn $only(&self, ctx: &async_graphql::Context<'_>) -> Option<$crate::object::Found<$only_type>> {
                    $crate::object::only::<$only_edge, _>(ctx, self.0.id).await.map($crate::direct::direct).transpose()
                }
            )+)?

            $(
                $(#[doc = $many_doc])+
                #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
                async fn $many(
                    &self,
                    #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: $crate::input::Argument<Option<i32>>,
                    #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many from the end: 1 to 200.")] last: $crate::input::Argument<Option<i32>>,
                    #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
                    #[graphql(desc = "Only what passes this.")]
                    filter: $crate::input::Argument<Option<$crate::object::FilterOf<$many_type>>>,
                    #[graphql(desc = "The order; cursors belong to it.")]
                    order_by: $crate::input::Argument<Option<$crate::order::Ordering<<$many_type as $crate::object::Shown>::Entity>>>,
                    $(
                        #[graphql(desc = "Another order, in place of `orderBy`.")]
                        $other: $crate::input::Argument<Option<$other_type>>,
                    )?
                ) -> $crate::object::Found<$crate::connection::Listed<$many_type>> {
                    let (first, last) = (first.get("first")?, last.get("last")?);
                    let page = $crate::paging::PageArgs { first, after, last, before };
                    let order = order_by.get("orderBy")?;
                    $(let order = $crate::either_order!(order, $other)?;)?
                    let window = page.window(filter.get("filter")?, order)?;
                    Ok($crate::connection::within::<$many_edge, _>(self.0.id, window))
                }
            )*

            $($(
                $(#[doc = $derived_doc])+
                async fn $derived(&self) -> $derived_type {
                    let derive: fn(&$entity) -> $derived_type = $derive;
                    derive(&self.0)
                }
            )+)?

            $($($methods)*)?
        }
    };
}

/// The page that a connection is asked for; none where an argument is refused.
#[macro_export]
macro_rules! page_asked {
    ($asked:ident, $type:ident $(, $other:ident: $other_type:ty)?) => {{
        let other = None;
        $(let other = other.or($crate::paging::other::<$other_type>($asked, stringify!($other))?);)?
        $crate::paging::asked::<$type>($asked, other)
    }};
}

/// The order that was given by `orderBy`, or by another argument.
#[macro_export]
macro_rules! either_order {
    ($order:ident, $other:ident) => {{
        let name = $crate::input::camel(stringify!($other));
        $other.get(&name).and_then(|other| $crate::order::either($order, other, &name))
    }};
}
