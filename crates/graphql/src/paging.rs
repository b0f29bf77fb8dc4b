//! The arguments of a page, checked: `first` or `last`, from 1 to 200.

use async_graphql::InputType;
use domain::Invalid;
use storage::{Cursor, End, Order, Page, Predicate, Row, Sorted, Window};

use crate::direct::Asked;
use crate::error::{Failure, Result};
use crate::filter::Filter;
use crate::input::camel;
use crate::limits;
use crate::object::{FilterOf, Shown};
use crate::order::{Ordering, OtherOrder};

/// How many rows a page has when nobody says so.
pub const DEFAULT: u64 = 20;
/// How many rows a page may have.
pub const MOST: u64 = 200;

/// The arguments of a page.
pub struct PageArgs {
    /// How many from the beginning.
    pub first: Option<i32>,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
}

impl PageArgs {
    /// The page of the rows that pass a filter, in an order.
    pub fn window<E: Row + Sorted, F: Filter<Entity = E>>(
        self,
        filter: Option<F>,
        order: Option<Ordering<E>>,
    ) -> Result<Window<E>> {
        self.of(filter.map(Filter::predicate), order)
    }

    /// The page of the rows that fulfil a condition, in an order.
    pub fn of<E: Row + Sorted>(self, filter: Option<Predicate<E>>, order: Option<Ordering<E>>) -> Result<Window<E>> {
        let order = match order {
            Some(order) => order.0,
            None => E::orders()
                .into_iter()
                .next()
                .map(|(order, _)| order)
                .ok_or_else(|| Failure::from(storage::Error::internal(format!("{} has no order", E::TABLE))))?,
        };
        let (end, size) = self.size()?;
        let cursor = |argument: &str, text: Option<String>| -> Result<Option<Cursor>> {
            let parsed = text.map(|text| {
                let cursor = Cursor::parse(&text)?;
                order.check(&cursor).map(|()| cursor)
            });
            parsed.transpose().map_err(|why: Invalid| Failure::refused(&[argument], &why))
        };
        let page = Page { end, size, after: cursor("after", self.after)?, before: cursor("before", self.before)? };
        let filter = filter.map(|filter| limited(filter, &["filter"])).transpose()?;
        Window::try_new(filter, order, page).map_err(|why| Failure::refused(&["after"], &why))
    }

    fn size(&self) -> Result<(End, u64)> {
        match (self.first, self.last) {
            (Some(_), Some(_)) => {
                Err(Failure::refused(&["last"], &Invalid::new("one_of", "give first or last, not both")))
            }
            (first, None) => Ok((End::First, size("first", first)?)),
            (None, last) => Ok((End::Last, size("last", last)?)),
        }
    }
}

/// An order that is asked for in place of `orderBy`, if it is; none where the argument is refused.
pub fn other<O: OtherOrder + InputType>(asked: &Asked<'_>, argument: &str) -> Option<Option<Order<O::Entity>>> {
    let given: Option<O> = asked.argument(&camel(argument))?;
    Some(given.map(OtherOrder::order))
}

/// The page of a connection that is asked for; none where an argument is refused.
pub fn asked<N: Shown<Entity: Sorted>>(
    asked: &Asked<'_>,
    other: Option<Order<N::Entity>>,
) -> Option<Window<N::Entity>> {
    let (first, last) = (asked.argument("first")?, asked.argument("last")?);
    let page = PageArgs { first, after: asked.argument("after")?, last, before: asked.argument("before")? };
    let order: Option<Ordering<N::Entity>> = asked.argument("orderBy")?;
    let order = match (order, other) {
        (Some(_), Some(_)) => return None,
        (order, other) => order.or_else(|| other.map(Ordering)),
    };
    let filter: Option<FilterOf<N>> = asked.argument("filter")?;
    page.window(filter, order).ok()
}

/// A filter that was given there, and asks no more of the database than it may.
pub fn limited<E: Row>(filter: Predicate<E>, path: &[&str]) -> Result<Predicate<E>> {
    limits::check_filter(filter.weight()).map_err(|why| Failure::refused(path, &why))?;
    Ok(filter)
}

/// How many rows an argument asks for; 20 where it is absent.
pub fn size(argument: &str, size: Option<i32>) -> Result<u64> {
    let Some(size) = size else { return Ok(DEFAULT) };
    match u64::try_from(size) {
        Ok(size) if (1..=MOST).contains(&size) => Ok(size),
        _ => {
            Err(Failure::refused(&[argument], &Invalid::new("range", format!("must be from 1 to {MOST}, not {size}"))))
        }
    }
}
