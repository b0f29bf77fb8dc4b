//! Erases the personal data of a user from what the audit log keeps. The digests of what was written stay, so the chain
//! holds; and an entry for each that was touched has the digests of what is left, so that this cannot be changed either.

use domain::account::{ApiKey, Session, User, UserProvider};
use domain::ledger::{AuditEntry, Change, Operation};
use domain::{Entity, Id, JsonObject, Leaf};
use sea_orm::Value as Bound;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Order, Query, UpdateStatement};
use serde_json::Value;

use super::snapshot::{BATCH, column};
use crate::column::Col;
use crate::error::Result;
use crate::order::tuple;
use crate::reader::{decode, select_all};
use crate::scope::Depth;
use crate::write::Work;

/// The personal data of users in rows of a table.
struct Personal {
    table: &'static str,
    /// The column that names the user.
    user: &'static str,
    /// The columns that are about them.
    columns: &'static [&'static str],
}

/// Where personal data stand.
const PERSONAL: [Personal; 4] = [
    Personal { table: User::TABLE, user: "id", columns: &["email", "email_folded", "name", "avatar_url", "metadata"] },
    Personal { table: UserProvider::TABLE, user: "user_id", columns: &["provider_id", "email", "name", "avatar_url"] },
    Personal { table: Session::TABLE, user: "user_id", columns: &["user_agent", "metadata"] },
    Personal { table: ApiKey::TABLE, user: "user_id", columns: &["name"] },
];

/// What stands in the place of what was erased.
const ERASED: &str = "[erased]";

/// Erases the personal data of a user from all entries; answers from how many.
pub async fn erase(work: &mut Work, user: Id<User>) -> Result<i64> {
    let mut erased = 0;
    let mut after: Option<AuditEntry> = None;
    loop {
        let batch = entries(work, after.as_ref()).await?;
        let touched: Vec<_> =
            batch.iter().filter_map(|entry| without(entry, user).transpose()).collect::<Result<_>>()?;
        if !touched.is_empty() {
            work.execute(&update(&touched)).await?;
        }
        for entry in touched {
            erased += 1;
            work.note(Change {
                project_id: entry.project_id,
                table: AuditEntry::TABLE,
                row: entry.id.uuid(),
                operation: Operation::Erase,
                before: entry.before,
                after: entry.after,
            });
        }
        match batch.into_iter().next_back() {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    work.note(Change {
        project_id: None,
        table: User::TABLE,
        row: user.uuid(),
        operation: Operation::Erase,
        before: None,
        after: None,
    });
    Ok(erased)
}

/// The next entries about rows that may hold personal data.
async fn entries(work: &Work, after: Option<&AuditEntry>) -> Result<Vec<AuditEntry>> {
    let place = || ["head_id", "position"].map(column::<AuditEntry>).into_iter();
    let mut select = select_all::<AuditEntry>(Depth::OUTER);
    select.and_where(column::<AuditEntry>("table_name").is_in(PERSONAL.map(|personal| personal.table)));
    if let Some(last) = after {
        let last = [Expr::val(last.head_id.uuid()), Expr::val(last.position.get())];
        select.and_where(tuple(place()).gt(tuple(last.into_iter())));
    }
    for column in place() {
        select.order_by_expr(column, Order::Asc);
    }
    work.query(select.limit(BATCH)).await?.iter().map(decode).collect()
}

/// The entry without the personal data of the user; none where it has none.
fn without(entry: &AuditEntry, user: Id<User>) -> Result<Option<AuditEntry>> {
    let table = entry.table_name.as_str();
    let Some(personal) = PERSONAL.iter().find(|personal| personal.table == table) else { return Ok(None) };
    let left = AuditEntry {
        before: entry.before.as_ref().map(|row| personal.without(row, user)).transpose()?,
        after: entry.after.as_ref().map(|row| personal.without(row, user)).transpose()?,
        ..entry.clone()
    };
    Ok(Some(left).filter(|left| left != entry))
}

impl Personal {
    fn without(&self, row: &JsonObject, user: Id<User>) -> Result<JsonObject> {
        let mut row = row.raw();
        if row.get(self.user).and_then(Value::as_str) == Some(user.uuid().to_string().as_str()) {
            for column in self.columns {
                match row.get_mut(column) {
                    Some(value) if *value != Value::Null => *value = ERASED.into(),
                    Some(_) | None => {}
                }
            }
        }
        Ok(JsonObject::parse(row)?)
    }
}

/// Writes what is left of some entries, in one statement.
fn update(entries: &[AuditEntry]) -> UpdateStatement {
    let id = || Expr::col(Alias::new("id"));
    let left = |content: fn(&AuditEntry) -> &Option<JsonObject>, name: &'static str| -> Expr {
        let cases = entries.iter().fold(CaseStatement::new(), |cases, entry| {
            let content = content(entry).clone().map_or(Bound::Json(None), |row| Col(row).into());
            cases.case(id().eq(entry.id.uuid()), Expr::val(content))
        });
        cases.finally(Expr::col(Alias::new(name))).into()
    };
    let mut update = Query::update();
    update
        .table(Alias::new(AuditEntry::TABLE))
        .value(Alias::new("before"), left(|entry| &entry.before, "before"))
        .value(Alias::new("after"), left(|entry| &entry.after, "after"))
        .and_where(id().is_in(entries.iter().map(|entry| entry.id.uuid())));
    update
}
