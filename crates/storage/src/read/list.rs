//! A window of all the rows of an entity that the viewer sees.

use std::sync::Arc;

use sea_orm::QueryResult;

use super::cells::{Cells, Columns};
use super::{Load, grouped, key};
use crate::error::Result;
use crate::reader::{Reader, all_columns, read, select_some};
use crate::row::{Column, Row};
use crate::scope::{Depth, Known};
use crate::window::{Placed, Slice, Window};

/// A page of all that the viewer sees.
pub struct List<E: Row> {
    /// The page.
    pub window: Window<E>,
}

key!(List<E: Row> { window });

impl<E: Row> Load for List<E> {
    type Value = Slice<E>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let order = key.window.order();
            let rows = rows(&key.window, &all_columns::<E>(), reader).await?;
            let rows = rows.iter().map(|row| Ok(Placed::new(read(row, 0)?, order.figure(row)?)));
            found.push(Some(key.window.slice(rows.collect::<Result<_>>()?)));
        }
        Ok(found)
    }
}

/// A page of all that the viewer sees, of which some columns are read.
pub struct ListCells<E: Row> {
    /// The page.
    pub window: Window<E>,
    /// The columns.
    pub columns: Columns,
}

key!(ListCells<E: Row> { window, columns });

impl<E: Row> Load for ListCells<E> {
    type Value = Arc<Cells>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Arc<Cells>>>> {
        let mut found = vec![None; keys.len()];
        for (window, places) in grouped(&keys, |key| key.window.clone()) {
            let columns = Columns::union(places.iter().map(|place| &keys[*place].columns));
            let rows = Arc::new(rows(&window, &columns.of::<E>(), reader).await?);
            let page = window.cut_off((0..rows.len()).collect());
            let cells = Arc::new(Cells::new(rows, (0, columns), [page]));
            for place in places {
                found[place] = Some(Arc::clone(&cells));
            }
        }
        Ok(found)
    }
}

/// These columns of the rows of a window.
async fn rows<E: Row>(window: &Window<E>, columns: &[Column<E>], reader: &Reader) -> Result<Vec<QueryResult>> {
    let viewer = reader.viewer();
    let mut select = select_some::<E>(Depth::OUTER, columns);
    window.order().select(&mut select, Depth::OUTER);
    window.cut(&mut select, reader.asked(&viewer), Depth::OUTER, Known::Nothing)?;
    reader.query(&select).await
}
