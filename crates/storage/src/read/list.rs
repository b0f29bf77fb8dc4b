//! A window of all the rows of an entity that the viewer sees.

use std::collections::HashMap;
use std::sync::Arc;

use super::within::cut;
use super::{Load, key};
use crate::error::Result;
use crate::reader::{Reader, decode_model, select_all};
use crate::row::Row;
use crate::scope::{Depth, Known};
use crate::window::{Slice, Window};

/// A page of all that the viewer sees.
pub struct List<E: Row> {
    /// The page.
    pub window: Window<E>,
}

key!(List<E: Row> { window });

impl<E: Row> Load for List<E> {
    type Value = Slice<E>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<HashMap<Self, Self::Value>> {
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            let viewer = reader.viewer();
            let mut select = select_all::<E>(Depth::OUTER);
            key.window.order().select(&mut select, Depth::OUTER);
            key.window.cut(&mut select, reader.asked(&viewer), Depth::OUTER, Known::Nothing)?;
            let mut rows = Vec::new();
            for row in reader.query(&select).await? {
                let model = decode_model::<E>(&row)?;
                let cursor = key.window.order().cursor(&row, &model)?;
                rows.push((cursor, Arc::new(E::from_row(model)?)));
            }
            let slice = cut(rows, &key.window);
            found.insert(key, slice);
        }
        Ok(found)
    }
}
