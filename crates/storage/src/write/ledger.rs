//! The end of every unit of work: its entries in the audit chain and the event log, under the lock of the ledger's head.

use std::collections::BTreeMap;

use domain::ledger::{AuditEntry, Change, Event, EventLog, LedgerHead, Operation};
use domain::project::Project;
use domain::text::{ActorName, RequestId, TableName};
use domain::{Count, Entity, Id, Invalid, JsonObject, Leaf, Nth, Sha256};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};

use super::Work;
use crate::column::pack;
use crate::dialect::Lock;
use crate::error::Result;
use crate::reader::{decode, select_all};
use crate::row::column_named;
use crate::scope::Depth;

/// What a unit of work says of itself in one ledger.
#[derive(Default)]
struct Said {
    changes: Vec<Change>,
    events: Vec<Event>,
}

impl Work {
    /// Writes what the unit of work says of itself; heads are locked in the order of their projects.
    pub(super) async fn write_ledger(&mut self) -> Result<()> {
        let mut ledgers: BTreeMap<Option<Id<Project>>, Said> = BTreeMap::new();
        for change in std::mem::take(&mut self.changes) {
            ledgers.entry(change.project_id).or_default().changes.push(change);
        }
        for event in std::mem::take(&mut self.events) {
            ledgers.entry(event.project_id).or_default().events.push(event);
        }
        for (project, Said { changes, events }) in ledgers {
            let mut head = self.lock_head(project).await?;
            if !changes.is_empty() {
                let entries: Result<Vec<_>> =
                    changes.into_iter().map(|change| self.audit_entry(&mut head, change)).collect();
                self.insert_untraced(&entries?).await?;
            }
            if !events.is_empty() {
                let events: Result<Vec<_>> = events.into_iter().map(|event| self.event_log(&mut head, event)).collect();
                self.insert_untraced(&events?).await?;
            }
            self.save_head(&mut head).await?;
        }
        Ok(())
    }

    async fn lock_head(&self, project: Option<Id<Project>>) -> Result<LedgerHead> {
        let of_project = Depth::OUTER.column(column_named::<LedgerHead>("project_id"));
        let mut select = select_all::<LedgerHead>(Depth::OUTER);
        select.and_where(match project {
            Some(project) => of_project.eq(project.uuid()),
            None => of_project.is_null(),
        });
        self.dialect().lock(&mut select, Depth::OUTER.alias(), Lock::Update);
        if let Some(head) = self.query(&select).await?.first() {
            return decode(head);
        }
        let head = self.new_head(project)?;
        self.insert_untraced(std::slice::from_ref(&head)).await?;
        Ok(head)
    }

    fn new_head(&self, project_id: Option<Id<Project>>) -> Result<LedgerHead> {
        let mut head = LedgerHead {
            id: self.reader.ids().next_for()?,
            project_id,
            next_event: Count::try_new(1)?,
            next_studio_event: Count::try_new(1)?,
            audit_count: Count::ZERO,
            audit_hash: None,
            seal: Sha256::of(b""),
            created_at: self.now,
            updated_at: self.now,
        };
        head.seal = self.reader.store().audit_key().seal(&head)?;
        Ok(head)
    }

    /// The next entry of a chain.
    fn audit_entry(&self, head: &mut LedgerHead, change: Change) -> Result<AuditEntry> {
        let (key, viewer) = (self.reader.store().audit_key(), self.viewer());
        let digest = |row: &Option<JsonObject>| row.as_ref().map(|row| key.digest(row)).transpose();
        let mut entry = AuditEntry {
            id: self.reader.ids().next_for()?,
            head_id: head.id,
            position: next(head.audit_count)?,
            project_id: head.project_id,
            table_name: TableName::try_new(change.table)?,
            row_id: change.row,
            operation: change.operation,
            before_digest: digest(&change.before)?,
            after_digest: digest(&change.after)?,
            before: change.before,
            after: change.after,
            actor_type: viewer.actor().kind(),
            actor_id: Some(ActorName::try_new(viewer.actor().name())?),
            user_id: viewer.user(),
            api_key_id: viewer.actor().key(),
            request_id: self.reader.request().map(RequestId::try_new).transpose()?,
            hash: Sha256::of(b""),
            created_at: self.now,
        };
        // What an erasure left is kept where it was left; here it stands by its digests alone.
        if entry.operation == Operation::Erase {
            (entry.before, entry.after) = (None, None);
        }
        entry.hash = key.hash(&entry, head.audit_hash.as_ref())?;
        head.audit_count = entry.position;
        head.audit_hash = Some(entry.hash.clone());
        Ok(entry)
    }

    /// The next row of an event log.
    fn event_log(&self, head: &mut LedgerHead, event: Event) -> Result<EventLog> {
        let viewer = self.viewer();
        let id = Nth::try_new(head.id.uuid(), head.next_event)?;
        head.next_event = next(head.next_event)?;
        Ok(EventLog {
            id,
            project_id: head.project_id,
            event_type: event.event_type,
            actor_type: viewer.actor().kind(),
            actor_id: Some(ActorName::try_new(viewer.actor().name())?),
            run_id: event.run_id,
            payload: event.payload,
            created_at: self.now,
        })
    }

    async fn save_head(&self, head: &mut LedgerHead) -> Result<()> {
        head.seal = self.reader.store().audit_key().seal(head)?;
        let mut update = Query::update();
        update
            .table(Alias::new(LedgerHead::TABLE))
            .value(Alias::new("next_event"), head.next_event.get())
            .value(Alias::new("audit_count"), head.audit_count.get())
            .value(Alias::new("audit_hash"), pack(head.audit_hash.clone()).map_or(Value::String(None), Value::from))
            .value(Alias::new("seal"), head.seal.as_str())
            .value(Alias::new("updated_at"), self.now.raw())
            .and_where(Expr::col(Alias::new("id")).eq(head.id.uuid()));
        self.execute(&update).await.map(drop)
    }
}

fn next(count: Count) -> Result<Count, Invalid> {
    Count::try_new(count.get() + 1)
}
