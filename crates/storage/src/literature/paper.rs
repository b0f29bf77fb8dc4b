//! The table `papers`.

use std::sync::Arc;

use domain::account::User;
use domain::literature::{ArxivId, AssetKind, Authors, Doi, Paper, PaperStatus, Pdf, VectorStoreId};
use domain::project::Project;
use domain::text::{Prose, StoragePath, Title, WebUrl};
use domain::{Id, Sha256};

use super::asset;
use crate::files::{Placed, abandon, adopt};
use crate::prelude::*;
use crate::write::{Expected, update};

row! {
    "papers" Paper, deletable {
        project_id: Id<Project>,
        title: Title,
        authors: Authors,
        status: PaperStatus,
    }
    optional {
        r#abstract: Prose,
        source_url: WebUrl,
        doi: Doi,
        arxiv_id: ArxivId,
        vector_store_id: VectorStoreId,
        created_by: Id<User>,
    }
    spread pdf over {
        pdf_storage_path: StoragePath,
        pdf_sha256: Sha256,
    } from Pdf::from_columns, into Pdf::columns;
}

edge! {
    /// The papers of a project.
    PapersOfProject: Project => Paper, ProjectId, "project_id";
    /// The papers that a user added.
    PapersOfCreator: User => Paper, CreatedBy, "created_by";
}

sorts! { Paper {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was added";
    Title: "TITLE_ASC" Ascending, "TITLE_DESC" Descending, "title";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
} }

edited! {
    Paper, in project_id;
    events created PaperCreated, updated PaperUpdated, deleted PaperDeleted, restored PaperRestored, purged PaperPurged;
    lifecycle lifecycle;
    unique pdf_sha256: ProjectId, PdfSha256;
    unique doi: ProjectId, Doi;
    unique arxiv_id: ProjectId, ArxivId;
    unique vector_store_id: ProjectId, VectorStoreId;
}

/// The folder in which a paper's PDF is stored.
pub fn pdf_folder(paper: &Paper) -> String {
    format!("{}/{}/{}", AssetKind::Pdf.folder(), paper.project_id, paper.id)
}

/// Makes placed bytes the PDF of a paper, in place of one that it may have had.
pub async fn attach_pdf(work: &mut Work, id: Id<Paper>, expected: Expected, placed: &Placed) -> Result<Arc<Paper>> {
    let before = work.own(id).await?;
    let paper = update(work, id, expected, |paper| {
        paper.pdf = Some(Pdf { storage_path: placed.storage_path.clone(), sha256: placed.sha256.clone() });
        Ok(())
    })
    .await?;
    if let Some(old) = &before.pdf {
        abandon(work, &old.storage_path).await?;
    }
    adopt(work, placed).await?;
    asset::keep_copy(work, before.pdf.as_ref().map(|pdf| &pdf.storage_path), &paper, AssetKind::Pdf, placed).await?;
    Ok(paper)
}

/// Takes the PDF from a paper.
pub async fn remove_pdf(work: &mut Work, id: Id<Paper>, expected: Expected) -> Result<Arc<Paper>> {
    let before = work.own(id).await?;
    let paper = update(work, id, expected, |paper| {
        paper.pdf = None;
        Ok(())
    })
    .await?;
    if let Some(old) = &before.pdf {
        abandon(work, &old.storage_path).await?;
        asset::drop_copy(work, &old.storage_path).await?;
    }
    Ok(paper)
}
