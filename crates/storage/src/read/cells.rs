//! Cells: pages of rows of which only the columns that are asked for were read, as the database has them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use domain::{Held, Key, Part};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, IdenStatic, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::column::{Col, Raw, unpack};
use crate::error::{Error, Result};
use crate::order::Cursor;
use crate::row::{Column, Row, column_named};
use crate::window::Window;

/// The names of columns, each once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Columns(Arc<[&'static str]>);

impl Columns {
    /// The columns of these names, which the table has; a field of a name that is a word of Rust's is written with `r#`.
    pub fn named(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self(names.into_iter().map(plain).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// All of these together.
    pub(crate) fn union<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        Self::named(all.flat_map(|columns| &*columns.0).copied())
    }

    pub(crate) fn of<E: Row>(&self) -> Vec<Column<E>> {
        self.0.iter().map(|name| column_named::<E>(name)).collect()
    }

    fn place(&self, name: &str) -> usize {
        let place = self.0.iter().position(|own| *own == plain(name));
        place.unwrap_or_else(|| unreachable!("the column {name} was not read"))
    }
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Pages of rows, with the cells of some columns.
#[derive(Debug)]
pub struct Cells {
    found: Arc<Vec<QueryResult>>,
    /// The columns, and where in the result the first of them stands.
    columns: (usize, Columns),
    /// The rows of all pages, by their places in the result.
    rows: Vec<usize>,
    pages: Vec<Cut>,
}

/// Where a page ends, and whether the list goes on behind it.
#[derive(Clone, Copy, Debug)]
struct Cut {
    end: usize,
    more: bool,
}

impl Cells {
    /// Pages of a result, each as the places of its rows, in which the first of the columns stands there.
    pub(crate) fn new(
        found: Arc<Vec<QueryResult>>,
        columns: (usize, Columns),
        pages: impl IntoIterator<Item = (Vec<usize>, bool)>,
    ) -> Self {
        let mut cells = Self { found, columns, rows: Vec::new(), pages: Vec::new() };
        for (rows, more) in pages {
            cells.rows.extend(rows);
            cells.pages.push(Cut { end: cells.rows.len(), more });
        }
        cells
    }

    /// How many rows there are, of all pages.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Which rows each page has, and whether its list goes on past it, on the side away from the end that was counted from.
    pub fn pages(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        let begins = std::iter::once(0).chain(self.pages.iter().map(|page| page.end));
        begins.zip(&self.pages).map(|(begin, page)| (begin..page.end, page.more))
    }

    /// Where the column of this name stands, which was asked for.
    pub fn place(&self, name: &str) -> usize {
        self.columns.0 + self.columns.1.place(name)
    }

    /// What a field holds of which there is just this column.
    pub fn get<F: Held<Leaf: domain::Leaf<Raw: Raw>>>(&self, nth: usize, place: usize) -> Result<F> {
        let leaf = self.row(nth).try_get_by::<Option<Col<F::Leaf>>, _>(place)?;
        F::hold(unpack(leaf)).ok_or_else(|| Error::internal("a column is null that must not be"))
    }

    /// What a row is known by, whose key stands in these places: a UUID, and a number where it is the nth of its parent.
    pub fn key<E: Row>(&self, nth: usize, places: &[usize]) -> Result<E::Id> {
        let row = self.row(nth);
        let parts: Result<Vec<Part>> = places
            .iter()
            .enumerate()
            .map(|(at, place)| {
                Ok(if at == 0 { Part::Uuid(row.try_get_by(*place)?) } else { Part::Number(row.try_get_by(*place)?) })
            })
            .collect();
        Ok(E::Id::try_from_parts(&parts?)?)
    }

    /// The cursor of a row in a window, for which its columns were asked for.
    pub fn cursor<E: Row>(&self, nth: usize, window: &Window<E>) -> Result<Cursor> {
        let read = |column: Column<E>| value(self.row(nth), self.place(column.as_str()), &column);
        window.order().cursor_by(read)
    }

    fn row(&self, nth: usize) -> &QueryResult {
        &self.found[self.rows[nth]]
    }
}

/// What stands in a column, as the values by which rows are sorted and known.
fn value<C: ColumnTrait>(row: &QueryResult, place: usize, column: &C) -> Result<Value> {
    Ok(match column.def().get_column_type() {
        ColumnType::BigInteger => Value::BigInt(row.try_get_by(place)?),
        ColumnType::Double => Value::Double(row.try_get_by(place)?),
        ColumnType::Uuid => Value::Uuid(row.try_get_by::<Option<Uuid>, _>(place)?),
        ColumnType::TimestampWithTimeZone => {
            Value::TimeDateTimeWithTimeZone(row.try_get_by::<Option<OffsetDateTime>, _>(place)?)
        }
        _ => Value::String(row.try_get_by(place)?),
    })
}
