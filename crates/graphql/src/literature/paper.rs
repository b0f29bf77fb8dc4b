//! Papers.

use std::sync::Arc;

use domain::execution::Run as RunEntity;
use domain::files::Upload;
use domain::literature::{ArxivId, Authors, Doi, Paper as Entity, PaperStatus, VectorStoreId};
use domain::project::Project as ProjectEntity;
use domain::text::{Name, Prose, StoragePath, Title, WebUrl};
use domain::{Id, Lifecycle, Revision, Sha256};
use pictures::Subject;
use storage::execution::eval::EvalsOfPaper;
use storage::execution::plan::PlansOfPaper;
use storage::execution::run::RunsOfPaper;
use storage::execution::summary::{LatestRun, ReproductionOf, SummaryOf};
use storage::files::upload_path;
use storage::literature::asset::AssetsOfPaper;
use storage::literature::claim::ClaimsOfPaper;
use storage::literature::paper::{Column, PapersOfCreator, PapersOfProject, attach_pdf, pdf_folder, remove_pdf};
use storage::literature::storyboard::StoryboardsOfPaper;
use storage::read::ById;

use super::{Asset, Claim, Storyboard};
use crate::account::User;
use crate::direct::{Of, direct, loaded, through};
use crate::execution::{Eval, MetricOrder, PaperReproduction, PaperSummary, Plan, Run};
use crate::files::place;
use crate::object::Found;
use crate::pictures::{Picture, PictureTheme};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A paper whose claims are checked.
    Paper: Entity, PaperFilter by Column {
        /// The title.
        title: String = text, filter Title: Parsed<String>, input Required<Parsed<Title>>;
        /// The abstract.
        r#abstract: Option<String> = maybe(text), filter Abstract: Parsed<String>, input Optional<Parsed<Prose>>;
        /// The authors, in the paper's order.
        authors: Vec<String> = |authors: &Authors| authors.names().iter().map(text).collect(), input AuthorList;
        /// Where it was found.
        source_url: Option<String> = maybe(text), filter SourceUrl: Parsed<String>, input Optional<Parsed<WebUrl>>;
        /// Its DOI: given in any form, kept in lower case; unique in the project.
        doi: Option<String> = maybe(text), filter Doi: Parsed<Doi>, input Optional<Parsed<Doi>>;
        /// Its arXiv id: given in any form, kept without a version; unique in the project.
        arxiv_id: Option<String> = maybe(text), filter ArxivId: Parsed<ArxivId>, input Optional<Parsed<ArxivId>>;
        /// Where its text is indexed; unique in the project.
        vector_store_id: Option<String> = maybe(text),
            filter VectorStoreId: Parsed<String>, input Optional<Parsed<VectorStoreId>>;
        /// How far its intake has come; READY at first.
        status: Chosen<PaperStatus> = choice, filter Status: Chosen<PaperStatus>, input Defaulted<Chosen<PaperStatus>>;
        hidden project_id, pdf, created_by, lifecycle;
    }
    parents {
        /// The project that it belongs to.
        project: Project, PapersOfProject, |paper| Some(paper.project_id);
        /// Who added it.
        created_by: User, PapersOfCreator, |paper| paper.created_by;
    }
    many {
        /// What it claims.
        claims: Claim, ClaimsOfPaper;
        /// Its storyboards.
        storyboards: Storyboard, StoryboardsOfPaper;
        /// Its files.
        assets: Asset, AssetsOfPaper;
        /// The runs that have to do with it.
        runs: Run, RunsOfPaper, or order_by_metric: MetricOrder;
        /// What runs showed of its claims.
        evals: Eval, EvalsOfPaper;
        /// How its claims are to be reproduced.
        plans: Plan, PlansOfPaper;
    }
    derived {
        /// Where its PDF is stored, once it is uploaded.
        pdf_storage_path: Option<String> = |paper| paper.pdf.as_ref().map(|pdf| text(&pdf.storage_path)),
            cell Option<StoragePath> = maybe(text);
        /// The SHA-256 of its PDF, once it is uploaded; unique in the project.
        pdf_sha256: Option<String> = |paper| paper.pdf.as_ref().map(|pdf| text(&pdf.sha256)),
            cell Option<Sha256> = maybe(text);
    }
    laid {
        latest_run = |asked| through::<_, _, _, Run>(asked, Of::id(|paper: &Entity| paper.id), |paper| LatestRun { paper });
        summary = |asked| loaded::<_, _, _, PaperSummary>(asked, Of::id(|paper: &Entity| paper.id), |paper| SummaryOf { paper });
    }
    filter {
        /// The SHA-256 of its PDF.
        pdf_sha256: Parsed<String>, PdfSha256;
    }
    create CreatePaperInput, on_conflict {
        /// The project that it will belong to.
        project_id: GlobalId<ProjectEntity>,
    } |work, input, made| {
        work.parent(input.project_id.0).await?;
    } into {
        project_id: input.project_id.0,
        pdf: None,
        created_by: made.by,
        lifecycle: Lifecycle::Live,
    }
    list CreatePapersInput of papers, on_conflict;
    update UpdatePaperInput;
    methods {
        /// Its newest run that succeeded.
        async fn latest_run(&self, ctx: &Context<'_>) -> Option<Found<Run>> {
            match latest_run(ctx, self.0.id).await {
                Ok(id) => by_id(ctx, id).await.map(direct).transpose(),
                Err(failure) => Some(Err(failure)),
            }
        }

        /// What there is of it.
        async fn summary(&self, ctx: &Context<'_>) -> Option<Result<PaperSummary>> {
            summary(ctx, self.0.id).await.transpose()
        }

        /// How far its claims were reproduced.
        async fn reproduction(&self, ctx: &Context<'_>) -> Option<Result<PaperReproduction>> {
            reproduction(ctx, self.0.id).await.transpose()
        }

        /// A picture of its claims, each beside the best that was observed of it.
        async fn gaps_picture(
            &self,
            #[graphql(desc = "For which surroundings; without one for those that whoever looks at it prefers.")]
            theme: Option<PictureTheme>,
        ) -> Picture {
            Picture::new(Subject::Gaps(self.0.id), theme)
        }
    }
}

