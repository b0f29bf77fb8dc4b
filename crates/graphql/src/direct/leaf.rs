//! Leaves: how a field without fields of its own is written, from a whole row or from its cells.

use storage::Result;

use super::rows::Cell;
use super::text::Text;

/// How a leaf is written.
pub struct Leaf<E> {
    /// Of a whole row.
    pub of_row: fn(&E, &mut Text),
    /// Of the cells of these columns, where they tell it.
    pub of_cells: Option<LeafOfCells>,
}

/// By which columns a leaf is written, and how.
pub type LeafOfCells = (&'static [&'static str], fn(&Cell<'_>, &mut Text) -> Result<()>);

/// A leaf of an object's table: its type, and how it is read of the whole row. `cell` says how it is read of the column of
/// its name, with what that holds; `cells` says the columns that tell it, and how.
#[macro_export]
macro_rules! leaf {
    (
        $entity:ty, $field:ident: $type:ty = $read:expr
        $(, cell $held:ty = $show:expr)?
        $(, cells $columns:expr => $told:expr)?
    ) => {
        $crate::direct::Known::Leaf($crate::direct::Leaf {
            of_row: |row, text| {
                let read: fn(&$entity) -> $type = $read;
                $crate::direct::Write::write(&read(row), text);
            },
            of_cells: $crate::cells_of!(
                $($field: $type, |cell| cell.held::<$held>(), $show)?
                $($columns => $type, $told)?
            ),
        })
    };
}

/// A leaf that a field of the entity holds, whose column has its name.
#[macro_export]
macro_rules! held_leaf {
    ($entity:ty, $field:ident: $type:ty = $read:expr) => {
        $crate::direct::Known::Leaf($crate::direct::Leaf {
            of_row: |row: &$entity, text| {
                let shown: $type = ($read)(&row.$field);
                $crate::direct::Write::write(&shown, text);
            },
            of_cells: $crate::cells_of!($field: $type, |cell| cell.held_like(|row: &$entity| &row.$field), $read),
        })
    };
}

/// How a leaf is written of columns, if it is.
#[macro_export]
macro_rules! cells_of {
    () => {
        None
    };
    ($columns:expr => $type:ty, $told:expr) => {
        Some((&$columns, |cell, text| {
            let told: fn(&$crate::direct::Cell<'_>) -> storage::Result<$type> = $told;
            $crate::direct::Write::write(&told(cell)?, text);
            Ok(())
        }))
    };
    ($field:ident: $type:ty, |$cell:ident| $held:expr, $show:expr) => {
        Some((&[stringify!($field)], |$cell, text| {
            let shown: $type = ($show)(&$held?);
            $crate::direct::Write::write(&shown, text);
            Ok(())
        }))
    };
}

/// The id, of the columns of the key.
#[macro_export]
macro_rules! id_leaf {
    ($entity:ty) => {
        $crate::direct::Known::Leaf($crate::direct::Leaf {
            of_row: |row: &$entity, text| text.shown(&row.id),
            of_cells: Some((<$entity as storage::Row>::KEY, |cell, text| {
                text.shown(&cell.key::<$entity>()?);
                Ok(())
            })),
        })
    };
}
