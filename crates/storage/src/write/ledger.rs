//! The end of every unit of work: its entries in the audit chain and the event log, under the lock of the ledger's head.

use std::collections::BTreeMap;

use domain::ledger::{AuditEntry, Change, EventLog, Link};
use domain::project::Project;
use domain::{Id, Leaf, Sha256, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, Query};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::Work;
use crate::dialect::Lock;
use crate::error::Result;

/// The head of a ledger: a project's, or the instance's.
struct Head {
    id: Uuid,
    project: Option<Uuid>,
    next_event: i64,
    audit_count: i64,
    audit_hash: Option<Sha256>,
}

impl Work {
    /// Writes what the unit of work says of itself; heads are locked in the order of their projects.
    pub(super) async fn write_ledger(&mut self) -> Result<()> {
        let mut ledgers: BTreeMap<Option<Uuid>, (Vec<Change>, Vec<EventLog>)> = BTreeMap::new();
        for change in std::mem::take(&mut self.changes) {
            ledgers.entry(change.project_id.map(Id::uuid)).or_default().0.push(change);
        }
        for event in std::mem::take(&mut self.events) {
            ledgers.entry(event.project_id.map(Id::<Project>::uuid)).or_default().1.push(event);
        }
        for (project, (changes, events)) in ledgers {
            let mut head = self.lock_head(project).await?;
            if !changes.is_empty() {
                let insert = self.audit_rows(&mut head, &changes)?;
                self.execute(&insert).await?;
            }
            if !events.is_empty() {
                let insert = self.event_rows(&mut head, &events);
                self.execute(&insert).await?;
            }
            self.save_head(&head).await?;
        }
        Ok(())
    }

    async fn lock_head(&self, project: Option<Uuid>) -> Result<Head> {
        if let Some(head) = self.find_head(project).await? {
            return Ok(head);
        }
        let id = self.reader.ids().next();
        let seal = self.reader.store().audit_key().seal(id, 0, None)?;
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new("ledger_heads"))
            .columns(["id", "project_id", "seal", "created_at", "updated_at"].map(Alias::new))
            .values_panic([
                id.into(),
                Expr::val(Value::Uuid(project)),
                seal.as_str().into(),
                self.now.raw().into(),
                self.now.raw().into(),
            ]);
        self.execute(&insert).await?;
        Ok(Head { id, project, next_event: 1, audit_count: 0, audit_hash: None })
    }

    async fn find_head(&self, project: Option<Uuid>) -> Result<Option<Head>> {
        let of_project = Expr::col(Alias::new("project_id"));
        let mut select = Query::select();
        select
            .columns(["id", "next_event", "audit_count", "audit_hash"].map(Alias::new))
            .from(Alias::new("ledger_heads"))
            .and_where(project.map_or_else(|| of_project.clone().is_null(), |project| of_project.clone().eq(project)));
        self.dialect().lock(&mut select, Alias::new("ledger_heads"), Lock::Update);
        self.query(&select).await?.first().map(|row| Head::read(row, project)).transpose()
    }

    fn audit_rows(&self, head: &mut Head, changes: &[Change]) -> Result<InsertStatement> {
        let key = self.reader.store().audit_key();
        let viewer = self.viewer();
        let actor = format!("{} {}", viewer.actor().kind(), viewer.actor().name());
        let mut insert = Query::insert();
        insert.into_table(Alias::new("audit_log")).columns(AUDIT_COLUMNS.map(Alias::new));
        for change in changes {
            head.audit_count += 1;
            let link = Link {
                previous: head.audit_hash.as_ref(),
                position: head.audit_count,
                actor: &actor,
                request: self.reader.request(),
                at: self.now,
            };
            let entry = key.entry(change, &link)?;
            insert.values_panic(self.audit_row(head, change, &entry, &viewer).map(Expr::val));
            head.audit_hash = Some(entry.hash);
        }
        Ok(insert)
    }

    fn audit_row(&self, head: &Head, change: &Change, entry: &AuditEntry, viewer: &Viewer) -> [Value; 17] {
        let digest = |digest: &Option<Sha256>| Value::String(digest.as_ref().map(Leaf::raw));
        [
            self.reader.ids().next().into(),
            head.id.into(),
            head.audit_count.into(),
            Value::Uuid(head.project),
            change.table.into(),
            change.row.into(),
            change.operation.as_str().into(),
            Value::Json(change.before.clone().map(Box::new)),
            Value::Json(change.after.clone().map(Box::new)),
            digest(&entry.before_digest),
            digest(&entry.after_digest),
            viewer.actor().kind().as_str().into(),
            viewer.actor().name().into(),
            Value::Uuid(viewer.user().map(Id::uuid)),
            Value::String(self.reader.request().map(str::to_owned)),
            self.now.raw().into(),
            entry.hash.as_str().into(),
        ]
    }

    fn event_rows(&self, head: &mut Head, events: &[EventLog]) -> InsertStatement {
        let viewer = self.viewer();
        let mut insert = Query::insert();
        insert.into_table(Alias::new("event_logs")).columns(EVENT_COLUMNS.map(Alias::new));
        for event in events {
            let row: [Value; 9] = [
                head.id.into(),
                head.next_event.into(),
                Value::Uuid(head.project),
                event.event_type.as_str().into(),
                viewer.actor().kind().as_str().into(),
                viewer.actor().name().into(),
                Value::Uuid(event.run_id.map(Id::uuid)),
                event.payload.raw().into(),
                self.now.raw().into(),
            ];
            insert.values_panic(row.map(Expr::val));
            head.next_event += 1;
        }
        insert
    }

    async fn save_head(&self, head: &Head) -> Result<()> {
        let seal = self.reader.store().audit_key().seal(head.id, head.audit_count, head.audit_hash.as_ref())?;
        let mut update = Query::update();
        update
            .table(Alias::new("ledger_heads"))
            .value(Alias::new("next_event"), head.next_event)
            .value(Alias::new("audit_count"), head.audit_count)
            .value(Alias::new("audit_hash"), Value::String(head.audit_hash.as_ref().map(Leaf::raw)))
            .value(Alias::new("seal"), seal.as_str())
            .value(Alias::new("updated_at"), self.now.raw())
            .and_where(Expr::col(Alias::new("id")).eq(head.id));
        self.execute(&update).await.map(drop)
    }
}

impl Head {
    fn read(row: &QueryResult, project: Option<Uuid>) -> Result<Self> {
        let hash: Option<String> = row.try_get("", "audit_hash")?;
        Ok(Self {
            id: row.try_get("", "id")?,
            project,
            next_event: row.try_get("", "next_event")?,
            audit_count: row.try_get("", "audit_count")?,
            audit_hash: hash.map(Sha256::parse).transpose()?,
        })
    }
}

const AUDIT_COLUMNS: [&str; 17] = [
    "id",
    "head_id",
    "position",
    "project_id",
    "table_name",
    "row_id",
    "operation",
    "before",
    "after",
    "before_digest",
    "after_digest",
    "actor_type",
    "actor_id",
    "user_id",
    "request_id",
    "created_at",
    "hash",
];

const EVENT_COLUMNS: [&str; 9] =
    ["head_id", "position", "project_id", "event_type", "actor_type", "actor_id", "run_id", "payload", "created_at"];
