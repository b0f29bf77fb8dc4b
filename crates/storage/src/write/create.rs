//! Creating is repeatable: the same id with the same input answers the row that is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::ledger::Operation;
use domain::{Id, Leaf, OnConflict, Sha256};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Condition, Expr, Query};
use uuid::Uuid;

use super::rival::{conflict, rival_of, rivals, sees};
use super::{Edited, Work};
use crate::error::{Conflict, Error, Result};
use crate::row::{id_column, id_of};
use crate::scope::Depth;

/// A row to be created.
#[derive(Clone, Debug)]
pub struct Creation<E> {
    /// The row.
    pub row: E,
    /// The digest of the client's input, where the client chose the id.
    pub input: Option<Sha256>,
    /// What to do about a row that is in the way.
    pub on_conflict: OnConflict,
}

/// Creates one row, and answers it, or the one that was there already.
pub async fn create_one<E: Edited>(work: &mut Work, creation: Creation<E>) -> Result<Arc<E>> {
    create(work, vec![creation]).await?.pop().ok_or_else(|| Error::internal("nothing was created"))
}

/// Creates rows, all or none, and answers them in their order: the new ones, and those that were there already.
pub async fn create<E: Edited>(work: &mut Work, creations: Vec<Creation<E>>) -> Result<Vec<Arc<E>>> {
    let chosen: Vec<_> =
        creations.iter().filter_map(|creation| Some((uuid(&creation.row), creation.input.as_ref()?))).collect();
    let repeated = repeated(work, &chosen).await?;
    let fresh: Vec<&E> =
        creations.iter().map(|creation| &creation.row).filter(|row| !repeated.contains_key(&uuid(*row))).collect();
    for row in &fresh {
        row.admit(work).await?;
    }
    refuse_taken_ids(work, &creations, &repeated).await?;
    let rivals = rivals(work, &fresh).await?;
    let mut answers = Vec::with_capacity(creations.len());
    let mut new: Vec<E> = Vec::new();
    for creation in &creations {
        let row = &creation.row;
        let there = repeated.get(&uuid(row)).cloned();
        let there = there.map_or_else(|| in_the_way(work, creation, &rivals, &new), |there| Ok(Some(there)))?;
        answers.push(there.unwrap_or_else(|| {
            new.push(row.clone());
            Arc::new(row.clone())
        }));
    }
    if !new.is_empty() {
        let ids: HashSet<Uuid> = new.iter().map(uuid).collect();
        remember(work, creations.iter().filter(|creation| ids.contains(&uuid(&creation.row)))).await?;
        work.insert_untraced(&new).await?;
    }
    new.iter().try_for_each(|row| work.trace(None, Some(row), Operation::Create))?;
    Ok(answers)
}

