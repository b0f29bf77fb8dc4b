//! `entity!` declares a row that people edit: what all such rows have alike is written once, here.

/// Declares an entity: its sentence, its type, what people call it, its TypeID's prefix, its table, and its own fields.
/// Each also has an id, a revision and its times; one that is `deletable` has a lifecycle as well.
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
        $type:ident $name:literal as $prefix:literal in $table:literal, edited {
            $($(#[doc = $field_doc:literal])+ $field:ident: $field_type:ty,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $type {
            /// The id.
            pub id: $crate::Id<$type>,
            $($(#[doc = $field_doc])+ pub $field: $field_type,)+
            /// How often the row was written.
            pub revision: $crate::Revision,
            /// When it was made.
            pub created_at: $crate::Timestamp,
            /// When the row was last written.
            pub updated_at: $crate::Timestamp,
        }

        impl $crate::Entity for $type {
            const PREFIX: &'static str = $prefix;
            const TABLE: &'static str = $table;
            const NAME: &'static str = $name;
        }
    };
}
