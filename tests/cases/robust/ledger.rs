//! Checks the ledger by its own rules: no gaps, every link of the audit chain right, every head sealed.

use domain::ledger::{AuditKey, Change, Link};
use domain::{Id, Leaf, Sha256, Timestamp};
use sea_orm::{DbBackend, QueryResult};
use uuid::Uuid;

use super::kit::{AUDIT_KEY, Tables};

/// What the ledger holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    pub(super) audited: i64,
    pub(super) events: i64,
}

/// Checks all chains, and says how long they are together.
pub(super) async fn verify(tables: &Tables) -> Ledger {
    let key = AuditKey::new(domain::bytes_of_hex(AUDIT_KEY).unwrap());
    let mut all = Ledger::default();
    for head in tables.rows("SELECT * FROM ledger_heads").await {
        let id: Uuid = head.try_get("", "id").unwrap();
        let (count, last) = verify_chain(tables, &key, id).await;
        let said: Option<String> = head.try_get("", "audit_hash").unwrap();
        assert_eq!(head.try_get::<i64>("", "audit_count").unwrap(), count, "the head counts its entries");
        assert_eq!(said.as_deref(), last.as_ref().map(Sha256::as_str), "the head names its last entry");
        let seal = key.seal(id, count, last.as_ref()).unwrap();
        assert_eq!(head.try_get::<String>("", "seal").unwrap(), seal.as_str(), "the head is sealed");
        let events = verify_events(tables, id).await;
        assert_eq!(head.try_get::<i64>("", "next_event").unwrap(), events + 1);
        all.audited += count;
        all.events += events;
    }
    assert_eq!(tables.number("SELECT count(*) FROM audit_log").await, all.audited, "no entry without a head");
    assert_eq!(tables.number("SELECT count(*) FROM event_logs").await, all.events, "no event without a head");
    all
}

async fn verify_chain(tables: &Tables, key: &AuditKey, head: Uuid) -> (i64, Option<Sha256>) {
    let (mut position, mut last) = (0, None);
    for row in tables.rows(&of_head(tables, "audit_log", head)).await {
        position += 1;
        assert_eq!(row.try_get::<i64>("", "position").unwrap(), position, "a gap in the audit");
        let text = |column: &str| row.try_get::<Option<String>>("", column).unwrap();
        let change = change(&row);
        let actor = format!("{} {}", text("actor_type").unwrap(), text("actor_id").unwrap_or_default());
        let request = text("request_id");
        let link = Link {
            previous: last.as_ref(),
            position,
            actor: &actor,
            request: request.as_deref(),
            at: time(tables, &row, "created_at"),
        };
        let entry = key.entry(&change, &link).unwrap();
        assert_eq!(text("hash").as_deref(), Some(entry.hash.as_str()), "the chain is broken at {position}");
        assert_eq!(text("before_digest"), entry.before_digest.map(|digest| digest.raw()));
        assert_eq!(text("after_digest"), entry.after_digest.map(|digest| digest.raw()));
        last = Some(entry.hash);
    }
    (position, last)
}

async fn verify_events(tables: &Tables, head: Uuid) -> i64 {
    let mut position = 0;
    for row in tables.rows(&of_head(tables, "event_logs", head)).await {
        position += 1;
        assert_eq!(row.try_get::<i64>("", "position").unwrap(), position, "a gap in the event log");
    }
    position
}

fn of_head(tables: &Tables, table: &str, head: Uuid) -> String {
    let head = match tables.0.get_database_backend() {
        DbBackend::Sqlite => format!("x'{}'", head.simple()),
        _ => format!("'{head}'"),
    };
    format!("SELECT * FROM {table} WHERE head_id = {head} ORDER BY position")
}

fn change(row: &QueryResult) -> Change {
    let table: String = row.try_get("", "table_name").unwrap();
    let operation: String = row.try_get("", "operation").unwrap();
    let project: Option<Uuid> = row.try_get("", "project_id").unwrap();
    Change {
        project_id: project.map(|id| Id::try_new(id).unwrap()),
        table: table.leak(),
        row: row.try_get("", "row_id").unwrap(),
        operation: operation.parse().unwrap(),
        before: row.try_get("", "before").unwrap(),
        after: row.try_get("", "after").unwrap(),
    }
}

fn time(tables: &Tables, row: &QueryResult, column: &str) -> Timestamp {
    match tables.0.get_database_backend() {
        DbBackend::Sqlite => row.try_get::<String>("", column).unwrap().parse().unwrap(),
        _ => Timestamp::try_new(row.try_get::<time::OffsetDateTime>("", column).unwrap()).unwrap(),
    }
}
