//! The tests of one column: which there are follows from what the column holds.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{InputObjectBuilder, MetaInputValue, MetaTypeId, Registry};
use async_graphql::{InputType, InputValueError, InputValueResult, Value};
use domain::{Choice, Entity, Id, Invalid};
use storage::column::{Col, Raw};
use storage::row::Column;
use storage::{Predicate, Row, Test, Violation};

use super::Tested;
use crate::choice::Chosen;
use crate::input::{GlobalId, List, Parsed, at, fail, fail_leaf};
use crate::scalar::{BigInt, RawWire, Wire};

/// The most values that one `in` may name.
const MOST: usize = 1000;

/// What a column's tests compare with.
pub trait Operand: InputType + Clone + std::fmt::Debug {
    /// The name of the filter.
    fn filter_name() -> Cow<'static, str>;

    /// The tests that there are, beside `eq`, `in` and `isNull`.
    const KINDS: Kinds;

    /// The operand as a value of the column.
    fn value(self) -> storage::Value;
}

/// Which tests make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// Equality alone.
    Same,
    /// Less and greater as well.
    Sorted,
    /// What a text contains as well.
    Text,
}

/// A raw form with a filter of its own.
pub trait Filtered: RawWire {
    /// The filter's name.
    const FILTER: &'static str;
    /// The tests that make sense.
    const KINDS: Kinds;
}

macro_rules! filtered {
    ($($raw:ty => $name:literal, $kinds:ident;)+) => { $(
        impl Filtered for $raw {
            const FILTER: &'static str = $name;
            const KINDS: Kinds = Kinds::$kinds;
        }
    )+ };
}

filtered! {
    String => "StringFilter", Text;
    bool => "BooleanFilter", Same;
    f64 => "FloatFilter", Sorted;
    i64 => "SafeIntFilter", Sorted;
    time::OffsetDateTime => "DateTimeFilter", Sorted;
}

impl<T: Wire<Raw: Filtered + Raw>> Operand for Parsed<T> {
    fn filter_name() -> Cow<'static, str> {
        Cow::Borrowed(T::Raw::FILTER)
    }

    const KINDS: Kinds = T::Raw::KINDS;

    fn value(self) -> storage::Value {
        Col(self.0).into()
    }
}

impl<T: Choice> Operand for Chosen<T> {
    fn filter_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Filter", T::NAME))
    }

    const KINDS: Kinds = Kinds::Same;

    fn value(self) -> storage::Value {
        Col(self.0).into()
    }
}

impl Operand for BigInt {
    fn filter_name() -> Cow<'static, str> {
        Cow::Borrowed("BigIntFilter")
    }

    const KINDS: Kinds = Kinds::Sorted;

    fn value(self) -> storage::Value {
        self.0.into()
    }
}

impl<T: Entity<Id = Id<T>>> Operand for GlobalId<T> {
    fn filter_name() -> Cow<'static, str> {
        Cow::Borrowed("IDFilter")
    }

    const KINDS: Kinds = Kinds::Same;

    fn value(self) -> storage::Value {
        Col::<Id<T>>(self.0).into()
    }
}

/// The tests of one column; all of them must pass.
#[derive(Clone, Debug)]
pub struct Tests<T> {
    tests: Vec<Test>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: Operand> Tested for T {
    type Tests = Tests<T>;

    fn predicates<E: Row>(column: Column<E>, tests: Tests<T>) -> Vec<Predicate<E>> {
        tests.tests.into_iter().map(|test| Predicate::Column(column, test)).collect()
    }
}

/// The tests that compare with one operand: name, sentence, and how the test is made.
type One = (&'static str, &'static str, fn(storage::Value) -> Test);
const EQ: One = ("eq", "It is this.", Test::Eq);
const SORTED: [One; 4] = [
    ("lt", "It is less than this.", Test::Lt),
    ("lte", "It is this or less.", Test::Lte),
    ("gt", "It is greater than this.", Test::Gt),
    ("gte", "It is this or greater.", Test::Gte),
];
/// The tests of a text with a part of it.
type Part = (&'static str, &'static str, fn(String) -> Test);
const TEXT: [Part; 3] = [
    ("contains", "It has this within it, to the letter.", Test::Contains),
    ("startsWith", "It begins with this, to the letter.", Test::StartsWith),
    ("endsWith", "It ends with this, to the letter.", Test::EndsWith),
];

fn comparisons<T: Operand>() -> impl Iterator<Item = One> {
    let sorted: &[One] = if T::KINDS == Kinds::Sorted { &SORTED } else { &[] };
    std::iter::once(EQ).chain(sorted.iter().copied())
}

fn parts<T: Operand>() -> &'static [Part] {
    if T::KINDS == Kinds::Text { &TEXT } else { &[] }
}

impl<T: Operand> InputType for Tests<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::filter_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        // Filters of one name are the same input, whatever leaf they are parsed into.
        if !registry.types.contains_key(&*T::filter_name()) {
            registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
                let mut fields = IndexMap::new();
                let mut field = |name: &str, ty: String, sentence: &str| {
                    let mut field = MetaInputValue::new(name, ty);
                    field.description = Some(sentence.to_owned());
                    fields.insert(name.to_owned(), field);
                };
                let operand = T::type_name().into_owned();
                T::create_type_info(registry);
                <bool as InputType>::create_type_info(registry);
                for (name, sentence, _) in comparisons::<T>() {
                    field(name, operand.clone(), sentence);
                }
                field("in", format!("[{operand}!]"), "It is one of these; none of them finds nothing.");
                for (name, sentence, _) in parts::<T>() {
                    field(name, "String".into(), sentence);
                }
                field("isNull", "Boolean".into(), "It is absent, or with false: it is there.");
                InputObjectBuilder::new(T::filter_name(), fields)
                    .description(Some("Tests of one field; all that are given must pass.".into()))
                    .build()
            });
        }
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(object)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let mut tests = Vec::new();
        let mut violations: Vec<Violation> = Vec::new();
        for (name, value) in object {
            match test::<T>(&name, value) {
                Ok(test) => tests.push(test),
                Err(error) => violations.extend(at(&name, error)),
            }
        }
        if violations.is_empty() { Ok(Self { tests, of: std::marker::PhantomData }) } else { Err(fail(&violations)) }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The test of this name with this operand.
fn test<T: Operand>(name: &str, value: Value) -> Result<Test, InputValueError<bool>> {
    if value == Value::Null {
        return Err(fail_leaf(Invalid::new("null", "must not be null; isNull asks for what is absent")));
    }
    if name == "isNull" {
        return <bool as InputType>::parse(Some(value)).map(Test::IsNull);
    }
    if name == "in" {
        let operands = List::<T>::parse(Some(value)).map_err(|error| fail(&crate::input::of_input_error(error)))?.0;
        if operands.len() > MOST {
            return Err(fail_leaf(Invalid::new("length", format!("must have at most {MOST} values"))));
        }
        return Ok(Test::In(operands.into_iter().map(Operand::value).collect()));
    }
    if let Some((_, _, test)) = parts::<T>().iter().find(|(known, ..)| *known == name) {
        return Parsed::<String>::parse(Some(value))
            .map(|part| test(part.0))
            .map_err(|error| fail(&crate::input::of_input_error(error)));
    }
    match comparisons::<T>().find(|(known, ..)| *known == name) {
        Some((_, _, test)) => T::parse(Some(value))
            .map(|operand| test(operand.value()))
            .map_err(|error| fail(&crate::input::of_input_error(error))),
        None => Err(fail_leaf(Invalid::new("known", "there is no such test"))),
    }
}
