//! The unit of work: a transaction with what it will say of itself when it commits.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use domain::ledger::{Change, Event, Operation};
use domain::project::Project;
use domain::{Action, Belonging, Id, Invalid, JsonObject, Leaf, Timestamp, Viewer};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{DatabaseTransaction, IdenStatic, Iterable, ModelTrait, QueryResult, StatementBuilder};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Edited, Topic};
use crate::dialect::{Dialect, Lock};
use crate::error::{Error, Result};
use crate::reader::{Reader, decode, execute, query, select_all, select_seen};
use crate::row::{Column, Model, Row, column_named, id_column, id_of};
use crate::scope::{self, Depth, under_live};

/// A transaction that will write.
pub struct Work {
    pub(super) reader: Reader,
    pub(super) transaction: DatabaseTransaction,
    pub(super) now: Timestamp,
    pub(super) changes: Vec<Change>,
    pub(super) events: Vec<Event>,
    topics: Vec<Topic>,
    parents: HashMap<(TypeId, Uuid), Arc<dyn Any + Send + Sync>>,
}

impl Work {
    /// Opens the transaction.
    pub async fn begin(reader: &Reader) -> Result<Self> {
        let transaction = reader.pools().begin().await?;
        let now = reader.now();
        let (changes, events, topics, parents) = (Vec::new(), Vec::new(), Vec::new(), HashMap::new());
        Ok(Self { reader: reader.clone(), transaction, now, changes, events, topics, parents })
    }

    /// The time of all that is written.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Who writes.
    pub fn viewer(&self) -> Arc<Viewer> {
        self.reader.viewer()
    }

