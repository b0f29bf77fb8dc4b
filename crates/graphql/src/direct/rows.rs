//! The rows of a level: whole, or as the cells of the columns that are asked for.

use std::sync::Arc;

use domain::{Entity, Held, Id, Leaf};
use storage::column::Raw;
use storage::read::Cells;
use storage::{Result, Row};

/// The rows of a level.
pub enum Rows<E> {
    /// Whole.
    Whole(Vec<Arc<E>>),
    /// As cells.
    Cells(Arc<Cells>),
}

impl<E> Rows<E> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Whole(rows) => rows.len(),
            Self::Cells(cells) => cells.len(),
        }
    }

    /// Something of each row.
    pub(super) fn take<T>(&self, of: &Of<E, T>) -> Result<Vec<T>> {
        match self {
            Self::Whole(rows) => Ok(rows.iter().map(|row| (of.row)(row)).collect()),
            Self::Cells(cells) => {
                let places = places(cells, of.names);
                (0..cells.len()).map(|nth| (of.cells)(&Cell { cells, nth, places: &places })).collect()
            }
        }
    }
}

/// Where the columns of these names stand.
pub(super) fn places(cells: &Cells, names: &[&str]) -> Vec<usize> {
    names.iter().map(|name| cells.place(name)).collect()
}

/// Some cells of a row.
pub struct Cell<'a> {
    pub(super) cells: &'a Cells,
    pub(super) nth: usize,
    pub(super) places: &'a [usize],
}

impl Cell<'_> {
    /// What the first of them holds.
    pub fn held<F: Held<Leaf: Leaf<Raw: Raw>>>(&self) -> Result<F> {
        self.held_at(0)
    }

    /// What the nth of them holds.
    pub fn held_at<F: Held<Leaf: Leaf<Raw: Raw>>>(&self, at: usize) -> Result<F> {
        self.cells.get(self.nth, self.places[at])
    }

    /// What the first of them holds, which is what this field of the entity does.
    pub fn held_like<E, F: Held<Leaf: Leaf<Raw: Raw>>>(&self, _field: fn(&E) -> &F) -> Result<F> {
        self.held()
    }

    /// What the row is known by, of which they are the key.
    pub fn key<E: Row>(&self) -> Result<E::Id> {
        self.cells.key::<E>(self.nth, self.places)
    }
}

/// Something of a row: how it is read from the whole row, and from the cells of the columns that tell it.
pub struct Of<E, T> {
    row: fn(&E) -> T,
    names: &'static [&'static str],
    cells: fn(&Cell<'_>) -> Result<T>,
}

impl<E, T> Of<E, T> {
    /// What the columns of these names tell.
    pub fn columns(row: fn(&E) -> T, names: &'static [&'static str], cells: fn(&Cell<'_>) -> Result<T>) -> Self {
        Self { row, names, cells }
    }

    /// The columns that tell it.
    pub(super) fn names(&self) -> &'static [&'static str] {
        self.names
    }
}

impl<E: Row + Entity<Id = Id<E>>> Of<E, Id<E>> {
    /// The id.
    pub fn id(row: fn(&E) -> Id<E>) -> Self {
        Self::columns(row, E::KEY, |cell| cell.held_at(0))
    }
}

impl<E, P: Entity> Of<E, Option<Id<P>>> {
    /// The id of a parent, which stands in a column of this name.
    pub fn parent(row: fn(&E) -> Option<Id<P>>, column: &'static [&'static str]) -> Self {
        Self::columns(row, column, |cell| cell.held_at(0))
    }
}
