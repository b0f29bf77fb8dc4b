//! Writing: one unit of work a mutation. It opens a transaction, locks what must stay live, writes, collects what the
//! audit and the event log say, locks the ledger's head last, commits, and only then announces.

mod create;
mod edit;
mod ledger;
mod purge;
mod rival;
mod topic;
mod unit;
mod work;

pub use create::{Creation, create, create_one, created_before};
pub use edit::{Expected, delete, purge, remove, restore, update};
pub(crate) use edit::{change_all, check};
pub use purge::{Part, ROOTS, Root, remove_purged};
pub use topic::Topic;
pub use unit::write;
pub use work::Work;

use domain::execution::Run;
use domain::ledger::{EventType, Operation};
use domain::{Belonging, Id, Lifecycle, Revision, Timestamp};

use crate::error::Result;
use crate::row::{Column, Row};

/// An entity that people edit.
pub trait Edited: Row {
    /// What the event log calls its changes; none where nobody follows them.
    const EVENTS: Option<Events> = None;

    /// What it belongs to.
    fn belongs(&self) -> Belonging;

    /// How often it was written.
    fn revision(&self) -> Revision;

    /// What the event log calls this change.
    fn events(_before: Option<&Self>, _after: Option<&Self>, operation: Operation) -> Vec<EventType> {
        Self::EVENTS.and_then(|events| events.of(operation)).into_iter().collect()
    }

    /// The run whose event its changes are.
    fn run(&self) -> Option<Id<Run>> {
        None
    }

    /// Checks that the viewer may create this row where it belongs, and that all above it stays live.
    fn admit(&self, work: &mut Work) -> impl Future<Output = Result<()>> + Send {
        async {
            match self.belongs() {
                Belonging::Project(project) => work.project(project, Self::WRITTEN).await.map(drop),
                other => work.allow::<Self>(Self::WRITTEN, other),
            }
        }
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

    /// The keys that no other live row may have: the field that clients know, and its columns. A key with a column that
    /// is null is none.
    fn natural_keys() -> Vec<(&'static str, Vec<Column<Self>>)> {
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

impl Events {
    /// The names of the changes of an entity that is deleted for good.
    pub const fn new(created: EventType, updated: EventType, deleted: EventType) -> Self {
        Self { created, updated, deleted, restored: None, purged: None }
    }

    /// The name of what was done.
    pub(crate) const fn of(self, operation: Operation) -> Option<EventType> {
        match operation {
            Operation::Create => Some(self.created),
            Operation::Update => Some(self.updated),
            Operation::Delete => Some(self.deleted),
            Operation::Restore => self.restored,
            Operation::Purge => self.purged,
            Operation::Erase | Operation::Checkpoint => None,
        }
    }

    /// The same, of one that is restored and purged as well.
    #[must_use]
    pub const fn and_life(self, restored: EventType, purged: EventType) -> Self {
        Self { restored: Some(restored), purged: Some(purged), ..self }
    }
}

/// Declares how an entity is edited: the field that names the project or the user it belongs to; what the event log calls
/// its changes, where people follow them; the field of its lifecycle, where it can be deleted and restored; its natural
/// keys; and whatever is not as usual. Who may write it stands in the policy.
#[macro_export]
macro_rules! edited {
    (
        $entity:ident $(, in $project:ident)? $(, of $user:ident)?;
        $(
            events created $created:ident, updated $updated:ident, deleted $deleted:ident
            $(, restored $restored:ident, purged $purged:ident)?;
        )?
        $(lifecycle $lifecycle:ident;)?
        $(unique $key:ident: $($column:ident),+;)*
        $(with { $($rest:tt)* })?
    ) => {
        impl $crate::write::Edited for $entity {
            $(const EVENTS: Option<$crate::write::Events> = {
                use domain::ledger::EventType;
                let events =
                    $crate::write::Events::new(EventType::$created, EventType::$updated, EventType::$deleted);
                $(let events = events.and_life(EventType::$restored, EventType::$purged);)?
                Some(events)
            };)?

            $(fn belongs(&self) -> domain::Belonging {
                domain::Belonging::from(self.$project)
            })?

            $(fn belongs(&self) -> domain::Belonging {
                domain::Belonging::User(self.$user)
            })?

            fn revision(&self) -> domain::Revision {
                self.revision
            }

            fn touched(self, now: domain::Timestamp) -> Self {
                Self { revision: self.revision.next(), updated_at: self.updated_at.next(now), ..self }
            }

            $(fn lifecycle(&mut self) -> Option<&mut domain::Lifecycle> {
                Some(&mut self.$lifecycle)
            })?

            fn natural_keys() -> Vec<(&'static str, Vec<Column>)> {
                vec![$((stringify!($key), vec![$(Column::$column),+])),*]
            }

            $($($rest)*)?
        }
    };
}
