//! The table `project_guidelines`: one a project.

use std::sync::Arc;

use domain::account::User;
use domain::project::{Project, ProjectGuideline};
use domain::text::{FileName, LongText, MediaType, StoragePath};
use domain::{Count, Id, Policed as _, Revision, Sha256};

use sea_orm::sea_query::{Condition, ExprTrait};

use crate::files::{Placed, abandon, adopt};
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, remove, update};

row! {
    "project_guidelines" ProjectGuideline, edited {
        project_id: Id<Project>,
        file_name: FileName,
        media_type: MediaType,
        storage_path: StoragePath,
        size_bytes: Count,
        sha256: Sha256,
    }
    optional {
        text: LongText,
        created_by: Id<User>,
    }
}

edge! {
    /// The guideline of a project.
    GuidelineOfProject: Project => ProjectGuideline, ProjectId, "project_id";
    /// The guidelines that a user uploaded.
    GuidelinesOfCreator: User => ProjectGuideline, CreatedBy, "created_by";
}

sorts! { ProjectGuideline {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was uploaded";
} }

edited! {
    ProjectGuideline, in project_id;
    events created GuidelineAdded, updated GuidelineChanged, deleted GuidelineRemoved;
    unique project: ProjectId;
}

/// The folder in which a project's guideline is stored.
pub fn folder(project: Id<Project>) -> String {
    format!("guidelines/{project}")
}

/// Makes placed bytes the guideline of a project, in place of one that it may have had.
pub async fn set(
    work: &mut Work,
    id: Id<Project>,
    expected: Expected,
    placed: &Placed,
    text: Option<LongText>,
) -> Result<Arc<ProjectGuideline>> {
    work.project(id, ProjectGuideline::WRITTEN).await?;
    let upload = placed.upload.as_ref().ok_or_else(|| Error::internal("a guideline comes from an upload"))?;
    let new = ProjectGuideline {
        id: work.reader().ids().next_for()?,
        project_id: id,
        file_name: upload.file_name.clone().map_or_else(|| FileName::try_new("guideline"), Ok)?,
        media_type: upload.media_type.clone(),
        storage_path: placed.storage_path.clone(),
        size_bytes: placed.size_bytes,
        sha256: placed.sha256.clone(),
        text,
        created_by: work.viewer().user(),
        revision: Revision::FIRST,
        created_at: work.now(),
        updated_at: work.now(),
    };
    adopt(work, placed).await?;
    match of_project(work, id).await? {
        None if expected.is_some() => Err(Error::Missing { what: "project guideline" }),
        None => {
            work.insert(&new).await?;
            Ok(Arc::new(new))
        }
        Some(old) => {
            abandon(work, &old.storage_path).await?;
            update(work, old.id, expected, |guideline| {
                let ProjectGuideline { id, created_by, revision, created_at, updated_at, .. } = old;
                *guideline = ProjectGuideline { id, created_by, revision, created_at, updated_at, ..new };
                Ok(())
            })
            .await
        }
    }
}

/// Removes the guideline of a project, and its file with it.
pub async fn remove_guideline(
    work: &mut Work,
    id: Id<ProjectGuideline>,
    expected: Expected,
) -> Result<ProjectGuideline> {
    let guideline = remove(work, id, expected).await?;
    abandon(work, &guideline.storage_path).await?;
    Ok(guideline)
}

async fn of_project(work: &Work, id: Id<Project>) -> Result<Option<ProjectGuideline>> {
    let same = Depth::OUTER.column(Column::ProjectId).eq(id.uuid());
    Ok(work.find::<ProjectGuideline>(Condition::all().add(same)).await?.pop())
}
