//! The tests of what stands at paths of a JSON value.

use domain::{JsonObject, JsonPath, JsonScalar, Real};
use storage::column::Col;
use storage::row::Column;
use storage::{Predicate, Row, Test, Value};

use super::Tested;
use crate::input::{Given, List, Parsed};

crate::input! {
    /// Tests of what stands at a path of a JSON value; all that are given must pass. What is of another type than a test
    /// compares with does not pass; numbers are compared as doubles.
    JsonFilter {
        /// Names of members joined by dots, and places of elements: `optimizer.lr`, `layers[0].size`. A name that is empty
        /// or holds a dot, a bracket, a quote or white space stands in double quotes.
        path: Parsed<JsonPath>,
        /// It is this: a text, a number, true or false.
        eq: Given<Parsed<JsonScalar>>,
        /// It is one of these; none of them finds nothing.
        r#in: Given<List<Parsed<JsonScalar>>>,
        /// It is less than this.
        lt: Given<Parsed<Real>>,
        /// It is this or less.
        lte: Given<Parsed<Real>>,
        /// It is greater than this.
        gt: Given<Parsed<Real>>,
        /// It is this or greater.
        gte: Given<Parsed<Real>>,
        /// It is a text that has this within it, to the letter.
        contains: Given<Parsed<String>>,
        /// It is a text that begins with this, to the letter.
        starts_with: Given<Parsed<String>>,
        /// It is a text that ends with this, to the letter.
        ends_with: Given<Parsed<String>>,
        /// The path leads nowhere or to null, or with false: it leads somewhere.
        is_null: Given<bool>,
    }
}

impl JsonFilter {
    fn into_tests(self) -> (JsonPath, Vec<Test>) {
        let sorted = [
            self.lt.0.map(|real| Test::Lt(value(real))),
            self.lte.0.map(|real| Test::Lte(value(real))),
            self.gt.0.map(|real| Test::Gt(value(real))),
            self.gte.0.map(|real| Test::Gte(value(real))),
        ];
        let others = [
            self.eq.0.map(|scalar| Test::Eq(plain(scalar.0))),
            self.r#in.0.map(|scalars| Test::In(scalars.0.into_iter().map(|scalar| plain(scalar.0)).collect())),
            self.contains.0.map(|part| Test::Contains(part.0)),
            self.starts_with.0.map(|start| Test::StartsWith(start.0)),
            self.ends_with.0.map(|end| Test::EndsWith(end.0)),
            self.is_null.0.map(Test::IsNull),
        ];
        (self.path.0, sorted.into_iter().chain(others).flatten().collect())
    }
}

fn value(real: Parsed<Real>) -> Value {
    Col(real.0).into()
}

fn plain(scalar: JsonScalar) -> Value {
    match scalar {
        JsonScalar::Text(text) => text.into(),
        JsonScalar::Number(number) => number.into(),
        JsonScalar::Flag(flag) => flag.into(),
    }
}

impl Tested for JsonObject {
    type Tests = List<JsonFilter>;

    fn predicates<E: Row>(column: Column<E>, tests: List<JsonFilter>) -> Vec<Predicate<E>> {
        let at = |filter: JsonFilter| {
            let (path, tests) = filter.into_tests();
            tests.into_iter().map(move |test| Predicate::At(column, path.clone(), test))
        };
        tests.0.into_iter().flat_map(at).collect()
    }
}
