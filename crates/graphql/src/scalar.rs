//! Scalars: the forms in which leaves go over the wire.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use domain::execution::Reading;
use domain::{Invalid, Leaf, Timestamp};
use time::OffsetDateTime;

/// A moment: `2026-01-31T09:30:00.000Z`. Any offset is accepted, and UTC is answered, with three digits; more digits
/// are cut off. A time without an offset is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// A moment: `2026-01-31T09:30:00.000Z`. Any offset is accepted, and UTC is answered, with three digits; more digits
/// are cut off. A time without an offset is refused.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => text.parse().map(Self).map_err(|why: Invalid| InputValueError::custom(why.message)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A whole number from −(2⁵³−1) to 2⁵³−1, as a JSON number: exact in every client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SafeInt(pub i64);

/// A whole number from −(2⁵³−1) to 2⁵³−1, as a JSON number: exact in every client.
#[Scalar(name = "SafeInt", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for SafeInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        let whole = match &value {
            Value::Number(number) => number.as_i64().or_else(|| whole_double(number.as_f64()?)),
            _ => None,
        };
        match whole {
            Some(whole) if whole.abs() <= domain::number::SAFE_MAX => Ok(Self(whole)),
            _ => Err(InputValueError::custom("must be a whole number from -9007199254740991 to 9007199254740991")),
        }
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

/// A whole number of 64 bits, as a string: `"-9223372036854775808"`. It is read from a number as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BigInt(pub i64);

/// A whole number of 64 bits, as a string: `"-9223372036854775808"`. It is read from a number as well.
#[Scalar(name = "BigInt", specified_by_url = "https://scalars.graphql.org/andimarek/big-int.html")]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        let whole = match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok().filter(|whole: &i64| whole.to_string() == *text),
            _ => None,
        };
        whole.map(Self).ok_or_else(|| InputValueError::custom("must be a whole number of 64 bits"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The value of a series: a JSON number, or one of the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Real(pub Reading);

/// The value of a series: a JSON number, or one of the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
#[Scalar(name = "Real", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Real {
    fn parse(value: Value) -> InputValueResult<Self> {
        let reading = match &value {
            Value::Number(number) => number.as_f64().map(Reading::new),
            Value::String(text) => text.parse().ok().map(Reading::Special),
            _ => None,
        };
        let message = "must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"";
        reading.map(Self).ok_or_else(|| InputValueError::custom(message))
    }

    fn to_value(&self) -> Value {
        match self.0 {
            Reading::Finite(real) => real.get().into(),
            Reading::Special(special) => special.as_str().into(),
        }
    }
}

/// A double that is a whole number, as clients write `3.0`.
fn whole_double(real: f64) -> Option<i64> {
    let whole = real.fract() == 0.0 && real.abs() <= 9_007_199_254_740_991.0;
    whole.then(|| format!("{real:.0}").parse().ok()).flatten()
}

/// Any JSON value. Objects keep their members, sorted by name; numbers keep their value.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value. Objects keep their members, sorted by name; numbers keep their value.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(|why| InputValueError::custom(why.to_string()))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// A leaf with a scalar of its own.
pub trait Wire: Leaf {
    /// The scalar.
    type Scalar: InputType;

    /// The leaf that a client sent.
    fn from_scalar(scalar: Self::Scalar) -> Result<Self, Invalid>;

    /// The scalar that a client reads.
    fn to_scalar(&self) -> Self::Scalar;
}

/// A raw form that is some scalar.
pub trait RawWire {
    /// The scalar.
    type Scalar: InputType;
    /// The raw form of a scalar.
    fn from_scalar(scalar: Self::Scalar) -> Self;
    /// The scalar of a raw form.
    fn to_scalar(self) -> Self::Scalar;
}

impl<T: Leaf<Raw: RawWire>> Wire for T {
    type Scalar = <T::Raw as RawWire>::Scalar;

    fn from_scalar(scalar: Self::Scalar) -> Result<Self, Invalid> {
        T::parse(T::Raw::from_scalar(scalar))
    }

    fn to_scalar(&self) -> Self::Scalar {
        self.raw().to_scalar()
    }
}

macro_rules! wire {
    ($($raw:ty => $scalar:ty, $from:expr, $to:expr;)+) => { $(
        impl RawWire for $raw {
            type Scalar = $scalar;

            fn from_scalar(scalar: $scalar) -> Self {
                $from(scalar)
            }

            fn to_scalar(self) -> $scalar {
                $to(self)
            }
        }
    )+ };
}

wire! {
    String => String, |text| text, |text| text;
    bool => bool, |flag| flag, |flag| flag;
    f64 => f64, |real| real, |real| real;
    i64 => SafeInt, |whole: SafeInt| whole.0, SafeInt;
    serde_json::Value => Json, |json: Json| json.0, Json;
    OffsetDateTime => DateTime, |time: DateTime| time.0.raw(), |time| DateTime(Timestamp::clamped(time));
}

/// The scalar's name, for types that show as it.
pub(crate) fn name_of<T: Wire>() -> Cow<'static, str> {
    T::Scalar::type_name()
}

/// Puts the scalar into the schema, for types that show as it.
pub(crate) fn register<T: Wire>(registry: &mut Registry) -> String {
    T::Scalar::create_type_info(registry)
}
