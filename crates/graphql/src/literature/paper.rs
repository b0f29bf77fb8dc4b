//! Papers.

use async_graphql::Context;
use domain::literature::{ArxivId, Authors, Doi, Paper as Entity, PaperStatus, VectorStoreId};
use domain::project::Project as ProjectEntity;
use domain::text::{Name, Prose, Title, WebUrl};
use domain::{Id, Lifecycle, OnConflict, Revision};
use storage::Work;
use storage::files::{Upload, upload_path};
use storage::literature::asset::AssetsOfPaper;
use storage::literature::claim::ClaimsOfPaper;
use storage::literature::paper::{Column, PapersOfCreator, PapersOfProject, attach_pdf, pdf_folder, remove_pdf};
use storage::literature::storyboard::StoryboardsOfPaper;
use storage::read::ById;

use super::{Asset, AssetFilter, Claim, ClaimFilter, Storyboard, StoryboardFilter};
use crate::account::{User, UserFilter};
use crate::choice::Chosen;
use crate::error::{Failure, Result};
use crate::files::place;
use crate::input::{Change, Given, GlobalId, List, Parsed, clear_or_set, set};
use crate::mutate::{self, Create, Made, Target, Update};
use crate::object::{Shown, loader};
use crate::project::{Project, ProjectFilter};
use crate::scalar::{DateTime, SafeInt};
use crate::shown::{choice, maybe, text, time, whole};
use crate::{filter, input, mutations, object, queries, targets};

object! {
    /// A paper whose claims are checked.
    Paper: Entity {
        /// The title.
        title: String = text;
        /// The abstract.
        r#abstract: Option<String> = maybe(text);
        /// The authors, in the paper's order.
        authors: Vec<String> = |authors: &Authors| authors.names().iter().map(text).collect();
        /// Where it was found.
        source_url: Option<String> = maybe(text);
        /// Its DOI, in lower case; unique in the project.
        doi: Option<String> = maybe(text);
        /// Its arXiv id without a version; unique in the project.
        arxiv_id: Option<String> = maybe(text);
        /// Where its text is indexed; unique in the project.
        vector_store_id: Option<String> = maybe(text);
        /// How far its intake has come.
        status: Chosen<PaperStatus> = choice;
        /// How often the paper was written.
        revision: SafeInt = whole;
        /// When it was added.
        created_at: DateTime = time;
        /// When it was last written.
        updated_at: DateTime = time;
        hidden project_id;
        hidden pdf;
        hidden created_by;
        hidden lifecycle;
    }
    parents {
        /// The project that it belongs to.
        project: Project, |paper| Some(paper.project_id);
        /// Who added it.
        created_by: User, |paper| paper.created_by;
    }
    many {
        /// What it claims.
        claims: Claim, ClaimFilter, ClaimsOfPaper;
        /// Its storyboards.
        storyboards: Storyboard, StoryboardFilter, StoryboardsOfPaper;
        /// Its files.
        assets: Asset, AssetFilter, AssetsOfPaper;
    }
    methods {
        /// Where its PDF is stored, once it is uploaded.
        async fn pdf_storage_path(&self) -> Option<String> {
            self.0.pdf.as_ref().map(|pdf| text(&pdf.storage_path))
        }

        /// The SHA-256 of its PDF, once it is uploaded; unique in the project.
        async fn pdf_sha256(&self) -> Option<String> {
            self.0.pdf.as_ref().map(|pdf| text(&pdf.sha256))
        }
    }
}

filter! {
    /// Which papers.
    PaperFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// The title.
        title: Parsed<String>, Title;
        /// The abstract.
        r#abstract: Parsed<String>, Abstract;
        /// Where it was found.
        source_url: Parsed<String>, SourceUrl;
        /// Its DOI, in any form.
        doi: Parsed<Doi>, Doi;
        /// Its arXiv id, in any form.
        arxiv_id: Parsed<ArxivId>, ArxivId;
        /// The SHA-256 of its PDF.
        pdf_sha256: Parsed<String>, PdfSha256;
        /// Where its text is indexed.
        vector_store_id: Parsed<String>, VectorStoreId;
        /// How far its intake has come.
        status: Chosen<PaperStatus>, Status;
        /// When it was added.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
        /// When it was last written.
        updated_at: Parsed<domain::Timestamp>, UpdatedAt;
    }
    one {
        /// The project that it belongs to.
        project: ProjectFilter, PapersOfProject;
        /// Who added it.
        created_by: UserFilter, PapersOfCreator;
    }
    many {
        /// What it claims.
        claims: ClaimFilter, ClaimsOfPaper;
        /// Its storyboards.
        storyboards: StoryboardFilter, StoryboardsOfPaper;
        /// Its files.
        assets: AssetFilter, AssetsOfPaper;
    }
}