queries! {
    /// Papers.
    PaperQueries {
        one paper: Paper, "The paper with this id.";
        many papers: Paper, "The papers that the viewer sees.";
    }
}

/// The authors, given as a list of names; none by default.
pub struct AuthorList;

impl Field for AuthorList {
    type Value = Authors;
    type Create = Given<List<Parsed<Name>>>;
    type Update = Given<List<Parsed<Name>>>;

    fn first(given: Self::Create) -> storage::Result<Authors> {
        Ok(authors(given)?.unwrap_or_default())
    }

    fn change(authors: &mut Authors, given: Self::Update) -> storage::Result<()> {
        if let Some(given) = self::authors(given)? {
            *authors = given;
        }
        Ok(())
    }
}

fn authors(given: Given<List<Parsed<Name>>>) -> storage::Result<Option<Authors>> {
    let names = given.0.map(|names| names.0.into_iter().map(|name| name.0).collect());
    Ok(names.map(Authors::try_new).transpose()?)
}

async fn latest_run(ctx: &Context<'_>, paper: Id<Entity>) -> Result<Option<Id<RunEntity>>> {
    Ok(loader(ctx)?.load(LatestRun { paper }).await?)
}

async fn summary(ctx: &Context<'_>, paper: Id<Entity>) -> Result<Option<PaperSummary>> {
    Ok(loader(ctx)?.load(SummaryOf { paper }).await?.map(|found| PaperSummary(Arc::new(found))))
}

async fn reproduction(ctx: &Context<'_>, paper: Id<Entity>) -> Result<Option<PaperReproduction>> {
    let found = loader(ctx)?.load(ReproductionOf { paper }).await?;
    Ok(found.map(|found| PaperReproduction::new(paper, found)))
}

targets!(Entity: DeletePaperInput, RestorePaperInput, PurgePaperInput, RemovePaperPdfInput);

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
        create_paper(CreatePaperInput) -> CreatePaperPayload { paper: Paper, "The paper." } = mutate::create;
        /// Adds papers, all or none.
        create_papers(CreatePapersInput) -> CreatePapersPayload {
            papers: Vec<Paper>, "In the order of the input."
        } = mutate::create_list;
        /// Changes a paper.
        update_paper(UpdatePaperInput) -> UpdatePaperPayload {
            paper: Paper, "The paper as it is now."
        } = mutate::update;
        /// Makes an upload the PDF of a paper, in place of one that it may have.
        attach_paper_pdf(AttachPaperPdfInput) -> AttachPaperPdfPayload {
            paper: Paper, "The paper as it is now."
        } = attach;
        /// Takes the PDF from a paper.
        remove_paper_pdf(RemovePaperPdfInput) -> RemovePaperPdfPayload {
            paper: Paper, "The paper as it is now."
        } = detach;
        /// Deletes a paper: it and all under it are hidden until it is restored.
        delete_paper(DeletePaperInput) -> DeletePaperPayload {
            deleted_id: ID, "The id of the deleted paper."
        } = mutate::delete;
        /// Brings back a deleted paper, and what its deletion hid.
        restore_paper(RestorePaperInput) -> RestorePaperPayload {
            paper: Paper, "The paper as it is now."
        } = mutate::restore;
        /// Purges a paper: it is hidden at once, and removed for good with all under it.
        purge_paper(PurgePaperInput) -> PurgePaperPayload {
            deleted_id: ID, "The id of the purged paper."
        } = mutate::purge;
    }
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
