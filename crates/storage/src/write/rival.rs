//! Rivals: live rows that have a natural key already.

use domain::{Action, AnyId};
use sea_orm::ModelTrait;
use sea_orm::sea_query::{Condition, ExprTrait};

use super::{Edited, NaturalKey, Work};
use crate::error::{Conflict, Error, Result};
use crate::reader::{decode, select_all};
use crate::row::{Row, find_column, id_of};
use crate::scope::Depth;

/// The live rows that have a natural key of one of these rows, whoever sees them.
pub(super) async fn rivals<E: Edited>(work: &Work, rows: &[&E]) -> Result<Vec<E>> {
    let keys: Vec<_> = rows.iter().flat_map(|row| row.natural_keys()).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = select_all::<E>(Depth::OUTER);
    if let Some(deleted_at) = find_column::<E>("deleted_at") {
        select.and_where(Depth::OUTER.column(deleted_at).is_null());
    }
    select.cond_where(keys.iter().fold(Condition::any(), |any, key| any.add(key.condition())));
    work.query(&select).await?.iter().map(decode::<E>).collect()
}

/// The first of these rows that has a natural key of this one, and the key's field.
pub(super) fn rival_of<'a, E: Edited>(row: &E, among: &'a [E]) -> Option<(&'static str, &'a E)> {
    let own = row.to_row();
    let others = || among.iter().filter(|other| id_of::<E>(&other.to_row()).ok() != id_of::<E>(&own).ok());
    row.natural_keys().iter().find_map(|key| Some((key.field, others().find(|other| key.is_of(other))?)))
}

/// That another row has a natural key; it is named to those who see it.
pub(super) fn conflict<E: Edited>(work: &Work, field: &str, rival: &E) -> Error {
    let id = id_of::<E>(&rival.to_row()).ok().filter(|_| sees(work, rival));
    Error::Conflict(Conflict {
        message: format!("another {} has this {} already", E::NAME, field.replace('_', " ")),
        rule: format!("unique_{field}"),
        current_revision: None,
        existing: id.map(|id| AnyId { prefix: E::PREFIX.into(), uuid: id.uuid() }),
    })
}

/// Whether the viewer sees a live row.
pub(super) fn sees<E: Edited>(work: &Work, row: &E) -> bool {
    work.viewer().may(Action::Read, row.project_id()).is_ok()
}

/// Refuses a row whose natural key another live row has.
pub(super) async fn refuse_rivals<E: Edited>(work: &Work, row: &E) -> Result<()> {
    let rivals = rivals(work, &[row]).await?;
    match rival_of(row, &rivals) {
        Some((field, rival)) => Err(conflict(work, field, rival)),
        None => Ok(()),
    }
}

impl<E: Row> NaturalKey<E> {
    fn condition(&self) -> Condition {
        self.columns
            .iter()
            .fold(Condition::all(), |all, (column, value)| all.add(Depth::OUTER.column(*column).eq(value.clone())))
    }

    fn is_of(&self, row: &E) -> bool {
        let model = row.to_row();
        self.columns.iter().all(|(column, value)| model.get(*column) == *value)
    }
}
