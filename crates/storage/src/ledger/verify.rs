//! Verifies the audit chains: names in each the first entry that was changed or is missing, and every head that is gone.
//!
//! One state of the database is read in batches, so it can be done at any time and needs little memory.

use std::collections::HashMap;

use domain::account::User;
use domain::ledger::{AuditEntry, AuditKey, LedgerHead, Operation};
use domain::project::Project;
use domain::{Entity, Id, JsonObject, Leaf, Sha256};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait};
use uuid::Uuid;

use super::checkpoint::{Mark, Marks};
use super::finding::{Checked, Fault, Finding, Wrong};
use super::snapshot::{BATCH, Snapshot, absent, column};
use crate::error::{Error, Result};
use crate::reader::decode;
use crate::scope::Depth;
use crate::store::Store;

/// Verifies all chains; `known` is how far the chain of the instance had come when somebody noted it elsewhere, and `told`
/// hears how many entries were verified so far.
pub async fn verify(store: &Store, known: Option<Mark>, told: &(dyn Fn(u64) + Sync)) -> Result<Checked> {
    let snapshot = Snapshot::take(store).await?;
    let mut verifier = Verifier { snapshot, key: store.audit_key(), known, told, checked: Checked::default() };
    verifier.chains().await?;
    verifier.heads_that_are_gone().await?;
    verifier.heads_that_never_were().await?;
    Ok(verifier.checked)
}

struct Verifier<'a> {
    snapshot: Snapshot,
    key: &'a AuditKey,
    known: Option<Mark>,
    told: &'a (dyn Fn(u64) + Sync),
    checked: Checked,
}

/// A chain as far as it was read.
#[derive(Default)]
struct Read {
    count: i64,
    last: Option<Sha256>,
}

