//! `filter!` makes the filter of an entity from its object's table.

use async_graphql::InputType;
use storage::row::Column;
use storage::{Predicate, Row};

use crate::input::Given;

/// A filter of rows.
pub trait Filter: InputType {
    /// Whose rows.
    type Entity: Row;

    /// The condition on a row.
    fn predicate(self) -> Predicate<Self::Entity>;
}

/// Makes a filter: of the fields that have one, of the id and the times, through the parents and the children, and of
/// columns that are no fields. `object!` calls it.
#[macro_export]
macro_rules! filter {
    (
        $name:ident of $entity:ident by $columns:ident
        { $(#[doc = $id_doc:literal] $id:ident: $id_column:ident;)? }
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
        { $($(#[doc = $many_doc:literal])+ $many:ident: $many_type:ident, $many_edge:ident $(, or $other:ident: $other_type:ty)?;)* }
        { $($(#[doc = $own_doc:literal])+ $own:ident: $own_operand:ty, $own_column:ident;)* }
    ) => {
        $crate::input! {
            format!("Which {}.", $crate::object::plural::<$entity>()),
            /// Which rows.
            $name {
                #[doc = " All of these pass; with an empty list all rows do."]
                and: $crate::input::Given<$crate::input::List<$name>>,
                #[doc = " One of these passes; with an empty list no row does."]
                or: $crate::input::Given<$crate::input::List<$name>>,
                #[doc = " This does not pass."]
                not: $crate::input::Given<Box<$name>>,
                $(
                    #[doc = $id_doc]
                    $id: $crate::input::Given<$crate::filter::TestsOf<$crate::input::GlobalId<$entity>>>,
                )?
                $($(#[doc = $field_doc] $field: $crate::input::Given<$crate::filter::TestsOf<$operand>>,)?)+
                $($(#[doc = $own_doc])+ $own: $crate::input::Given<$crate::filter::TestsOf<$own_operand>>,)*
                $($(#[doc = $kept_doc] $kept: $crate::input::Given<$crate::filter::TestsOf<$kept_operand>>,)?)*
                $($(#[doc = $parent_doc])+ $parent: $crate::input::Given<Box<$crate::object::FilterOf<$parent_type>>>,)*
                $(
                    $(#[doc = $many_doc])+
                    $many: $crate::input::Given<Box<$crate::filter::Many<$crate::object::FilterOf<$many_type>>>>,
                )*
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
                $(all.extend($crate::filter::tests::<$entity, $crate::input::GlobalId<$entity>>($columns::$id_column, self.$id));)?
                $($(all.extend($crate::filter::tests::<$entity, $operand>($columns::$column, self.$field));)?)+
                $(all.extend($crate::filter::tests::<$entity, $own_operand>($columns::$own_column, self.$own));)*
                $($(all.extend($crate::filter::tests::<$entity, $kept_operand>($columns::$kept_column, self.$kept));)?)*
                $(all.extend(self.$parent.0.map(|filter| storage::Predicate::parent::<$parent_edge>(filter.predicate())));)*
                $(all.extend(self.$many.0.map(|filter| filter.predicate::<$many_edge>()));)*
                storage::Predicate::All(all)
            }
        }
    };
}

/// What a column is tested by.
pub trait Tested {
    /// The tests of one column, as clients give them.
    type Tests: InputType + Clone + std::fmt::Debug;

    /// The conditions that a column passes its tests.
    fn predicates<E: Row>(column: Column<E>, tests: Self::Tests) -> Vec<Predicate<E>>;
}

/// The tests of what a column holds.
pub type TestsOf<T> = <T as Tested>::Tests;

/// The conditions that a column passes its tests, where there are any.
pub fn tests<E: Row, T: Tested>(column: Column<E>, given: Given<TestsOf<T>>) -> Vec<Predicate<E>> {
    given.0.map(|tests| T::predicates(column, tests)).unwrap_or_default()
}
