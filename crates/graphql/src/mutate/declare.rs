//! The declarations of mutations and of their inputs: what they do is written once, beside.

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

/// Declares inputs that name a row of an entity; with a sentence of their own, and fields in braces, what else they say.
#[macro_export]
macro_rules! targets {
    ($entity:ident: $($name:ident),+) => { $(
        $crate::targets! { of $entity, format!("Which {}.", <$entity as domain::Entity>::NAME), $name {} }
    )+ };
    ($entity:ident: $(
        #[doc = $doc:literal]
        $name:ident { $(#[doc = $field_doc:literal] $field:ident: $type:ty,)+ }
    )+) => { $(
        $crate::targets! {
            of $entity, $doc.trim().to_owned(), $name { $(#[doc = $field_doc] $field: $type,)+ }
        }
    )+ };
    (
        of $entity:ident, $description:expr,
        $name:ident { $(#[doc = $field_doc:literal] $field:ident: $type:ty,)* }
    ) => {
        $crate::input! {
            $description,
            /// Which row.
            $name {
                #[doc = " Which one."]
                id: $crate::input::GlobalId<$entity>,
                #[doc = " The revision that it is expected to have; with another nothing is done."]
                expected_revision: $crate::input::Given<$crate::input::Parsed<domain::Revision>>,
                $(#[doc = $field_doc] $field: $type,)*
            }
        }

        impl $crate::mutate::Target for $name {
            type Entity = $entity;

            fn target(&self) -> (domain::Id<$entity>, Option<domain::Revision>) {
                (self.id.0, self.expected_revision.0.map(|revision| revision.0))
            }
        }
    };
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
