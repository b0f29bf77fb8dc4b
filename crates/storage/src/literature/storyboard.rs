//! The table `storyboards`.

use std::sync::Arc;

use domain::account::User;
use domain::execution::Run;
use domain::literature::{AssetKind, Paper, Storyboard, StoryboardDocument};
use domain::project::Project;
use domain::text::StoragePath;
use domain::{Documented, Id};

use super::asset;
use crate::files::{Placed, abandon, adopt};
use crate::prelude::*;
use crate::write::{Expected, remove, update};

row! {
    "storyboards" Storyboard, edited {
        project_id: Id<Project>,
        paper_id: Id<Paper>,
        document: Documented<StoryboardDocument>,
        storage_path: StoragePath,
    }
    optional {
        run_id: Id<Run>,
        created_by: Id<User>,
    }
    under Paper, by PaperId;
}

edge! {
    /// The storyboards of a paper.
    StoryboardsOfPaper: Paper => Storyboard, PaperId, "paper_id";
    /// The storyboards of a project's papers.
    StoryboardsOfProject: Project => Storyboard, ProjectId, "project_id";
    /// The storyboard of a run.
    StoryboardOfRun: Run => Storyboard, RunId, "run_id";
    /// The storyboards that a user made.
    StoryboardsOfCreator: User => Storyboard, CreatedBy, "created_by";
}

sorts! { Storyboard {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
} }

edited! {
    Storyboard, in project_id;
    events created StoryboardCreated, updated StoryboardUpdated, deleted StoryboardDeleted;
    unique run: RunId;
}

/// Looks at the run that a storyboard of a paper is to tell of, and locks it: it has to do with that paper, or with none.
pub async fn check_run(work: &mut Work, paper: &Paper, run: Id<Run>) -> Result<()> {
    let run = work.parent(run).await?;
    if run.project_id != paper.project_id {
        return Err(Error::refused(&["input", "runId"], "project", "it is in another project"));
    }
    if run.subject.paper().is_some_and(|of| of != paper.id) {
        return Err(Error::refused(&["input", "runId"], "paper", "it is a run of another paper"));
    }
    Ok(())
}

/// The folder in which a storyboard's document is stored as a file.
pub fn document_folder(storyboard: &Storyboard) -> String {
    folder_of(storyboard.project_id, storyboard.id)
}

/// The folder in which the document of a storyboard of this id is stored.
pub fn folder_of(project: Id<Project>, id: Id<Storyboard>) -> String {
    format!("{}/{project}/{id}", AssetKind::Storyboard.folder())
}

/// Lists a new storyboard's document among the assets of its paper.
pub async fn list_document(work: &mut Work, storyboard: &Storyboard, placed: &Placed) -> Result<()> {
    adopt(work, placed).await?;
    let paper = work.parent(storyboard.paper_id).await?;
    asset::keep_copy(work, None, &paper, AssetKind::Storyboard, placed).await
}

/// Gives a storyboard another document, which is stored already.
pub async fn rewrite(
    work: &mut Work,
    id: Id<Storyboard>,
    expected: Expected,
    document: Documented<StoryboardDocument>,
    placed: &Placed,
) -> Result<Arc<Storyboard>> {
    let before = work.own(id).await?;
    let after = update(work, id, expected, |storyboard| {
        if storyboard.document != document {
            storyboard.document = document;
            storyboard.storage_path = placed.storage_path.clone();
        }
        Ok(())
    })
    .await?;
    if after.storage_path == before.storage_path {
        return Ok(after);
    }
    abandon(work, &before.storage_path).await?;
    adopt(work, placed).await?;
    let paper = work.parent(after.paper_id).await?;
    asset::keep_copy(work, Some(&before.storage_path), &paper, AssetKind::Storyboard, placed).await?;
    Ok(after)
}

/// Removes a storyboard for good, and its file with it.
pub async fn remove_storyboard(work: &mut Work, id: Id<Storyboard>, expected: Expected) -> Result<Storyboard> {
    let storyboard = remove(work, id, expected).await?;
    abandon(work, &storyboard.storage_path).await?;
    asset::drop_copy(work, &storyboard.storage_path).await?;
    Ok(storyboard)
}
