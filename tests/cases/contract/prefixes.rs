//! The prefixes of ids: listed, and each of one entity alone.

use std::collections::BTreeSet;

use domain::Entity;
use domain::account::UserToken;
use domain::execution::SeriesPoint;
use domain::files::Upload;
use domain::ledger::LedgerHead;

const LISTED: [(&str, &str); 28] = [
    ("user", "User"),
    ("userprovider", "UserProvider"),
    ("session", "Session"),
    ("apikey", "ApiKey"),
    ("project", "Project"),
    ("projectmember", "ProjectMember"),
    ("repository", "Repository"),
    ("projectguideline", "ProjectGuideline"),
    ("paper", "Paper"),
    ("claim", "Claim"),
    ("storyboard", "Storyboard"),
    ("asset", "Asset"),
    ("run", "Run"),
    ("runlease", "RunLease"),
    ("eval", "Eval"),
    ("snapshot", "Snapshot"),
    ("note", "Note"),
    ("runequation", "RunEquation"),
    ("plan", "Plan"),
    ("unitmode", "UnitMode"),
    ("equationmodule", "EquationModule"),
    ("metricdefinition", "MetricDefinition"),
    ("runbatch", "RunBatch"),
    ("runevent", "RunEvent"),
    ("runseries", "RunSeries"),
    ("auditlog", "AuditEntry"),
    ("eventlog", "EventLog"),
    ("errorlog", "ErrorLog"),
];

#[test]
fn the_prefixes_of_objects_are_those_that_are_listed() {
    assert_eq!(graphql::node::PREFIXES, LISTED);
}

#[test]
fn no_prefix_is_that_of_two_entities() {
    let others = [UserToken::PREFIX, Upload::PREFIX, LedgerHead::PREFIX, SeriesPoint::PREFIX];
    let all: Vec<&str> = graphql::node::PREFIXES.iter().map(|(prefix, _)| *prefix).chain(others).collect();
    let distinct: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len(), "{all:?}");
    assert!(all.iter().all(|prefix| prefix.bytes().all(|b| b.is_ascii_lowercase())), "{all:?}");
}