    /// The way to the database outside of the transaction.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.reader.dialect()
    }

    /// Asks the policy whether the viewer may do this to what belongs there.
    pub fn allow<E: Row>(&self, action: Action, belonging: Belonging) -> Result<()> {
        self.viewer().may(action, belonging).map_err(Error::denied(E::NAME))
    }

    /// The row that the viewer sees under this id, locked until the end so that nobody deletes it meanwhile.
    pub async fn parent<E: Row>(&mut self, id: Id<E>) -> Result<Arc<E>> {
        let key = (TypeId::of::<E>(), id.uuid());
        if let Some(known) = self.parents.get(&key).and_then(|known| Arc::clone(known).downcast::<E>().ok()) {
            return Ok(known);
        }
        let found = Arc::new(self.one_seen(id, Lock::Share).await?);
        self.parents.insert(key, Arc::<E>::clone(&found));
        Ok(found)
    }

    /// The project, live and locked so, in which the viewer may do this.
    pub async fn project(&mut self, id: Id<Project>, action: Action) -> Result<Arc<Project>> {
        let project = self.parent(id).await?;
        self.allow::<Project>(action, Belonging::Project(id))?;
        Ok(project)
    }

    /// The row that the viewer sees under this id, locked to be changed.
    pub async fn own<E: Row>(&mut self, id: Id<E>) -> Result<E> {
        self.one_seen(id, Lock::Update).await
    }

    pub(super) async fn one_seen<E: Row>(&mut self, id: Id<E>, lock: Lock) -> Result<E> {
        let same = Condition::all().add(Depth::OUTER.column(id_column::<E>()).eq(id.uuid()));
        let mut select = select_seen::<E>(&self.viewer(), self.dialect(), same);
        under_live::<E>(&mut select, self.dialect());
        scope::lock::<E>(&mut select, self.dialect(), lock);
        self.first(&select).await?.ok_or(Error::Missing { what: E::NAME })
    }

    /// Checks that the viewer sees the row under this id, as it is now in this unit of work.
    pub(super) async fn seen_again<E: Row>(&mut self, id: Id<E>) -> Result<()> {
        self.one_seen(id, Lock::Share).await.map(drop)
    }

    /// The row under this id, itself live or not, seen or not, locked to be changed. All above it is live.
    pub(crate) async fn any<E: Row>(&mut self, id: Id<E>) -> Result<Option<E>> {
        let mut select = select_all::<E>(Depth::OUTER);
        select.and_where(Depth::OUTER.column(id_column::<E>()).eq(id.uuid()));
        under_live::<E>(&mut select, self.dialect());
        scope::lock::<E>(&mut select, self.dialect(), Lock::Update);
        self.first(&select).await
    }

    /// The rows that the viewer sees and that fulfil a condition.
    pub(crate) async fn find<E: Row>(&self, condition: Condition) -> Result<Vec<E>> {
        let select = select_seen::<E>(&self.viewer(), self.dialect(), condition);
        self.query(&select).await?.iter().map(decode::<E>).collect()
    }

    /// The rows that fulfil a condition, whoever sees them, locked to be changed.
    pub(crate) async fn find_all<E: Row>(&self, condition: Condition) -> Result<Vec<E>> {
        let mut select = select_all::<E>(Depth::OUTER);
        select.cond_where(condition).order_by((Depth::OUTER.alias(), id_column::<E>()), Order::Asc);
        scope::lock::<E>(&mut select, self.dialect(), Lock::Update);
        self.query(&select).await?.iter().map(decode::<E>).collect()
    }

    /// How many rows fulfil a condition, whoever sees them.
    pub(crate) async fn count<E: Row>(&self, condition: Condition) -> Result<i64> {
        let mut select = Depth::OUTER.select_from::<E>();
        select.expr_as(Expr::col((Depth::OUTER.alias(), id_column::<E>())).count(), "rows").cond_where(condition);
        let row = self.query(&select).await?.pop();
        row.map_or(Ok(0), |row| Ok(row.try_get("", "rows")?))
    }

    /// Writes a row that was changed over the row as it was read, which is locked.
    pub(crate) async fn edit<E: Edited>(&mut self, before: &E, after: E) -> Result<E> {
        let after = after.touched(self.now);
        self.replace(before, &after, Operation::Update).await?;
        Ok(after)
    }

    /// Gives a column of many rows, which are locked, the present time, in one statement; the rows as they are then.
    pub(crate) async fn stamp_all<E: Edited>(&mut self, before: &[E], column: Column<E>) -> Result<Vec<E>> {
        self.set_all(before, column, self.now.raw().into()).await
    }

    /// Gives a column of many rows, which are locked, a value, in one statement; the rows as they are then.
    pub(crate) async fn set_all<E: Edited>(
        &mut self,
        before: &[E],
        column: Column<E>,
        value: sea_orm::Value,
    ) -> Result<Vec<E>> {
        let ids: Vec<Uuid> =
            before.iter().map(|row| id_of::<E>(&row.to_row()).map(Id::uuid)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let revision = || Expr::col(column_named::<E>("revision"));
        let mut update = Query::update();
        update
            .table(sea_orm::sea_query::Alias::new(E::TABLE))
            .value(column, value)
            .value(column_named::<E>("updated_at"), self.now.raw())
            .value(column_named::<E>("revision"), revision().add(1))
            .and_where(self.dialect().among(Expr::col(id_column::<E>()), &ids));
        self.execute(&update).await?;
        let after = self
            .find_all::<E>(Condition::all().add(self.dialect().among(Depth::OUTER.column(id_column::<E>()), &ids)))
            .await?;
        for (before, after) in before.iter().zip(&after) {
            self.trace(Some(before), Some(after), Operation::Update)?;
        }
        Ok(after)
    }

    async fn first<E: Row>(&self, select: &SelectStatement) -> Result<Option<E>> {
        self.query(select).await?.first().map(decode::<E>).transpose()
    }

    pub(crate) async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<QueryResult>> {
        query(&self.transaction, self.dialect(), self.reader.meter(), statement).await
    }

    pub(crate) async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64> {
        execute(&self.transaction, self.dialect(), self.reader.meter(), statement).await
    }

    /// Inserts rows in one statement, without a trace: for rows that nobody edits.
    pub(crate) async fn insert_untraced<E: Row>(&self, rows: &[E]) -> Result<()> {
        self.execute(&E::insertion(rows)).await.map(drop)
    }

    /// Inserts a row that goes with another which is created.
    pub async fn insert<E: Edited>(&mut self, row: &E) -> Result<()> {
        self.insert_untraced(std::slice::from_ref(row)).await?;
        self.trace(None, Some(row), Operation::Create)
    }

    /// Inserts rows that go with others, in one statement.
    pub(crate) async fn insert_all<E: Edited>(&mut self, rows: &[E]) -> Result<()> {
        if !rows.is_empty() {
            self.insert_untraced(rows).await?;
        }
        rows.iter().try_for_each(|row| self.trace(None, Some(row), Operation::Create))
    }

    /// Whether this unit of work made the row.
    pub fn is_new<E: Row>(&self, row: &E) -> bool {
        let id = id_of::<E>(&row.to_row()).map(Id::uuid).ok();
        self.changes.iter().any(|change| change.operation == Operation::Create && Some(change.row) == id)
    }

    /// Writes a changed row over the row as it was read, which is locked.
    pub(crate) async fn replace<E: Edited>(&mut self, before: &E, after: &E, operation: Operation) -> Result<()> {
        let (old, new) = (before.to_row(), after.to_row());
        let id = id_of::<E>(&old)?;
        let mut update = Query::update();
        update.table(sea_orm::sea_query::Alias::new(E::TABLE));
        for column in Column::<E>::iter() {
            if old.get(column) != new.get(column) && !E::computed().contains(&column.as_str()) {
                update.value(column, new.get(column));
            }
        }
        update
            .and_where(Expr::col(id_column::<E>()).eq(id.uuid()))
            .and_where(Expr::col(column_named::<E>("revision")).eq(before.revision().get()));
        if self.execute(&update).await? != 1 {
            return Err(Error::stale(E::NAME, before.revision()));
        }
        self.trace(Some(before), Some(after), operation)
    }

    /// Writes changed rows over the rows as they were read, which are locked, in one statement.
    pub(crate) async fn replace_all<E: Edited>(&mut self, changed: &[(E, E)]) -> Result<()> {
        let rows: Vec<Replaced<E>> = changed.iter().map(|(before, after)| (before.to_row(), after.to_row())).collect();
        let ids: Vec<Uuid> = rows.iter().map(|(old, _)| id_of::<E>(old).map(Id::uuid)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut update = Query::update();
        update
            .table(sea_orm::sea_query::Alias::new(E::TABLE))
            .and_where(self.dialect().among(Expr::col(id_column::<E>()), &ids));
        for column in Column::<E>::iter().filter(|column| !E::computed().contains(&column.as_str())) {
            if let Some(value) = replaced::<E>(column, &ids, &rows) {
                update.value(column, value);
            }
        }
        self.execute(&update).await?;
        changed.iter().try_for_each(|(before, after)| self.trace(Some(before), Some(after), Operation::Update))
    }

    /// Removes a row for good.
    pub(crate) async fn erase<E: Edited>(&mut self, row: &E) -> Result<()> {
        let id = id_of::<E>(&row.to_row())?;
        let mut delete = Query::delete();
        delete
            .from_table(sea_orm::sea_query::Alias::new(E::TABLE))
            .and_where(Expr::col(id_column::<E>()).eq(id.uuid()));
        if self.execute(&delete).await? != 1 {
            return Err(Error::Missing { what: E::NAME });
        }
        self.trace(Some(row), None, Operation::Delete)
    }

    /// Has those who listen told of something that is in no audit.
    pub(crate) fn tell(&mut self, topic: Topic) {
        self.topics.push(topic);
    }

    /// Removes rows for good, in one statement.
    pub(crate) async fn erase_all<E: Edited>(&mut self, rows: &[E]) -> Result<()> {
        let ids: Vec<Uuid> =
            rows.iter().map(|row| id_of::<E>(&row.to_row()).map(Id::uuid)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut delete = Query::delete();
        delete
            .from_table(sea_orm::sea_query::Alias::new(E::TABLE))
            .and_where(self.dialect().among(Expr::col(id_column::<E>()), &ids));
        self.execute(&delete).await?;
        rows.iter().try_for_each(|row| self.trace(Some(row), None, Operation::Delete))
    }

    /// Notes a change for the audit alone.
    pub(crate) fn note(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Notes what happened for the event log alone.
    pub(crate) fn happened(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Notes what was done to a row, for the audit, the event log and those who listen.
    pub(crate) fn trace<E: Edited>(
        &mut self,
        before: Option<&E>,
        after: Option<&E>,
        operation: Operation,
    ) -> Result<()> {
        let Some(row) = after.or(before) else { return Ok(()) };
        let (project, id) = (row.belongs().project(), id_of::<E>(&row.to_row())?);
        self.changes.push(Change {
            project_id: project,
            table: E::TABLE,
            row: id.uuid(),
            operation,
            before: before.map(audited).transpose()?,
            after: after.map(audited).transpose()?,
        });
        for event_type in E::events(before, after, operation) {
            let payload = JsonObject::parse(json!({ "id": id.to_string() }))?;
            self.events.push(Event { event_type, project_id: project, run_id: row.run(), payload });
        }
        self.topics.push(Topic { project_id: project, table: E::TABLE, row: id.uuid() });
        Ok(())
    }

    /// Writes the ledger, commits, and announces.
    pub async fn commit(mut self) -> Result<()> {
        self.write_ledger().await?;
        self.transaction.commit().await?;
        if !self.topics.is_empty() {
            self.reader.store().announce(&self.topics);
        }
        Ok(())
    }
}

/// A row as it was, and as it is to be.
type Replaced<E> = (Model<E>, Model<E>);

/// What a column becomes in rows that are written in one statement; none where it stays as it is in all of them.
fn replaced<E: Row>(column: Column<E>, ids: &[Uuid], rows: &[Replaced<E>]) -> Option<Expr> {
    let value = |(_, new): &Replaced<E>| new.get(column);
    let changed = || ids.iter().zip(rows).filter(|(_, (old, new))| old.get(column) != new.get(column));
    let first = changed().next().map(|(_, row)| value(row))?;
    if rows.iter().all(|row| value(row) == first) {
        return Some(Expr::val(first));
    }
    let cases = changed().fold(CaseStatement::new(), |cases, (id, row)| {
        cases.case(Expr::col(id_column::<E>()).eq(*id), Expr::val(value(row)))
    });
    Some(cases.finally(Expr::col(column)).into())
}

/// A row as the audit keeps it: its columns, without secrets and without what may be large.
fn audited<E: Row>(row: &E) -> Result<JsonObject, Invalid> {
    let model = row.to_row();
    let mut object = Map::new();
    for column in Column::<E>::iter() {
        let name = column.as_str();
        let value = if E::secrets().contains(&name) {
            Value::from("[secret]")
        } else if E::bulky().contains(&name) {
            Value::from("[left out]")
        } else {
            plain(model.get(column))
        };
        object.insert(name.to_owned(), value);
    }
    JsonObject::parse(Value::Object(object))
}

fn plain(value: sea_orm::Value) -> Value {
    match value {
        sea_orm::Value::String(text) => text.into(),
        sea_orm::Value::Bool(flag) => flag.into(),
        sea_orm::Value::BigInt(whole) => whole.into(),
        sea_orm::Value::Double(real) => real.into(),
        sea_orm::Value::Uuid(uuid) => uuid.map(|uuid| uuid.to_string()).into(),
        sea_orm::Value::TimeDateTimeWithTimeZone(time) => {
            time.and_then(|time| Timestamp::parse(time).ok()).map(|time| time.to_string()).into()
        }
        sea_orm::Value::Json(json) => json.map_or(Value::Null, |json| *json),
        other => other.to_string().into(),
    }
}
