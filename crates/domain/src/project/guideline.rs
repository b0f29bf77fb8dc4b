//! A project's guideline: the one document that says how its records are judged.

use crate::account::User;
use crate::project::Project;
use crate::text::{FileName, LongText, MediaType, StoragePath};
use crate::{Count, Id, Sha256, entity};

entity! {
    /// The guideline of a project.
    ProjectGuideline "project guideline" as "projectguideline" in "project_guidelines", edited {
        /// The project; it has one guideline.
        project_id: Id<Project>,
        /// The name of the uploaded file.
        file_name: FileName,
        /// What kind of file it is.
        media_type: MediaType,
        /// Where the file is stored.
        storage_path: StoragePath,
        /// How large it is.
        size_bytes: Count,
        /// The SHA-256 of its bytes.
        sha256: Sha256,
        /// What it says, given by the client or taken from a text file.
        text: Option<LongText>,
        /// Who uploaded it.
        created_by: Option<Id<User>>,
    }
}
