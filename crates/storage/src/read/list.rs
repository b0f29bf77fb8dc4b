//! A window of all the rows of an entity that the viewer sees.

use super::{Load, key};
use crate::error::Result;
use crate::reader::{Reader, read, select_all};
use crate::row::Row;
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
            let (viewer, order) = (reader.viewer(), key.window.order());
            let mut select = select_all::<E>(Depth::OUTER);
            order.select(&mut select, Depth::OUTER);
            key.window.cut(&mut select, reader.asked(&viewer), Depth::OUTER, Known::Nothing)?;
            let rows = reader.query(&select).await?;
            let rows = rows.iter().map(|row| Ok(Placed::new(read(row, 0)?, order.figure(row)?)));
            found.push(Some(key.window.slice(rows.collect::<Result<_>>()?)));
        }
        Ok(found)
    }
}
