//! The tests of tags.

use domain::Leaf;
use domain::execution::Tags;
use domain::text::Label;
use storage::row::Column;
use storage::{Predicate, Row, Test, Value};

use super::Tested;
use crate::input::{Given, List, Parsed};

crate::input! {
    /// Tests of tags; all that are given must pass.
    TagsFilter {
        /// This is among them.
        has: Given<Parsed<Label>>,
        /// One of these is among them; none of these finds nothing.
        has_any: Given<List<Parsed<Label>>>,
        /// All of these are among them.
        has_all: Given<List<Parsed<Label>>>,
        /// There are none, or with false: there are some.
        is_empty: Given<bool>,
    }
}

impl Tested for Tags {
    type Tests = TagsFilter;

    fn predicates<E: Row>(column: Column<E>, tests: TagsFilter) -> Vec<Predicate<E>> {
        let has = |tag: Parsed<Label>| Predicate::Column(column, Test::Has(tag.0.as_str().to_owned()));
        let each = |tags: List<Parsed<Label>>| tags.0.into_iter().map(has).collect();
        let empty = || Predicate::Column(column, Test::Eq(Value::from(Tags::default().raw())));
        let given = [
            tests.has.0.map(has),
            tests.has_any.0.map(|tags| Predicate::Any(each(tags))),
            tests.has_all.0.map(|tags| Predicate::All(each(tags))),
            tests.is_empty.0.map(|is| if is { empty() } else { Predicate::Not(Box::new(empty())) }),
        ];
        given.into_iter().flatten().collect()
    }
}
