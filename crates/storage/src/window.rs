//! A window is a page of a list: which rows, in which order, from where, how many.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::Invalid;
use sea_orm::IdenStatic;
use sea_orm::sea_query::{Condition, SelectStatement};

use crate::order::{Cursor, Order, Side, Sorted};
use crate::predicate::{Asked, Predicate};
use crate::row::Row;
use crate::scope::{Depth, Known, visible};

/// From which end rows are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The first of them.
    First,
    /// The last of them.
    Last,
}

/// A page of a list of `E`.
#[derive(Clone)]
pub struct Window<E: Row>(Arc<Parts<E>>);

struct Parts<E: Row> {
    filter: Option<Predicate<E>>,
    order: Order<E>,
    page: Page,
    /// What makes two windows the same.
    key: String,
    /// What stands for it where windows are looked up.
    hash: u64,
}

/// Where a page begins and ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// From which end rows are counted.
    pub end: End,
    /// How many rows at most.
    pub size: u64,
    /// Only rows after this one.
    pub after: Option<Cursor>,
    /// Only rows before this one.
    pub before: Option<Cursor>,
}

impl<E: Row> Window<E> {
    /// A page of the rows that pass a filter, in this order; its cursors must be of the order.
    pub fn try_new(filter: Option<Predicate<E>>, order: Order<E>, page: Page) -> Result<Self, Invalid> {
        for cursor in [&page.after, &page.before].into_iter().flatten() {
            order.check(cursor)?;
        }
        let key = format!("{} {page:?} {filter:?}", order.name);
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&key);
        Ok(Self(Arc::new(Parts { filter, order, page, key, hash })))
    }

    /// A page of the rows that pass a filter, in the order of this name.
    pub fn named(filter: Option<Predicate<E>>, order: &str, page: Page) -> Result<Self, Invalid>
    where
        E: Sorted,
    {
        let found = E::orders().into_iter().find_map(|(found, _)| (found.name == order).then_some(found));
        Self::try_new(filter, found.ok_or_else(|| Invalid::new("order", "there is no such order"))?, page)
    }

    /// The order of the rows.
    pub fn order(&self) -> &Order<E> {
        &self.0.order
    }

    /// The filter, where there is one.
    pub fn filter(&self) -> Option<&Predicate<E>> {
        self.0.filter.as_ref()
    }

    /// The page.
    pub fn page(&self) -> &Page {
        &self.0.page
    }

    /// How many rows are read: one more than the page has, to see whether there are more.
    pub(crate) fn limit(&self) -> u64 {
        self.0.page.size + 1
    }

    /// Whether rows are read from the list's end.
    pub(crate) fn backward(&self) -> bool {
        self.0.page.end == End::Last
    }

    /// The window of a single row just outside of this page, beyond the cursor that bounds it; none where it has none.
    pub(crate) fn outside(&self, end: End) -> Option<Outside<E>> {
        let page = self.page();
        let (cursor, side) = match end {
            End::First => (page.after.clone()?, Side::UpTo),
            End::Last => (page.before.clone()?, Side::From),
        };
        Some(Outside { window: self.clone(), cursor, side })
    }

    /// Completes a select of the rows of this window, at this depth: which, in which order, how many.
    pub(crate) fn cut(
        &self,
        select: &mut SelectStatement,
        asked: Asked<'_>,
        depth: Depth,
        known: Known,
    ) -> Result<(), Invalid> {
        let mut condition = self.condition(asked, depth, known);
        for (cursor, side) in [(&self.page().after, Side::After), (&self.page().before, Side::Before)] {
            if let Some(cursor) = cursor {
                condition = condition.add(self.0.order.beyond(cursor, side, depth)?);
            }
        }
        self.0.order.sort(select.cond_where(condition), depth, self.backward());
        select.limit(self.limit());
        Ok(())
    }

    /// The condition that a row is in the list that this window is a page of.
    pub(crate) fn condition(&self, asked: Asked<'_>, depth: Depth, known: Known) -> Condition {
        let seen = visible::<E>(asked.viewer, asked.dialect, depth, known);
        match &self.0.filter {
            Some(filter) => seen.add(filter.condition(asked, depth)),
            None => seen,
        }
    }
}

impl<E: Row> PartialEq for Window<E> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.key == other.0.key
    }
}

impl<E: Row> Eq for Window<E> {}

impl<E: Row> Hash for Window<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

/// The rows of a window's list that lie beyond one of its cursors.
#[derive(Clone)]
pub(crate) struct Outside<E: Row> {
    pub(crate) window: Window<E>,
    pub(crate) cursor: Cursor,
    pub(crate) side: Side,
}

impl<E: Row> Outside<E> {
    pub(crate) fn condition(&self, asked: Asked<'_>, depth: Depth, known: Known) -> Result<Condition, Invalid> {
        let beyond = self.window.order().beyond(&self.cursor, self.side, depth)?;
        Ok(self.window.condition(asked, depth, known).add(beyond))
    }
}

/// A row of a page.
#[derive(Clone, Debug)]
pub struct Placed<E> {
    /// The row.
    pub row: Arc<E>,
    /// The number by which it was sorted, where it is by a number that was found for it.
    figure: Option<f64>,
}

impl<E> Placed<E> {
    pub(crate) fn new(row: E, figure: Option<f64>) -> Self {
        Self { row: Arc::new(row), figure }
    }
}

/// The rows of a page.
#[derive(Clone, Debug)]
pub struct Slice<E> {
    /// The rows, in the list's order.
    pub rows: Vec<Placed<E>>,
    /// Whether the list goes on past the page, on the side away from the end that was counted from.
    pub more: bool,
}

impl<E> Default for Slice<E> {
    fn default() -> Self {
        Self { rows: Vec::new(), more: false }
    }
}

impl<E: Row> Window<E> {
    /// The page, of the rows that were read: without the one that was read to see whether there are more, in the list's
    /// order.
    pub(crate) fn slice(&self, rows: Vec<Placed<E>>) -> Slice<E> {
        let (rows, more) = self.cut_off(rows);
        Slice { rows, more }
    }

    /// The same of rows in whatever form, and whether there are more.
    pub(crate) fn cut_off<R>(&self, mut rows: Vec<R>) -> (Vec<R>, bool) {
        let size = usize::try_from(self.page().size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.backward() {
            rows.reverse();
        }
        (rows, more)
    }

    /// The columns of which the cursors of its rows are made; none where they are made of more than columns.
    pub fn columns_of_cursors(&self) -> Option<Vec<&'static str>> {
        Some(self.order().columns()?.map(|column| column.as_str()).collect())
    }

    /// The cursor of a row of its page.
    pub fn cursor(&self, placed: &Placed<E>) -> crate::error::Result<Cursor> {
        Ok(self.0.order.cursor(&placed.row, placed.figure)?)
    }
}
