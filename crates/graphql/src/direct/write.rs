//! How what is shown is written: as the library would write the value that it resolves to.

use async_graphql::ID;
use domain::Choice;
use domain::execution::Reading;

use super::text::Text;
use crate::budget::values_of_json;
use crate::choice::Chosen;
use crate::limits::ITEMS;
use crate::scalar::{BigInt, DateTime, Json, Real, SafeInt};

/// What can be written without being resolved.
pub trait Write {
    /// Writes it.
    fn write(&self, text: &mut Text);
}

/// What is no list and no object: of such in a list, several are one value.
pub trait Plain: Write {}

macro_rules! plain {
    ($($type:ty = |$shown:ident| $value:expr;)+) => { $(
        impl Write for $type {
            fn write(&self, text: &mut Text) {
                let $shown = self;
                text.value($value);
            }
        }

        impl Plain for $type {}
    )+ };
}

plain! {
    bool = |flag| flag;
    f64 = |real| real;
    i64 = |whole| whole;
    String = |string| string;
    &str = |string| *string;
    ID = |id| &id.0;
    SafeInt = |whole| &whole.0;
}

/// What is shown as a text that needs no escapes.
macro_rules! shown {
    ($($type:ty),+) => { $(
        impl Write for $type {
            fn write(&self, text: &mut Text) {
                text.shown(&self.0);
            }
        }

        impl Plain for $type {}
    )+ };
}

shown!(BigInt, DateTime);

impl Write for Real {
    fn write(&self, text: &mut Text) {
        match self.0 {
            Reading::Finite(real) => text.value(&real.get()),
            Reading::Special(special) => text.value(special.as_str()),
        }
    }
}

impl Plain for Real {}

impl<T: Choice> Write for Chosen<T> {
    fn write(&self, text: &mut Text) {
        text.value(self.0.name());
    }
}

impl<T: Choice> Plain for Chosen<T> {}

impl Write for Json {
    fn write(&self, text: &mut Text) {
        text.value(&self.0);
        text.count(values_of_json(&self.0));
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, text: &mut Text) {
        match self {
            Some(value) => value.write(text),
            None => text.null(),
        }
    }
}

impl<T: Plain> Write for Vec<T> {
    fn write(&self, text: &mut Text) {
        text.list(self, |text, item| item.write(text));
        text.count(u64::try_from(self.len()).unwrap_or(u64::MAX).div_ceil(ITEMS));
    }
}
