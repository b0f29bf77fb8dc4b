//! The table `papers`.

use std::sync::Arc;

use domain::account::User;
use domain::ledger::EventType;
use domain::literature::{ArxivId, AssetKind, Authors, Doi, Paper, PaperStatus, Pdf, VectorStoreId};
use domain::project::Project;
use domain::text::{Prose, StoragePath, Title, WebUrl};
use domain::{Id, Lifecycle, Revision, Sha256, Timestamp};

use super::asset;
use crate::files::{Placed, abandon, adopt};
use crate::prelude::*;
use crate::write::{Expected, update};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "papers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Paper>>,
    pub project_id: Col<Id<Project>>,
    pub title: Col<Title>,
    pub r#abstract: Option<Col<Prose>>,
    pub authors: Col<Authors>,
    pub source_url: Option<Col<WebUrl>>,
    pub doi: Option<Col<Doi>>,
    pub arxiv_id: Option<Col<ArxivId>>,
    pub pdf_storage_path: Option<Col<StoragePath>>,
    pub pdf_sha256: Option<Col<Sha256>>,
    pub vector_store_id: Option<Col<VectorStoreId>>,
    pub status: Col<PaperStatus>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub deleted_at: Option<Col<Timestamp>>,
    pub purged_at: Option<Col<Timestamp>>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Paper {
        id, project_id, title, r#abstract, authors, source_url, doi, arxiv_id, vector_store_id, status, created_by,
        revision, created_at, updated_at,
    }
    spread pdf over { pdf_storage_path, pdf_sha256 } from Pdf::from_columns, into Pdf::columns;
    spread lifecycle over { deleted_at, purged_at } from Lifecycle::from_columns, into Lifecycle::columns;
    seen Scope::InProject(Column::ProjectId);
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

impl Edited for Paper {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::PaperCreated,
        updated: EventType::PaperUpdated,
        deleted: EventType::PaperDeleted,
        restored: Some(EventType::PaperRestored),
        purged: Some(EventType::PaperPurged),
    });

    fn project_id(&self) -> Id<Project> {
        self.project_id
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    fn touched(self, now: Timestamp) -> Self {
        Self { revision: self.revision.next(), updated_at: self.updated_at.next(now), ..self }
    }

    fn lifecycle(&mut self) -> Option<&mut Lifecycle> {
        Some(&mut self.lifecycle)
    }

    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        let sha256 = self.pdf.as_ref().map(|pdf| Col(pdf.sha256.clone()).into());
        let keys = [
            ("pdf_sha256", Column::PdfSha256, sha256),
            ("doi", Column::Doi, self.doi.clone().map(|doi| Col(doi).into())),
            ("arxiv_id", Column::ArxivId, self.arxiv_id.clone().map(|id| Col(id).into())),
            ("vector_store_id", Column::VectorStoreId, self.vector_store_id.clone().map(|id| Col(id).into())),
        ];
        let project = || (Column::ProjectId, Col(self.project_id).into());
        keys.into_iter()
            .filter_map(|(field, column, value)| Some(NaturalKey { field, columns: vec![project(), (column, value?)] }))
            .collect()
    }
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