queries! {
    /// Papers.
    PaperQueries {
        one {
            /// The paper with this id.
            paper: Paper;
        }
        many {
            /// The papers that the viewer sees.
            papers: Paper, PaperFilter;
        }
    }
}

input! {
    /// A new paper.
    CreatePaperInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The project that it will belong to.
        project_id: GlobalId<ProjectEntity>,
        /// The title.
        title: Parsed<Title>,
        /// The abstract.
        r#abstract: Option<Parsed<Prose>>,
        /// The authors, in the paper's order; none by default.
        authors: Given<List<Parsed<Name>>>,
        /// Where it was found.
        source_url: Option<Parsed<WebUrl>>,
        /// Its DOI, in any form.
        doi: Option<Parsed<Doi>>,
        /// Its arXiv id, in any form; a version is left out.
        arxiv_id: Option<Parsed<ArxivId>>,
        /// Where its text is indexed.
        vector_store_id: Option<Parsed<VectorStoreId>>,
        /// How far its intake has come; READY by default.
        status: Given<Chosen<PaperStatus>>,
        /// What to do when the project has it already.
        on_conflict: Given<Chosen<OnConflict>>,
    }
}

impl Create for CreatePaperInput {
    type Entity = Entity;

    fn chosen_id(&self) -> Option<Id<Entity>> {
        self.id.0.map(|id| id.0)
    }

    fn on_conflict(&self) -> Option<OnConflict> {
        self.on_conflict.0.map(|chosen| chosen.0)
    }

