//! A project's guideline: the one document that says how its records are judged.

use crate::account::User;
use crate::project::Project;
use crate::text::{FileName, LongText, MediaType, StoragePath};
use crate::{Count, Entity, Id, Revision, Sha256, Timestamp};

/// The guideline of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectGuideline {
    /// The id.
    pub id: Id<ProjectGuideline>,
    /// The project; it has one guideline.
    pub project_id: Id<Project>,
    /// The name of the uploaded file.
    pub file_name: FileName,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Where the file is stored.
    pub storage_path: StoragePath,
    /// How large it is.
    pub size_bytes: Count,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// What it says, given by the client or taken from a text file.
    pub text: Option<LongText>,
    /// Who uploaded it.
    pub created_by: Option<Id<User>>,
    /// How often the row was written.
    pub revision: Revision,
    /// When it was first uploaded.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl Entity for ProjectGuideline {
    const PREFIX: &'static str = "projectguideline";
    const TABLE: &'static str = "project_guidelines";
    const NAME: &'static str = "project guideline";
}
