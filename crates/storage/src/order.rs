//! Orders and cursors: a cursor is a place in an order, with every sort key, and ends in what the row is known by.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Invalid, Key, Leaf, Part, Timestamp};
use sea_orm::sea_query::{
    Alias, ColumnType, Condition, Expr, ExprTrait, NullOrdering, Order as Sort, SelectStatement, Value,
};
use sea_orm::{ColumnTrait, IdenStatic, ModelTrait, QueryResult};
use uuid::Uuid;

use crate::row::{Column, Row, key_columns, key_of, part, value_of};
use crate::scope::Depth;

/// A way up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// An order of the rows of `E`: by one value, then by the primary key; rows without a value come last both ways.
pub struct Order<E: Row> {
    /// The order's name; an order by a column has the name that clients write.
    pub name: Cow<'static, str>,
    /// By what.
    by: SortKey<E>,
    /// Up or down.
    direction: Direction,
}

/// What rows are sorted by.
enum SortKey<E: Row> {
    /// A column.
    Column(Column<E>),
    /// A number that is found for each row.
    Figure(Arc<dyn Figure>),
}

/// A number that is found for each row, where there is one.
pub(crate) trait Figure: Send + Sync {
    /// The number of the row at this depth.
    fn of(&self, row: Depth) -> Expr;
}

impl<E: Row> Clone for SortKey<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Column(column) => Self::Column(*column),
            Self::Figure(figure) => Self::Figure(Arc::clone(figure)),
        }
    }
}

impl<E: Row> Clone for Order<E> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), by: self.by.clone(), direction: self.direction }
    }
}

/// What a selected row calls the number by which it is sorted.
const FIGURE: &str = "sorted_by";

/// A place in an order: just at one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The order's name.
    order: String,
    /// The row's sort key; none where it has no value.
    key: Option<serde_json::Value>,
    /// What the row is known by.
    row: Vec<Part>,
}

impl Cursor {
    /// Reads a cursor that was given out before.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let unknown = || Invalid::new("cursor", "this is no cursor that was given out here");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unknown())?;
        let mut parts: Vec<serde_json::Value> = serde_json::from_slice(&bytes).map_err(|_| unknown())?;
        if parts.len() < 3 {
            return Err(unknown());
        }
        let row: Option<Vec<_>> = parts.split_off(2).iter().map(json_to_part).collect();
        let key = parts.pop().filter(|key| !key.is_null());
        let order = parts.pop().and_then(|order| order.as_str().map(str::to_owned));
        Ok(Self { order: order.ok_or_else(unknown)?, key, row: row.ok_or_else(unknown)? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = vec![self.order.as_str().into(), self.key.clone().unwrap_or_default()];
        parts.extend(self.row.iter().map(part_to_json));
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::Value::Array(parts).to_string()))
    }
}

/// A part of an id as a cursor and a parameter have it.
pub(crate) fn part_to_json(part: &Part) -> serde_json::Value {
    match part {
        Part::Uuid(uuid) => uuid.simple().to_string().into(),
        Part::Number(number) => (*number).into(),
    }
}

fn json_to_part(json: &serde_json::Value) -> Option<Part> {
    let uuid = || Uuid::parse_str(json.as_str()?).ok().map(Part::Uuid);
    json.as_i64().map(Part::Number).or_else(uuid)
}

/// On which side of a cursor rows are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// After it.
    After,
    /// Before it.
    Before,
    /// At it or after it.
    From,
    /// At it or before it.
    UpTo,
}

impl<E: Row> Order<E> {
    /// An order by a column.
    pub fn by_column(name: &'static str, column: Column<E>, direction: Direction) -> Self {
        Self { name: name.into(), by: SortKey::Column(column), direction }
    }

    /// An order by a number that is found for each row.
    pub(crate) fn by_figure(name: String, figure: impl Figure + 'static, direction: Direction) -> Self {
        Self { name: name.into(), by: SortKey::Figure(Arc::new(figure)), direction }
    }

    /// The column by which it sorts, where it is one.
    pub fn column(&self) -> Option<Column<E>> {
        match self.by {
            SortKey::Column(column) => Some(column),
            SortKey::Figure(_) => None,
        }
    }

