//! An entity by its id.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Key;
use sea_orm::sea_query::Condition;

use super::{Load, key};
use crate::error::Result;
use crate::reader::Reader;
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

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<HashMap<Self, Arc<E>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.id.parts()).collect();
        let columns = key_columns::<E>().map(|column| Depth::OUTER.column(column)).collect();
        let among = reader.dialect().among_rows(columns, &ids);
        let found = reader.find::<E>(Condition::all().add(among)).await?;
        found.into_iter().map(|entity| Ok((Self { id: key_of::<E>(&entity.to_row())? }, Arc::new(entity)))).collect()
    }
}
