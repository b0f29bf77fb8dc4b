//! An entity by its id.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Key;
use sea_orm::sea_query::Condition;

use super::{Load, in_order, key};
use crate::error::Result;
use crate::reader::{Reader, read_model, select_seen};
use crate::row::{Row, key_columns, key_of};
use crate::scope::Depth;

/// The `E` with this id, if the viewer sees it.
pub struct ById<E: Row> {
    /// The id.
    pub id: E::Id,
}

key!(ById<E: Row> { id });

impl<E: Row> Load for ById<E> {
    type Value = Arc<E>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Arc<E>>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.id.parts()).collect();
        let columns = key_columns::<E>().map(|column| Depth::OUTER.column(column)).collect();
        let among = reader.dialect().among_rows(columns, &ids);
        let select = select_seen::<E>(&reader.viewer(), reader.dialect(), Condition::all().add(among));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&select).await? {
            let model = read_model::<E>(&row, 0)?;
            found.insert(key_of::<E>(&model)?.parts(), Arc::new(E::from_row(model)?));
        }
        Ok(in_order(&ids, &found))
    }
}
