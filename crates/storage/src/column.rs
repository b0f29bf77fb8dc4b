//! `Col<T>`: a column that holds a leaf of the domain, so that decoding a row is validating it.

use std::any::type_name;
use std::sync::Arc;

use domain::Leaf;
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable};

/// A leaf in a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Col<T>(pub T);

impl<T: Eq> Eq for Col<T> {}

/// What a column can hold as it is.
pub trait Raw: Into<Value> + TryGetable + ValueType + Nullable {}

impl<R: Into<Value> + TryGetable + ValueType + Nullable> Raw for R {}

/// Why a column's content is no leaf.
#[derive(Debug, thiserror::Error)]
#[error("{column}: {why}")]
pub struct Undecodable {
    /// The column's name or place.
    pub column: String,
    /// The rule that it breaks.
    pub why: String,
}

impl<T: Leaf<Raw: Raw>> From<Col<T>> for Value {
    fn from(column: Col<T>) -> Self {
        column.0.raw().into()
    }
}

impl<T: Leaf<Raw: Raw>> TryGetable for Col<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let raw = T::Raw::try_get_by(row, index)?;
        T::parse(raw).map(Col).map_err(|why| {
            TryGetError::DbErr(DbErr::TryIntoErr {
                from: type_name::<T::Raw>(),
                into: type_name::<T>(),
                source: Arc::new(Undecodable { column: format!("{index:?}"), why: why.message }),
            })
        })
    }
}

impl<T: Leaf<Raw: Raw>> ValueType for Col<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let raw = <T::Raw as ValueType>::try_from(value)?;
        T::parse(raw).map(Col).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        <T::Raw as ValueType>::type_name()
    }

    fn array_type() -> ArrayType {
        T::Raw::array_type()
    }

    fn column_type() -> ColumnType {
        T::Raw::column_type()
    }
}

impl<T: Leaf<Raw: Raw>> Nullable for Col<T> {
    fn null() -> Value {
        T::Raw::null()
    }
}

impl<T: Leaf<Raw: Raw>> IntoActiveValue<Self> for Col<T> {
    fn into_active_value(self) -> ActiveValue<Self> {
        ActiveValue::Set(self)
    }
}

impl<T: Leaf<Raw: Raw>> TryFromU64 for Col<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Col"))
    }
}

/// An optional leaf in a column that may be null.
pub fn pack<T>(leaf: Option<T>) -> Option<Col<T>> {
    leaf.map(Col)
}

/// The optional leaf of a column that may be null.
pub fn unpack<T>(column: Option<Col<T>>) -> Option<T> {
    column.map(|column| column.0)
}