    /// Selects what the cursors of rows at this depth need beside their columns.
    pub(crate) fn select(&self, select: &mut SelectStatement, depth: Depth) {
        if let SortKey::Figure(figure) = &self.by {
            select.expr_as(figure.of(depth), Alias::new(FIGURE));
        }
    }

    /// Selects it again of rows at this depth, of which it was selected further in.
    pub(crate) fn select_again(&self, select: &mut SelectStatement, depth: Depth) {
        if let SortKey::Figure(_) = &self.by {
            select.column((depth.alias(), Alias::new(FIGURE)));
        }
    }

    /// The number by which a row was sorted, where it is by one that was found for it.
    pub(crate) fn figure(&self, found: &QueryResult) -> crate::error::Result<Option<f64>> {
        match self.by {
            SortKey::Column(_) => Ok(None),
            SortKey::Figure(_) => Ok(found.try_get("", FIGURE)?),
        }
    }

    /// The cursor of a row in this order.
    pub(crate) fn cursor(&self, row: &E, figure: Option<f64>) -> Result<Cursor, Invalid> {
        let row = row.to_row();
        let key = match self.by {
            SortKey::Column(column) => row.get(column),
            SortKey::Figure(_) => Value::Double(figure),
        };
        Ok(self.cursor_at(key, &key_of::<E>(&row)?))
    }

    /// The columns of which the cursor of a row is made; none where it is made of more than columns.
    pub(crate) fn columns(&self) -> Option<impl Iterator<Item = Column<E>>> {
        self.column().map(|column| std::iter::once(column).chain(key_columns::<E>()))
    }

    /// The cursor of a row in an order by a column, from what stands in its columns.
    pub(crate) fn cursor_by(
        &self,
        read: impl Fn(Column<E>) -> crate::error::Result<Value>,
    ) -> crate::error::Result<Cursor> {
        let key = self.column().map_or(Ok(Value::Double(None)), &read)?;
        let parts: Option<Vec<_>> =
            key_columns::<E>().map(|column| Ok(part(&read(column)?))).collect::<crate::error::Result<_>>()?;
        Ok(self.cursor_at(key, &E::Id::try_from_parts(&parts.unwrap_or_default())?))
    }

    fn cursor_at(&self, key: Value, row: &E::Id) -> Cursor {
        Cursor { order: self.name.to_string(), key: key_to_json(key), row: row.parts() }
    }

    fn value(&self, depth: Depth) -> Expr {
        match &self.by {
            SortKey::Column(column) => depth.column(*column),
            SortKey::Figure(figure) => figure.of(depth),
        }
    }

    /// Checks that a cursor is one of this order.
    pub fn check(&self, cursor: &Cursor) -> Result<(), Invalid> {
        if cursor.order != self.name {
            let message = format!("the cursor belongs to the order {}, not to {}", cursor.order, self.name);
            return Err(Invalid::new("cursor", message));
        }
        self.key(cursor).map(|_| ())?;
        E::Id::try_from_parts(&cursor.row).map(|_| ())
    }

    /// Sorts a select by this order, or by its reverse.
    pub(crate) fn sort(&self, select: &mut SelectStatement, depth: Depth, backward: bool) {
        let descending = (self.direction == Direction::Descending) != backward;
        let sort = || if descending { Sort::Desc } else { Sort::Asc };
        if self.nullable() {
            let nulls = if backward { NullOrdering::First } else { NullOrdering::Last };
            select.order_by_expr_with_nulls(self.value(depth), sort(), nulls);
        } else {
            select.order_by_expr(self.value(depth), sort());
        }
        for column in key_columns::<E>().filter(|column| !self.is_by(*column)) {
            select.order_by_expr(depth.column(column), sort());
        }
    }