impl Verifier<'_> {
    async fn chains(&mut self) -> Result<()> {
        let mut after = Uuid::nil();
        loop {
            let heads = self.snapshot.page::<LedgerHead>(after).await?;
            for head in &heads {
                after = head.try_get("", "id")?;
                self.checked.chains += 1;
                match decode::<LedgerHead>(head) {
                    Ok(head) => self.chain(&head).await?,
                    Err(Error::Corrupt { why, .. }) => self.find(None, Some(after), Wrong::CorruptHead(why)),
                    Err(other) => return Err(other),
                }
            }
            if heads.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }

    /// Verifies one chain; what is told of it is the first that does not fit.
    async fn chain(&mut self, head: &LedgerHead) -> Result<()> {
        let id = head.id.uuid();
        let mut marks = match head.project_id {
            Some(_) => Marks::of(id),
            None => Marks::known(self.known.take()),
        };
        let mut read = Read::default();
        let mut wrong = (self.key.seal(head)? != head.seal).then_some(Wrong::Seal);
        while wrong.is_none() {
            let rows = self.snapshot.entries(id, read.count).await?;
            if rows.is_empty() {
                break;
            }
            wrong = self.entries(&rows, head, &mut read, &mut marks).await?;
            (self.told)(self.checked.entries);
        }
        if wrong.is_none() {
            wrong = self.end(head, &read, &mut marks).await?;
        }
        if let Some(wrong) = wrong {
            self.find(head.project_id, Some(id), wrong);
        } else if let (None, Some(hash)) = (head.project_id, read.last) {
            self.checked.instance = Some(Mark { count: read.count, hash });
        }
        Ok(())
    }

    /// Goes on by some entries, to the first that does not fit.
    async fn entries(
        &mut self,
        rows: &[QueryResult],
        head: &LedgerHead,
        read: &mut Read,
        marks: &mut Marks,
    ) -> Result<Option<Wrong>> {
        let erased = self.erasures(rows).await?;
        for row in rows {
            let position: i64 = row.try_get("", "position")?;
            if position != read.count + 1 {
                return Ok(Some(Wrong::Removed(read.count + 1)));
            }
            let (entry, fault) = match decode::<AuditEntry>(row) {
                Ok(entry) => {
                    let fault = self.fault(&entry, read.last.as_ref(), &erased)?;
                    (Some(entry), fault)
                }
                Err(Error::Corrupt { why, .. }) => (None, Some(Fault::Form(why))),
                Err(other) => return Err(other),
            };
            if let Some(fault) = fault {
                let (table, row) = (row.try_get("", "table_name").unwrap_or_default(), row.try_get("", "row_id").ok());
                return Ok(Some(Wrong::Changed { position, table, row, fault }));
            }
            let Some(entry) = entry else { return Ok(None) };
            if position == 1 && !begins(&entry, head) {
                return Ok(Some(Wrong::BegunAnew));
            }
            if marks.contradict(&self.snapshot, position, &entry.hash).await? {
                return Ok(Some(Wrong::Rewritten(position)));
            }
            self.checked.entries += 1;
            *read = Read { count: position, last: Some(entry.hash) };
        }
        Ok(None)
    }

    /// What does not fit at the end of a chain.
    async fn end(&self, head: &LedgerHead, read: &Read, marks: &mut Marks) -> Result<Option<Wrong>> {
        let said = head.audit_count.get();
        if read.count < said {
            return Ok(Some(Wrong::Cut { found: read.count, said }));
        }
        if read.count > said {
            return Ok(Some(Wrong::Longer { said }));
        }
        if read.last != head.audit_hash {
            return Ok(Some(Wrong::OtherEnd));
        }
        Ok(marks.beyond(&self.snapshot, read.count).await?.map(Wrong::RolledBack))
    }

    /// What does not fit of an entry that comes after the one with the hash `previous`.
    fn fault(&self, entry: &AuditEntry, previous: Option<&Sha256>, erased: &Erasures) -> Result<Option<Fault>> {
        if self.key.hash(entry, previous)? != entry.hash {
            return Ok(Some(Fault::Hash));
        }
        // An erasure stands by its digests alone.
        if entry.operation == Operation::Erase && entry.before.is_none() && entry.after.is_none() {
            return Ok(None);
        }
        let left = erased.get(&entry.id.uuid());
        let fits = |row: &Option<JsonObject>, written: &Option<Sha256>, left: Option<&Option<Sha256>>| {
            let digest = row.as_ref().map(|row| self.key.digest(row)).transpose()?;
            Ok::<_, Error>(digest == *written || left == Some(&digest))
        };
        if !fits(&entry.before, &entry.before_digest, left.map(|left| &left.0))? {
            return Ok(Some(Fault::Before));
        }
        if !fits(&entry.after, &entry.after_digest, left.map(|left| &left.1))? {
            return Ok(Some(Fault::After));
        }
        Ok(None)
    }

    /// What erasures left of some entries.
    async fn erasures(&self, rows: &[QueryResult]) -> Result<Erasures> {
        let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.try_get("", "id").ok()).collect();
        let select_erased = || {
            let mut select = Depth::OUTER.select_from::<AuditEntry>();
            select
                .columns(["row_id", "before_digest", "after_digest"].map(Alias::new))
                .and_where(self.snapshot.among(column::<AuditEntry>("row_id"), &ids))
                .and_where(column::<AuditEntry>("operation").eq(Operation::Erase.as_str()))
                .and_where(column::<AuditEntry>("table_name").eq(AuditEntry::TABLE))
                .order_by_expr(column::<AuditEntry>("position"), sea_orm::sea_query::Order::Asc);
            select
        };
        let digest = |row: &QueryResult, column| -> Result<Option<Sha256>> {
            let digest: Option<String> = row.try_get("", column)?;
            Ok(digest.and_then(|digest| Sha256::parse(digest).ok()))
        };
        let mut erased = Erasures::new();
        for row in self.snapshot.query(&select_erased()).await? {
            let left = (digest(&row, "before_digest")?, digest(&row, "after_digest")?);
            erased.insert(row.try_get("", "row_id")?, left);
        }
        Ok(erased)
    }

    /// Heads of which entries are left, or that a checkpoint names.
    async fn heads_that_are_gone(&mut self) -> Result<()> {
        let entries = self.snapshot.query(&gone("head_id")).await?;
        let mut named = gone("row_id");
        named.and_where(column::<AuditEntry>("operation").eq(Operation::Checkpoint.as_str()));
        let checkpoints = self.snapshot.query(&named).await?;
        let mut told = Vec::new();
        for row in entries.iter().chain(&checkpoints) {
            let head: Uuid = row.try_get("", "head")?;
            if !told.contains(&head) {
                told.push(head);
                self.find(None, Some(head), Wrong::HeadGone(row.try_get("", "entries")?));
            }
        }
        Ok(())
    }

    /// Projects, and an instance with users, that have no head.
    async fn heads_that_never_were(&mut self) -> Result<()> {
        let mut select = Depth::OUTER.select_from::<Project>();
        select
            .expr_as(column::<Project>("id"), Alias::new("id"))
            .and_where(absent::<LedgerHead>("project_id", column::<Project>("id")));
        for row in self.snapshot.query(&select).await? {
            let project = Id::try_new(row.try_get("", "id")?)?;
            self.find(Some(project), None, Wrong::NoHead);
        }
        let mut instance = Depth::OUTER.select_from::<LedgerHead>();
        instance.expr(Expr::val(1)).and_where(column::<LedgerHead>("project_id").is_null());
        let mut users = Depth::OUTER.select_from::<User>();
        users.expr(Expr::val(1)).limit(1);
        if self.snapshot.query(&instance).await?.is_empty() && !self.snapshot.query(&users).await?.is_empty() {
            self.find(None, None, Wrong::NoHead);
        }
        Ok(())
    }

    fn find(&mut self, project: Option<Id<Project>>, head: Option<Uuid>, wrong: Wrong) {
        self.checked.findings.push(Finding { project, head, wrong });
    }
}

/// The digests of what erasures left in `before` and `after` of entries.
type Erasures = HashMap<Uuid, (Option<Sha256>, Option<Sha256>)>;

/// Whether an entry can be the first of a chain: a project's begins with the making of the project.
fn begins(entry: &AuditEntry, head: &LedgerHead) -> bool {
    head.project_id.is_none_or(|project| {
        let of_project = entry.table_name.as_str() == Project::TABLE && entry.row_id == project.uuid();
        of_project && entry.operation == Operation::Create
    })
}

/// A select of the heads that a column of the audit log names and that are not there.
fn gone(name: &'static str) -> sea_orm::sea_query::SelectStatement {
    let head = column::<AuditEntry>(name);
    let mut select = Depth::OUTER.select_from::<AuditEntry>();
    select
        .expr_as(head.clone(), Alias::new("head"))
        .expr_as(Expr::col(Asterisk).count(), Alias::new("entries"))
        .and_where(absent::<LedgerHead>("id", head.clone()))
        .add_group_by([head]);
    select
}
