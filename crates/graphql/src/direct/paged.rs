//! The pages of a level as they were found: whole rows, or cells.

use std::ops::Range;
use std::sync::Arc;

use storage::read::{Cells, Columns};
use storage::{Cursor, Loader, Placed, Result, Row, Slice, Window};

use super::rows::Rows;
use crate::connection::ListsOf;

/// The pages that were found.
pub(super) enum Paged<E: Row> {
    /// Whole rows, and which of them each page has.
    Whole(Vec<Placed<E>>, Vec<(Range<usize>, bool)>),
    /// As cells.
    Cells(Arc<Cells>),
}

impl<E: Row> Paged<E> {
    /// Reads the page of each list: these columns, or whole rows.
    pub(super) async fn read(lists: &dyn ListsOf<E>, columns: Option<Columns>, loader: &Loader) -> Result<Self> {
        Ok(match columns {
            Some(columns) => Self::Cells(lists.cells(loader.clone(), columns).await?),
            None => Self::slices(lists.slices(loader.clone()).await?),
        })
    }

    /// No rows of so many lists.
    pub(super) fn nothing(lists: usize) -> Self {
        Self::Whole(Vec::new(), vec![(0..0, false); lists])
    }

    fn slices(slices: Vec<Slice<E>>) -> Self {
        let (mut rows, mut pages) = (Vec::new(), Vec::new());
        for slice in slices {
            pages.push((rows.len()..rows.len() + slice.rows.len(), slice.more));
            rows.extend(slice.rows);
        }
        Self::Whole(rows, pages)
    }

    /// All rows.
    pub(super) fn rows(&self) -> Rows<E> {
        match self {
            Self::Whole(placed, _) => Rows::Whole(placed.iter().map(|placed| Arc::clone(&placed.row)).collect()),
            Self::Cells(cells) => Rows::Cells(Arc::clone(cells)),
        }
    }

    /// The rows of each page, and whether its list goes on past it.
    pub(super) fn pages(&self) -> Vec<(Range<usize>, bool)> {
        match self {
            Self::Whole(_, pages) => pages.clone(),
            Self::Cells(cells) => cells.pages().collect(),
        }
    }

    /// The cursor of a row.
    pub(super) fn cursor(&self, nth: usize, window: &Window<E>) -> Result<Cursor> {
        match self {
            Self::Whole(placed, _) => window.cursor(&placed[nth]),
            Self::Cells(cells) => cells.cursor(nth, window),
        }
    }
}
