//! `entity!` declares a row: what all rows that people edit have alike, and all that are only ever added, is written once,
//! here.

/// Declares an entity: its sentence, its type, what people call it, its TypeID's prefix, its table, and its own fields.
///
/// One that people edit is `edited`: it also has an id, a revision and its times; one that is `deletable` has a lifecycle
/// as well. One that is only ever added is `logged`: it has an id and its time. One that is added by the million is
/// `numbered`: its id is its place under its parent; or `placed`, where its time is a field of its own.
#[macro_export]
macro_rules! entity {
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, deletable { $($fields:tt)+ }
    ) => {
        $crate::entity! {
            $(#[doc = $doc])+
            $type $name as $prefix in $table, edited {
                $($fields)+
                /// Whether it is there, deleted or purged.
                lifecycle: $crate::Lifecycle,
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, edited { $($fields:tt)+ }
    ) => {
        $crate::entity! {
            $(#[doc = $doc])+
            $type $name as $prefix in $table, known by Id {
                $($fields)+
                /// How often the row was written.
                revision: $crate::Revision,
                /// When it was made.
                created_at: $crate::Timestamp,
                /// When the row was last written.
                updated_at: $crate::Timestamp,
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, logged { $($fields:tt)+ }
    ) => {
        $crate::entity! {
            $(#[doc = $doc])+
            $type $name as $prefix in $table, known by Id {
                $($fields)+
                /// When it was written.
                created_at: $crate::Timestamp,
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, numbered { $($fields:tt)+ }
    ) => {
        $crate::entity! {
            $(#[doc = $doc])+
            $type $name as $prefix in $table, placed {
                $($fields)+
                /// When it was written.
                created_at: $crate::Timestamp,
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, placed { $($fields:tt)+ }
    ) => {
        $crate::entity! {
            $(#[doc = $doc])+
            $type $name as $prefix in $table, known by Nth { $($fields)+ }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $type:ident $name:literal as $prefix:literal in $table:literal, known by $id:ident {
            $($(#[doc = $field_doc:literal])+ $field:ident: $field_type:ty,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $type {
            /// The id.
            pub id: $crate::$id<$type>,
            $($(#[doc = $field_doc])+ pub $field: $field_type,)+
        }

        impl $crate::Entity for $type {
            type Id = $crate::$id<$type>;
            const PREFIX: &'static str = $prefix;
            const TABLE: &'static str = $table;
            const NAME: &'static str = $name;
        }
    };
}
