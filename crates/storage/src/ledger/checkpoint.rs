//! Checkpoints: the chain of the instance notes how far the chains of the projects have come. So a project's chain that
//! is cut, and whose head is taken back to an older state with its older seal, contradicts what was noted.
//!
//! A task does this beside all writers, so none of them waits for another's project.

use std::collections::VecDeque;

use domain::ledger::{AuditEntry, Change, LedgerHead, Operation};
use domain::{Entity, JsonObject, Leaf, Sha256, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Func, JoinType, Order, Query};
use serde_json::{Value, json};
use uuid::Uuid;

use super::snapshot::{BATCH, Snapshot, column};
use crate::error::Result;
use crate::reader::{Reader, decode, select_all};
use crate::scope::Depth;
use crate::store::Store;
use crate::write::write;

/// How far a chain has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How many entries it has.
    pub count: i64,
    /// The hash of the last.
    pub hash: Sha256,
}

impl Mark {
    fn of(head: &LedgerHead) -> Option<Self> {
        head.audit_hash.clone().map(|hash| Self { count: head.audit_count.get(), hash })
    }

    fn to_json(&self) -> Value {
        json!({ "audit_count": self.count, "audit_hash": self.hash.as_str() })
    }

    fn from_json(json: &Value) -> Option<Self> {
        let hash = json.get("audit_hash")?.as_str()?;
        Some(Self { count: json.get("audit_count")?.as_i64()?, hash: Sha256::parse(hash.to_owned()).ok()? })
    }
}

/// Notes, for each project whose chain has gone on since, how far it has come.
pub async fn checkpoint(store: &Store) -> Result<()> {
    let reader = store.reader(Viewer::system("checkpoint"), None);
    let mut after = Uuid::nil();
    loop {
        let (heads, last) = gone_on(&reader, after).await?;
        if !heads.is_empty() {
            write(&reader, |work| {
                let heads = heads.clone();
                Box::pin(async move {
                    for (head, mark) in heads {
                        work.note(Change {
                            project_id: None,
                            table: LedgerHead::TABLE,
                            row: head,
                            operation: Operation::Checkpoint,
                            before: None,
                            after: Some(JsonObject::parse(mark.to_json())?),
                        });
                    }
                    Ok(())
                })
            })
            .await?;
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// The next heads of projects whose chains have gone on since their last checkpoint, and the last head that was looked at.
async fn gone_on(reader: &Reader, after: Uuid) -> Result<(Vec<(Uuid, Mark)>, Option<Uuid>)> {
    let (id, named) = (column::<LedgerHead>("id"), |alias: &'static str, name: &'static str| {
        Expr::col((Alias::new(alias), Alias::new(name)))
    });
    let newest = Query::select()
        .expr(Func::max(named("n", "position")))
        .from_as(Alias::new(AuditEntry::TABLE), Alias::new("n"))
        .and_where(named("n", "row_id").eq(id.clone()))
        .take();
    let last = Condition::all().add(named("a", "row_id").eq(id.clone())).add(named("a", "position").eq(newest));
    let mut select = select_all::<LedgerHead>(Depth::OUTER);
    select
        .expr_as(named("a", "after"), Alias::new("noted"))
        .join_as(JoinType::LeftJoin, Alias::new(AuditEntry::TABLE), Alias::new("a"), last)
        .and_where(column::<LedgerHead>("project_id").is_not_null())
        .and_where(id.clone().gt(after))
        .order_by_expr(id, Order::Asc)
        .limit(BATCH);
    let rows = reader.query(&select).await?;
    let mut heads = Vec::new();
    for row in &rows {
        let head: LedgerHead = decode(row)?;
        let noted: Option<Value> = row.try_get("", "noted")?;
        let noted = noted.as_ref().and_then(Mark::from_json);
        heads.extend(Mark::of(&head).filter(|mark| noted.as_ref() != Some(mark)).map(|mark| (head.id.uuid(), mark)));
    }
    Ok((heads, rows.last().map(|row| row.try_get("", "id")).transpose()?))
}

/// What was noted of a chain, in the order in which it was.
pub(super) struct Marks {
    head: Option<Uuid>,
    ahead: VecDeque<Mark>,
    after: i64,
}

impl Marks {
    /// What checkpoints noted of a project's chain.
    pub(super) fn of(head: Uuid) -> Self {
        Self { head: Some(head), ahead: VecDeque::new(), after: 0 }
    }

    /// What was noted elsewhere.
    pub(super) fn known(mark: Option<Mark>) -> Self {
        Self { head: None, ahead: mark.into_iter().collect(), after: 0 }
    }

    /// Whether at this place of the chain another hash was noted.
    pub(super) async fn contradict(&mut self, snapshot: &Snapshot, position: i64, hash: &Sha256) -> Result<bool> {
        while let Some(mark) = self.next(snapshot).await?.filter(|mark| mark.count <= position) {
            self.ahead.pop_front();
            if mark.count == position && mark.hash != *hash {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How long the chain was when it was noted to be longer than this.
    pub(super) async fn beyond(&mut self, snapshot: &Snapshot, count: i64) -> Result<Option<i64>> {
        Ok(self.next(snapshot).await?.map(|mark| mark.count).filter(|noted| *noted > count))
    }

    /// The next that was noted.
    async fn next(&mut self, snapshot: &Snapshot) -> Result<Option<Mark>> {
        while self.ahead.is_empty() {
            let Some(head) = self.head else { break };
            let position = column::<AuditEntry>("position");
            let mut select = select_all::<AuditEntry>(Depth::OUTER);
            select
                .and_where(column::<AuditEntry>("row_id").eq(head))
                .and_where(column::<AuditEntry>("operation").eq(Operation::Checkpoint.as_str()))
                .and_where(position.clone().gt(self.after))
                .order_by_expr(position, Order::Asc)
                .limit(BATCH);
            let rows = snapshot.query(&select).await?;
            let Some(last) = rows.last() else {
                self.head = None;
                break;
            };
            self.after = last.try_get("", "position")?;
            for row in &rows {
                // One that was changed is found in the chain of the instance.
                let noted: Option<Value> = row.try_get("", "after").unwrap_or_default();
                self.ahead.extend(noted.as_ref().and_then(Mark::from_json));
            }
        }
        Ok(self.ahead.front().cloned())
    }
}