/// Refuses ids that the clients chose and that are some row's already, whoever sees it and however it was made.
async fn refuse_taken_ids<E: Edited>(
    work: &Work,
    creations: &[Creation<E>],
    repeated: &HashMap<Uuid, Arc<E>>,
) -> Result<()> {
    let chosen: Vec<Uuid> =
        creations.iter().filter(|creation| creation.input.is_some()).map(|creation| uuid(&creation.row)).collect();
    let mut new: Vec<Uuid> = chosen.into_iter().filter(|id| !repeated.contains_key(id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let mut select = Query::select();
    let id = Alias::new("id");
    select.column(id.clone()).from(Alias::new(E::TABLE)).and_where(work.dialect().among(Expr::col(id), &new)).limit(1);
    new.sort_unstable();
    let twice = new.windows(2).any(|pair| pair[0] == pair[1]);
    if twice || !work.query(&select).await?.is_empty() { Err(id_taken()) } else { Ok(()) }
}

/// The row that is to be answered in place of a new one, because it has a natural key already: it was there, or comes
/// earlier in the same list.
fn in_the_way<E: Edited>(work: &Work, creation: &Creation<E>, rivals: &[E], earlier: &[E]) -> Result<Option<Arc<E>>> {
    let answered = creation.on_conflict == OnConflict::ReturnExisting;
    if let Some((field, rival)) = rival_of(&creation.row, rivals) {
        return if answered && sees(work, rival) {
            Ok(Some(Arc::new(rival.clone())))
        } else {
            Err(conflict(work, field, rival))
        };
    }
    match rival_of(&creation.row, earlier) {
        Some((_, rival)) if answered => Ok(Some(Arc::new(rival.clone()))),
        Some((field, _)) => {
            let message = format!("two items of the list have the same {}", field.replace('_', " "));
            Err(Error::Conflict(Conflict { message, rule: format!("unique_{field}"), ..Conflict::default() }))
        }
        None => Ok(None),
    }
}

/// The row that was created before under this id from the same input.
pub async fn created_before<E: Edited>(work: &Work, id: Id<E>, input: &Sha256) -> Result<Option<Arc<E>>> {
    Ok(repeated(work, &[(id.uuid(), input)]).await?.remove(&id.uuid()))
}

/// The rows that were created before under the same ids from the same inputs.
async fn repeated<E: Edited>(work: &Work, chosen: &[(Uuid, &Sha256)]) -> Result<HashMap<Uuid, Arc<E>>> {
    if chosen.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = chosen.iter().map(|(id, _)| *id).collect();
    let digests = digests(work, E::TABLE, &ids).await?;
    if digests.is_empty() {
        return Ok(HashMap::new());
    }
    let known: Vec<Uuid> = digests.keys().copied().collect();
    let same = work.dialect().among(Depth::OUTER.column(id_column::<E>()), &known);
    let rows = work.find::<E>(Condition::all().add(same)).await?;
    let there: HashMap<_, _> = rows.into_iter().map(|row| (uuid(&row), Arc::new(row))).collect();
    for (id, input) in chosen {
        let Some(before) = digests.get(id) else { continue };
        let same_input = before.as_deref() == Some(input.as_str());
        if !same_input || !there.contains_key(id) {
            return Err(id_taken());
        }
    }
    Ok(there)
}

/// The digests of the inputs that were created under these ids; none for a row of another table.
async fn digests(work: &Work, table: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Option<String>>> {
    let column = |name: &str| Expr::col(Alias::new(name.to_owned()));
    let mut select = Query::select();
    select
        .columns(["id", "table_name", "input_digest"].map(Alias::new))
        .from(Alias::new("creations"))
        .and_where(work.dialect().among(column("id"), ids));
    let mut digests = HashMap::new();
    for row in work.query(&select).await? {
        let same_table = row.try_get::<String>("", "table_name")? == table;
        let digest = row.try_get::<String>("", "input_digest")?;
        digests.insert(row.try_get("", "id")?, same_table.then_some(digest));
    }
    Ok(digests)
}

/// Keeps the digests of the inputs whose ids the clients chose.
async fn remember<'a, E: Edited>(work: &Work, new: impl Iterator<Item = &'a Creation<E>>) -> Result<()> {
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new("creations"))
        .columns(["id", "project_id", "table_name", "input_digest", "created_at"].map(Alias::new));
    let mut any = false;
    for creation in new {
        if let Some(input) = &creation.input {
            any = true;
            let row: [Value; 5] = [
                uuid(&creation.row).into(),
                Value::Uuid(creation.row.belongs().project().map(Id::uuid)),
                E::TABLE.into(),
                input.as_str().into(),
                work.now().raw().into(),
            ];
            insert.values_panic(row.map(Expr::val));
        }
    }
    if any { work.execute(&insert).await.map(drop) } else { Ok(()) }
}

fn uuid<E: Edited>(row: &E) -> Uuid {
    id_of::<E>(&row.to_row()).map(domain::Id::uuid).unwrap_or_default()
}

fn id_taken() -> Error {
    Error::Conflict(Conflict {
        message: "the id is taken, by another input or by a row that is gone".into(),
        rule: "unique_id".into(),
        ..Conflict::default()
    })
}
