//! Rivals: live rows that have a natural key already.

use domain::{Action, AnyId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{IdenStatic, ModelTrait, Value};

use super::{Edited, Work};
use crate::error::{Conflict, Error, Result};
use crate::reader::{decode, select_all};
use crate::row::{Column, find_column, key_of};
use crate::scope::{Depth, PROJECT};

/// The live rows that have a natural key of one of these rows, whoever sees them.
pub(super) async fn rivals<E: Edited>(work: &Work, rows: &[&E]) -> Result<Vec<E>> {
    let keys: Vec<NaturalKey<E>> = rows.iter().flat_map(|row| keys_of(*row)).collect();
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
    let others = || among.iter().filter(|other| key_of::<E>(&other.to_row()).ok() != key_of::<E>(&own).ok());
    keys_of(row).iter().find_map(|key| Some((key.field, others().find(|other| key.is_of(other))?)))
}

/// That another row has a natural key; it is named to those who see it.
pub(super) fn conflict<E: Edited>(work: &Work, field: &str, rival: &E) -> Error {
    let id = key_of::<E>(&rival.to_row()).ok().filter(|_| sees(work, rival));
    Error::Conflict(Conflict {
        message: format!("another {} has this {} already", E::NAME, field.replace('_', " ")),
        rule: format!("unique_{field}"),
        current_revision: None,
        existing: id.map(AnyId::of::<E>),
    })
}

/// Whether the viewer sees a live row.
pub(super) fn sees<E: Edited>(work: &Work, row: &E) -> bool {
    work.viewer().may(Action::Read, row.belongs()).is_ok()
}

/// Refuses a row whose natural key another live row has.
pub(super) async fn refuse_rivals<E: Edited>(work: &Work, row: &E) -> Result<()> {
    let rivals = rivals(work, &[row]).await?;
    match rival_of(row, &rivals) {
        Some((field, rival)) => Err(conflict(work, field, rival)),
        None => Ok(()),
    }
}

/// A natural key of a row: the field that clients know, and the values in its columns.
pub(super) struct NaturalKey<E: Edited> {
    field: &'static str,
    columns: Vec<(Column<E>, Value)>,
}

/// The natural keys of a row, without those that have a column which is null. A row without a project has its keys among
/// those that are for all.
pub(super) fn keys_of<E: Edited>(row: &E) -> Vec<NaturalKey<E>> {
    let model = row.to_row();
    let key = |(field, columns): (_, Vec<Column<E>>)| {
        let columns: Vec<_> = columns.into_iter().map(|column| (column, model.get(column))).collect();
        let whole = columns.iter().all(|(column, value)| *value != value.as_null() || column.as_str() == PROJECT);
        whole.then_some(NaturalKey { field, columns })
    };
    E::natural_keys().into_iter().filter_map(key).collect()
}

impl<E: Edited> NaturalKey<E> {
    /// The field and its values, to be compared.
    pub(super) fn into_values(self) -> (&'static str, Vec<Value>) {
        (self.field, self.columns.into_iter().map(|(_, value)| value).collect())
    }

    fn condition(&self) -> Condition {
        self.columns
            .iter()
            .fold(Condition::all(), |all, (column, value)| all.add(is(Depth::OUTER.column(*column), value)))
    }

    fn is_of(&self, row: &E) -> bool {
        let model = row.to_row();
        self.columns.iter().all(|(column, value)| model.get(*column) == *value)
    }
}

/// Whether a column has a value, which may be null.
fn is(column: Expr, value: &Value) -> Expr {
    if *value == value.as_null() { column.is_null() } else { column.eq(value.clone()) }
}
