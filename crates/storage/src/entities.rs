//! All entities that have a table, each named once: whoever does something for every one of them calls this list.

/// Calls a macro with every entity that has a table.
#[macro_export]
macro_rules! entities {
    ($each:ident) => {
        $each! {
            domain::account::User,
            domain::account::UserProvider,
            domain::account::Session,
            domain::account::UserToken,
            domain::account::ApiKey,
            domain::project::Project,
            domain::project::ProjectMember,
            domain::project::Repository,
            domain::project::ProjectGuideline,
            domain::literature::Paper,
            domain::literature::Claim,
            domain::literature::Storyboard,
            domain::literature::Asset,
            domain::execution::Run,
            domain::execution::RunLease,
            domain::execution::Snapshot,
            domain::execution::Note,
            domain::execution::RunEquation,
            domain::execution::Plan,
            domain::execution::UnitMode,
            domain::execution::EquationModule,
            domain::execution::MetricDefinition,
            domain::execution::Eval,
            domain::execution::RunBatch,
            domain::execution::RunEvent,
            domain::execution::RunSeries,
            domain::execution::SeriesPoint,
            domain::files::Upload,
            domain::ledger::AuditEntry,
            domain::ledger::EventLog,
            domain::ledger::ErrorLog
        }
    };
}
