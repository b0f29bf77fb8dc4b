//! Checks the ledger by its own rules: every chain of the audit is whole, and no event log has a gap.

use super::kit::Tables;

/// What the ledger holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    pub(super) audited: i64,
    pub(super) events: i64,
}

/// Checks all chains, and says how many changes they have, and how many events there are.
pub(super) async fn verify(tables: &Tables) -> Ledger {
    let checked = tests::app::verify(&tables.1).await;
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    let gaps = "SELECT count(*) FROM ledger_heads h WHERE next_event <> 1 + (SELECT count(*) FROM event_logs e
        WHERE e.head_id = h.id AND e.position BETWEEN 1 AND h.next_event)";
    assert_eq!(tables.number(gaps).await, 0, "an event log has a gap");
    Ledger {
        audited: tables.number("SELECT count(*) FROM audit_log WHERE operation <> 'CHECKPOINT'").await,
        events: tables.number("SELECT count(*) FROM event_logs").await,
    }
}
