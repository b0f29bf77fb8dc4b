//! Writing: one unit of work a mutation. It opens a transaction, locks what must stay live, writes, collects what the
//! audit and the event log say, locks the ledger's head last, commits, and only then announces.

mod create;
mod edit;
mod ledger;
mod purge;
mod rival;
mod unit;
mod work;

pub use create::{Creation, create, created_before};
pub use edit::{Expected, delete, purge, remove, restore, update};
pub use purge::remove_purged;
pub use unit::write;
pub use work::{Topic, Work};

use domain::ledger::EventType;
use domain::project::Project;
use domain::{Action, Id, Lifecycle, Revision, Timestamp};

use sea_orm::Value;

use crate::error::Result;
use crate::row::{Column, Row};

/// An entity that people edit.
pub trait Edited: Row {
    /// What the event log calls its changes; none where nobody follows them.
    const EVENTS: Option<Events> = None;

    /// The project that it belongs to.
    fn project_id(&self) -> Id<Project>;

    /// How often it was written.
    fn revision(&self) -> Revision;

    /// What a member must be allowed to do to write such rows.
    const ACTION: Action = Action::Write;

    /// Checks that the viewer may create this row where it belongs, and that all above it stays live.
    fn admit(&self, work: &mut Work) -> impl Future<Output = Result<()>> + Send {
        async { work.project(self.project_id(), Self::ACTION).await.map(drop) }
    }

    /// The same row, written once more at this time.
    #[must_use]
    fn touched(self, now: Timestamp) -> Self;

    /// Where it lives among rows that can be deleted and restored, for those that can.
    fn lifecycle(&mut self) -> Option<&mut Lifecycle> {
        None
    }

    /// Refuses a change of this row, or with nothing after it its removal, that the state of other rows does not allow.
    fn refuse_change(
        _before: &Self,
        _after: Option<&Self>,
        _work: &mut Work,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// The keys that no other live row may have.
    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        Vec::new()
    }
}

/// The names of an entity's changes in the event log.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    /// It was made.
    pub created: EventType,
    /// It was changed.
    pub updated: EventType,
    /// It was deleted.
    pub deleted: EventType,
    /// It was brought back.
    pub restored: Option<EventType>,
    /// It was removed for good.
    pub purged: Option<EventType>,
}

/// A key that no other live row may have: the field that clients know, and the values in its columns.
pub struct NaturalKey<E: Row> {
    /// The field that clients know: `doi`.
    pub field: &'static str,
    /// The columns and what this row has in them.
    pub columns: Vec<(Column<E>, Value)>,
}
