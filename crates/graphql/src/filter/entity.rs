//! `filter!` declares the filter of an entity.

use async_graphql::InputType;
use storage::{Predicate, Row};

/// A filter of rows.
pub trait Filter: InputType {
    /// Whose rows.
    type Entity: Row;

    /// The condition on a row.
    fn predicate(self) -> Predicate<Self::Entity>;
}

/// Declares the filter of an entity: its columns with what they hold, the parents that it can be filtered by, and the
/// children.
#[macro_export]
macro_rules! filter {
    (
        $(#[doc = $doc:literal])+
        $name:ident for $entity:ty, $columns:ty {
            $($(#[doc = $field_doc:literal])+ $field:ident: $operand:ty, $column:ident;)+
        }
        $(one { $($(#[doc = $one_doc:literal])+ $one:ident: $one_filter:ident, $one_edge:ty;)+ })?
        $(many { $($(#[doc = $many_doc:literal])+ $many:ident: $many_filter:ident, $many_edge:ty;)+ })?
    ) => {
        $crate::input! {
            $(#[doc = $doc])+
            $name {
                #[doc = " All of these pass; with an empty list all rows do."]
                and: $crate::input::Given<$crate::input::List<$name>>,
                #[doc = " One of these passes; with an empty list no row does."]
                or: $crate::input::Given<$crate::input::List<$name>>,
                #[doc = " This does not pass."]
                not: $crate::input::Given<Box<$name>>,
                $($(#[doc = $field_doc])+ $field: $crate::input::Given<$crate::filter::Tests<$operand>>,)+
                $($($(#[doc = $one_doc])+ $one: $crate::input::Given<Box<$one_filter>>,)+)?
                $($($(#[doc = $many_doc])+ $many: $crate::input::Given<Box<$crate::filter::Many<$many_filter>>>,)+)?
            }
        }

        impl $crate::filter::Filter for $name {
            type Entity = $entity;

            fn predicate(self) -> storage::Predicate<$entity> {
                let each = |filters: Vec<Self>| filters.into_iter().map(Self::predicate).collect();
                let mut all = Vec::new();
                all.extend(self.and.0.map(|filters| storage::Predicate::All(each(filters.0))));
                all.extend(self.or.0.map(|filters| storage::Predicate::Any(each(filters.0))));
                all.extend(self.not.0.map(|filter| storage::Predicate::Not(Box::new(filter.predicate()))));
                $(
                    for test in self.$field.0.into_iter().flat_map($crate::filter::Tests::into_tests) {
                        all.push(storage::Predicate::Column(<$columns>::$column, test));
                    }
                )+
                $($(all.extend(self.$one.0.map(|filter| storage::Predicate::parent::<$one_edge>(filter.predicate())));)+)?
                $($(all.extend(self.$many.0.map(|filter| filter.predicate::<$many_edge>()));)+)?
                storage::Predicate::All(all)
            }
        }
    };
}
