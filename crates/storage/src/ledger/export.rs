//! Exports the audit log: each head, and after it the entries of its chain, as objects with the names of their columns.

use std::io;

use domain::Id;
use domain::ledger::{AuditEntry, LedgerHead};
use domain::project::Project;
use sea_orm::QueryResult;
use sea_orm::sea_query::ExprTrait;
use serde_json::Value;
use uuid::Uuid;

use super::snapshot::{Snapshot, column};
use crate::error::{Error, Result};
use crate::reader::{decode, select_all};
use crate::scope::Depth;
use crate::store::Store;

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many heads.
    pub heads: u64,
    /// How many entries.
    pub entries: u64,
}

/// Hands out the audit log line by line: all of it, or that of one project.
pub async fn export(
    store: &Store,
    project: Option<Id<Project>>,
    mut line: impl FnMut(&Value) -> io::Result<()>,
) -> Result<Exported> {
    let snapshot = Snapshot::take(store).await?;
    let mut line =
        |value: Value| line(&value).map_err(|why| Error::Unavailable(format!("it cannot be written: {why}")));
    let (mut exported, mut after) = (Exported::default(), Uuid::nil());
    loop {
        let heads = heads(&snapshot, project, after).await?;
        let Some(last) = heads.last() else { return Ok(exported) };
        after = last.try_get("", "id")?;
        for head in &heads {
            let head: LedgerHead = decode(head)?;
            exported.heads += 1;
            line(of_head(&head))?;
            exported.entries += entries(&snapshot, &head, &mut line).await?;
        }
    }
}

async fn heads(snapshot: &Snapshot, project: Option<Id<Project>>, after: Uuid) -> Result<Vec<QueryResult>> {
    let Some(project) = project else { return snapshot.page::<LedgerHead>(after).await };
    let mut select = select_all::<LedgerHead>(Depth::OUTER);
    select
        .and_where(column::<LedgerHead>("project_id").eq(project.uuid()))
        .and_where(column::<LedgerHead>("id").gt(after));
    snapshot.query(&select).await
}

async fn entries(snapshot: &Snapshot, head: &LedgerHead, line: &mut impl FnMut(Value) -> Result<()>) -> Result<u64> {
    let (mut count, mut after) = (0, 0);
    loop {
        let rows = snapshot.entries(head.id.uuid(), after).await?;
        if rows.is_empty() {
            return Ok(count);
        }
        for row in &rows {
            let entry: AuditEntry = decode(row)?;
            (count, after) = (count + 1, entry.position.get());
            line(kind("entry", Value::Object(entry.columns())))?;
        }
    }
}

fn of_head(head: &LedgerHead) -> Value {
    let mut said = head.said();
    if let Value::Object(said) = &mut said {
        said.insert("seal".into(), head.seal.as_str().into());
    }
    kind("head", said)
}

fn kind(kind: &str, mut line: Value) -> Value {
    if let Value::Object(line) = &mut line {
        line.insert("kind".into(), kind.into());
    }
    line
}