    async fn build(self, work: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        work.parent(self.project_id.0).await?;
        Ok(Entity {
            id: made.id,
            project_id: self.project_id.0,
            title: self.title.0,
            r#abstract: self.r#abstract.map(|text| text.0),
            authors: authors(self.authors)?.unwrap_or_default(),
            source_url: self.source_url.map(|url| url.0),
            doi: self.doi.map(|doi| doi.0),
            arxiv_id: self.arxiv_id.map(|id| id.0),
            pdf: None,
            vector_store_id: self.vector_store_id.map(|id| id.0),
            status: self.status.0.map_or(PaperStatus::Ready, |status| status.0),
            created_by: made.by,
            lifecycle: Lifecycle::Live,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

fn authors(given: Given<List<Parsed<Name>>>) -> storage::Result<Option<Authors>> {
    let names = given.0.map(|names| names.0.into_iter().map(|name| name.0).collect());
    Ok(names.map(Authors::try_new).transpose()?)
}

input! {
    /// New papers, all or none.
    CreatePapersInput {
        /// The papers: 1 to 200.
        papers: List<CreatePaperInput>,
        /// What to do about those that a project has already.
        on_conflict: Given<Chosen<OnConflict>>,
    }
}

input! {
    /// Changes of a paper: what is left out stays.
    UpdatePaperInput {
        /// Which paper.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The title.
        title: Given<Parsed<Title>>,
        /// The abstract; null clears it.
        r#abstract: Change<Parsed<Prose>>,
        /// The authors, as a whole.
        authors: Given<List<Parsed<Name>>>,
        /// Where it was found; null clears it.
        source_url: Change<Parsed<WebUrl>>,
        /// Its DOI; null clears it.
        doi: Change<Parsed<Doi>>,
        /// Its arXiv id; null clears it.
        arxiv_id: Change<Parsed<ArxivId>>,
        /// Where its text is indexed; null clears it.
        vector_store_id: Change<Parsed<VectorStoreId>>,
        /// How far its intake has come.
        status: Given<Chosen<PaperStatus>>,
    }
}

impl Update for UpdatePaperInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, paper: &mut Entity) -> storage::Result<()> {
        set(&mut paper.title, self.title);
        clear_or_set(&mut paper.r#abstract, self.r#abstract);
        if let Some(authors) = authors(self.authors)? {
            paper.authors = authors;
        }
        clear_or_set(&mut paper.source_url, self.source_url);
        clear_or_set(&mut paper.doi, self.doi);
        clear_or_set(&mut paper.arxiv_id, self.arxiv_id);
        clear_or_set(&mut paper.vector_store_id, self.vector_store_id);
        if let Some(status) = self.status.0 {
            paper.status = status.0;
        }
        Ok(())
    }
}

targets! {
    /// A paper to be deleted.
    DeletePaperInput: Entity;
    /// A paper to be restored.
    RestorePaperInput: Entity;
    /// A paper to be purged.
    PurgePaperInput: Entity;
    /// A paper that is to lose its PDF.
    RemovePaperPdfInput: Entity;
}

input! {
    /// A PDF for a paper.
    AttachPaperPdfInput {
        /// Which paper.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The upload that becomes the PDF.
        upload_id: GlobalId<Upload>,
    }
}

mutations! {
    /// What can be done to papers.
    PaperMutations {
        /// Adds a paper to a project.
        create_paper(CreatePaperInput) -> CreatePaperPayload {
            /// The paper.
            paper: Paper
        } = mutate::create;
        /// Adds papers, all or none.
        create_papers(CreatePapersInput) -> CreatePapersPayload {
            /// The papers, in the order of the input.
            papers: Vec<Paper>
        } = create_all;
        /// Changes a paper.
        update_paper(UpdatePaperInput) -> UpdatePaperPayload {
            /// The paper as it is now.
            paper: Paper
        } = mutate::update;
        /// Makes an upload the PDF of a paper, in place of one that it may have.
        attach_paper_pdf(AttachPaperPdfInput) -> AttachPaperPdfPayload {
            /// The paper as it is now.
            paper: Paper
        } = attach;
        /// Takes the PDF from a paper.
        remove_paper_pdf(RemovePaperPdfInput) -> RemovePaperPdfPayload {
            /// The paper as it is now.
            paper: Paper
        } = detach;
        /// Deletes a paper: it and all under it are hidden until it is restored.
        delete_paper(DeletePaperInput) -> DeletePaperPayload {
            /// The id of the deleted paper.
            deleted_id: async_graphql::ID
        } = mutate::delete;
        /// Brings back a deleted paper, and what its deletion hid.
        restore_paper(RestorePaperInput) -> RestorePaperPayload {
            /// The paper as it is now.
            paper: Paper
        } = mutate::restore;
        /// Purges a paper: it is hidden at once, and removed for good with all under it.
        purge_paper(PurgePaperInput) -> PurgePaperPayload {
            /// The id of the purged paper.
            deleted_id: async_graphql::ID
        } = mutate::purge;
    }
}

async fn create_all(ctx: &Context<'_>, input: CreatePapersInput) -> Result<Vec<Paper>> {
    let rows = mutate::create_list(ctx, "papers", &input.papers.0, input.on_conflict.0.map(|chosen| chosen.0)).await?;
    Ok(rows.into_iter().map(Paper::new).collect())
}

async fn attach(ctx: &Context<'_>, input: AttachPaperPdfInput) -> Result<Paper> {
    let (id, expected) = (input.id.0, input.expected_revision.0.map(|revision| revision.0));
    let paper = loader(ctx)?.load(ById { id }).await?;
    let paper = paper.ok_or(Failure::from(storage::Error::Missing { what: "paper" }))?;
    let folder = pdf_folder(&paper);
    let path = upload_path(&folder, input.upload_id.0)?;
    // The upload was used up by an answer that got lost.
    if paper.pdf.as_ref().is_some_and(|pdf| pdf.storage_path == path) {
        return Ok(Paper::new(paper));
    }
    let placed = place(ctx, input.upload_id.0, &folder).await?;
    let attached = mutate::unit(ctx, |work| {
        let placed = placed.clone();
        Box::pin(async move { attach_pdf(work, id, expected, &placed).await })
    });
    attached.await.map(Paper::new)
}

async fn detach(ctx: &Context<'_>, input: RemovePaperPdfInput) -> Result<Paper> {
    let (id, expected) = input.target();
    let paper = mutate::unit(ctx, |work| Box::pin(async move { remove_pdf(work, id, expected).await }));
    paper.await.map(Paper::new)
}