    /// The condition that a row stands on this side of a cursor.
    pub(crate) fn beyond(&self, cursor: &Cursor, side: Side, depth: Depth) -> Result<Condition, Invalid> {
        let column = self.value(depth);
        let forward = matches!(side, Side::After | Side::From);
        let greater = (self.direction == Direction::Ascending) == forward;
        let with_self = matches!(side, Side::From | Side::UpTo);
        let row = tuple(key_columns::<E>().map(|column| depth.column(column)));
        let cursor_row = tuple(cursor.row.iter().map(|part| Expr::val(value_of(*part))));
        let past_row = match (greater, with_self) {
            (true, false) => row.gt(cursor_row),
            (true, true) => row.gte(cursor_row),
            (false, false) => row.lt(cursor_row),
            (false, true) => row.lte(cursor_row),
        };
        let Some(key) = self.key(cursor)? else {
            let among_nulls = Condition::all().add(column.clone().is_null()).add(past_row);
            let earlier = (!forward).then(|| column.is_not_null());
            return Ok(Condition::any().add(among_nulls).add_option(earlier));
        };
        if E::KEY.len() == 1 && key_columns::<E>().all(|column| self.is_by(column)) {
            return Ok(Condition::all().add(past_row));
        }
        let bound = if greater { column.clone().gte(key.clone()) } else { column.clone().lte(key.clone()) };
        let past_key = if greater { column.clone().gt(key) } else { column.clone().lt(key) };
        // The bound alone lets the index begin at the right place.
        let valued = Condition::all().add(bound).add(Condition::any().add(past_key).add(past_row));
        let nulls = (self.nullable() && forward).then(|| column.is_null());
        Ok(Condition::any().add(valued).add_option(nulls))
    }

    fn nullable(&self) -> bool {
        self.column().is_none_or(|column| column.def().is_null())
    }

    fn is_by(&self, column: Column<E>) -> bool {
        self.column().is_some_and(|own| own.as_str() == column.as_str())
    }

    /// The cursor's key as a value of what this order sorts by.
    fn key(&self, cursor: &Cursor) -> Result<Option<Value>, Invalid> {
        let Some(key) = &cursor.key else {
            return if self.nullable() { Ok(None) } else { Err(unfit()) };
        };
        // A cursor that somebody made up may hold a NUL, which PostgreSQL takes in no text.
        let text = || key.as_str().filter(|text| !text.contains('\0')).ok_or_else(unfit);
        let ty = self.column().map_or(ColumnType::Double, |column| column.def().get_column_type().clone());
        let value = match ty {
            ColumnType::BigInteger => key.as_i64().ok_or_else(unfit)?.into(),
            ColumnType::Double => key.as_f64().ok_or_else(unfit)?.into(),
            ColumnType::TimestampWithTimeZone => text()?.parse::<Timestamp>()?.raw().into(),
            ColumnType::Uuid => Uuid::parse_str(text()?).map_err(|_| unfit())?.into(),
            _ => text()?.into(),
        };
        Ok(Some(value))
    }
}

/// Several expressions as one that is compared from left to right, or the only one.
pub(crate) fn tuple(mut parts: impl Iterator<Item = Expr>) -> Expr {
    match (parts.next(), parts.next()) {
        (Some(only), None) => only,
        (first, second) => Expr::tuple(first.into_iter().chain(second).chain(parts)),
    }
}

fn unfit() -> Invalid {
    Invalid::new("cursor", "the cursor does not fit its order")
}

fn key_to_json(value: Value) -> Option<serde_json::Value> {
    match value {
        Value::String(text) => text.map(Into::into),
        Value::Double(real) => real.map(Into::into),
        Value::BigInt(whole) => whole.map(Into::into),
        Value::Uuid(uuid) => uuid.map(|uuid| uuid.simple().to_string().into()),
        Value::TimeDateTimeWithTimeZone(time) => Some(Timestamp::parse(time?).ok()?.to_string().into()),
        _ => None,
    }
}

/// An entity whose rows can be listed in orders.
pub trait Sorted: Row {
    /// The orders, each with its sentence; the first is the default.
    fn orders() -> Vec<(Order<Self>, String)>;
}

/// Declares the orders of an entity: for each column the names up and down, the one that comes first, and what it is.
/// The first order of all is the default.
#[macro_export]
macro_rules! sorts {
    ($entity:ty { $($column:ident: $first:literal $first_way:ident, $second:literal $second_way:ident, $what:literal;)+ }) => {
        impl $crate::order::Sorted for $entity {
            fn orders() -> Vec<($crate::order::Order<Self>, String)> {
                use $crate::order::Direction::{Ascending, Descending};
                let order = |name, direction, column, what: &str| {
                    let way = if direction == Ascending { "least" } else { "greatest" };
                    ($crate::order::Order::by_column(name, column, direction), format!("By {what}, the {way} first."))
                };
                vec![$(
                    order($first, $first_way, Column::$column, $what),
                    order($second, $second_way, Column::$column, $what),
                )+]
            }
        }
    };
}
