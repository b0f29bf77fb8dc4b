//! Notes on runs.

use domain::execution::{Note as Entity, Run as RunEntity};
use domain::text::{Prose, Title};
use domain::{Count, Real};
use storage::execution::note::{Column, NotesOfCreator, NotesOfRun};

use super::Run;
use crate::account::User;
use crate::prelude::*;

object! {
    /// What somebody remarks on a run.
    Note: Entity, NoteFilter by Column {
        /// What it is about.
        title: String = text, filter Title: Parsed<String>, input Required<Parsed<Title>>;
        /// What it says.
        content: String = text, filter Content: Parsed<String>, input Required<Parsed<Prose>>;
        /// The run's own time that it is about.
        t: Option<f64> = maybe(real), filter T: Parsed<Real>, input Optional<Parsed<Real>>;
        /// The run's step that it is about.
        step: Option<SafeInt> = maybe(whole), filter Step: Parsed<Count>, input Optional<Parsed<Count>>;
        hidden project_id, run_id, created_by;
    }
    parents {
        /// The run.
        run: Run, NotesOfRun, |note| Some(note.run_id);
        /// Who wrote it.
        created_by: User, NotesOfCreator, |note| note.created_by;
    }
    create CreateNoteInput {
        /// The run.
        run_id: GlobalId<RunEntity>,
    } |work, input, made| {
        let run = work.parent(input.run_id.0).await?;
    } into {
        project_id: run.project_id,
        run_id: run.id,
        created_by: made.by,
    }
    list CreateNotesInput of notes;
    update UpdateNoteInput;
}

queries! {
    /// Notes.
    NoteQueries {
        one note: Note, "The note with this id.";
        many notes: Note, "The notes that the viewer sees.";
    }
}

targets!(Entity: DeleteNoteInput);

mutations! {
    /// What can be done to notes.
    NoteMutations {
        /// Writes a note on a run.
        create_note(CreateNoteInput) -> CreateNotePayload { note: Note, "The note." } = mutate::create;
        /// Writes notes on runs, all or none.
        create_notes(CreateNotesInput) -> CreateNotesPayload {
            notes: Vec<Note>, "In the order of the input."
        } = mutate::create_list;
        /// Changes a note.
        update_note(UpdateNoteInput) -> UpdateNotePayload { note: Note, "The note as it is now." } = mutate::update;
        /// Deletes a note, for good.
        delete_note(DeleteNoteInput) -> DeleteNotePayload { deleted_id: ID, "The id of the deleted note." } = mutate::remove;
    }
}
