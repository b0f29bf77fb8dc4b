//! The table `notes`.

use domain::account::User;
use domain::execution::{Note, Run};
use domain::project::Project;
use domain::text::{Prose, Title};
use domain::{Count, Id, Real};

use crate::prelude::*;

row! {
    "notes" Note, edited {
        project_id: Id<Project>,
        run_id: Id<Run>,
        title: Title,
        content: Prose,
    }
    optional {
        t: Real,
        step: Count,
        created_by: Id<User>,
    }
    under Run, by RunId;
}

edge! {
    /// The notes on a run.
    NotesOfRun: Run => Note, RunId, "run_id";
    /// The notes that a user wrote.
    NotesOfCreator: User => Note, CreatedBy, "created_by";
}

sorts! { Note {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was written first";
    T: "T_ASC" Ascending, "T_DESC" Descending, "the run's own time that it is about";
    Step: "STEP_ASC" Ascending, "STEP_DESC" Descending, "the step that it is about";
    Title: "TITLE_ASC" Ascending, "TITLE_DESC" Descending, "title";
} }

edited! {
    Note, in project_id;
}
