//! A note: what somebody remarks on a run.

use super::Run;
use crate::account::User;
use crate::project::Project;
use crate::text::{Prose, Title};
use crate::{Count, Id, Real, entity};

entity! {
    /// What somebody remarks on a run.
    Note "note" as "note" in "notes", edited {
        /// The project of the run.
        project_id: Id<Project>,
        /// The run.
        run_id: Id<Run>,
        /// What it is about.
        title: Title,
        /// What it says.
        content: Prose,
        /// The run's own time that it is about.
        t: Option<Real>,
        /// The run's step that it is about.
        step: Option<Count>,
        /// Who wrote it.
        created_by: Option<Id<User>>,
    }
}
