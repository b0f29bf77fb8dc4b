//! Storyboards: papers told in pictures.

use async_graphql::SimpleObject;
use bytes::Bytes;
use domain::execution::Run as RunEntity;
use domain::literature::{Paper as PaperEntity, Storyboard as Entity, StoryboardDocument};
use domain::{Documented, Revision};
use storage::files::Placed;
use storage::literature::storyboard::{
    Column, StoryboardOfRun, StoryboardsOfCreator, StoryboardsOfPaper, StoryboardsOfProject, check_run, folder_of,
    list_document, remove_storyboard, rewrite,
};
use storage::read::ById;

use super::Paper;
use crate::account::User;
use crate::execution::Run;
use crate::files::store;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A paper told in five to seven pictures.
    Storyboard: Entity, StoryboardFilter by Column {
        /// The whole document, with what this version does not know.
        document: Json = json;
        /// Where the document is stored as a file.
        storage_path: String = text, filter StoragePath: Parsed<String>;
        hidden project_id, paper_id, run_id, created_by;
    }
    parents {
        /// The project of the paper.
        project: Project, StoryboardsOfProject, |storyboard| Some(storyboard.project_id);
        /// The paper that it tells.
        paper: Paper, StoryboardsOfPaper, |storyboard| Some(storyboard.paper_id);
        /// The run that it tells of.
        run: Run, StoryboardOfRun, |storyboard| storyboard.run_id;
        /// Who made it.
        created_by: User, StoryboardsOfCreator, |storyboard| storyboard.created_by;
    }
    methods {
        /// The pages, in order.
        async fn pages(&self) -> Vec<StoryboardPage> {
            self.0.document.get().pages.iter().enumerate().map(StoryboardPage::new).collect()
        }

        /// The words that it explains.
        async fn glossary(&self) -> Vec<StoryboardTerm> {
            self.0.document.get().glossary.iter().map(StoryboardTerm::new).collect()
        }
    }
}

/// A page of a storyboard.
#[derive(SimpleObject)]
pub struct StoryboardPage {
    /// The page's number, from 1.
    number: SafeInt,
    /// The page's heading.
    title: Option<String>,
    /// What the page tells.
    text: String,
    /// What the picture shows, for those who cannot see it.
    alt_text: String,
    /// Where the picture is.
    picture_url: Option<String>,
}

impl StoryboardPage {
    fn new((place, page): (usize, &domain::literature::Page)) -> Self {
        Self {
            number: SafeInt(i64::try_from(place + 1).unwrap_or(i64::MAX)),
            title: page.title.clone(),
            text: page.text.clone(),
            alt_text: page.picture.alt.clone(),
            picture_url: page.picture.url.clone(),
        }
    }
}

/// A word of a storyboard's glossary.
#[derive(SimpleObject)]
pub struct StoryboardTerm {
    /// The word.
    term: String,
    /// What it means.
    definition: String,
}

impl StoryboardTerm {
    fn new(entry: &domain::literature::GlossaryEntry) -> Self {
        Self { term: entry.term.clone(), definition: entry.definition.clone() }
    }
}

queries! {
    /// Storyboards.
    StoryboardQueries {
        one storyboard: Storyboard, "The storyboard with this id.";
        many storyboards: Storyboard, "The storyboards that the viewer sees.";
    }
}

input! {
    /// A new storyboard.
    CreateStoryboardInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The paper that it tells.
        paper_id: GlobalId<PaperEntity>,
        /// The run whose results it tells: a run of the paper, or one of its project that has no paper. A run has at most
        /// one storyboard.
        run_id: Given<GlobalId<RunEntity>>,
        /// The document: `{"version": "1.0", "pages": [{"title", "text", "picture": {"alt", "url"}}], "glossary": [{"term", "definition"}]}`, with five to seven pages.
        document: Parsed<Documented<StoryboardDocument>>,
    }
}

input! {
    /// Another document for a storyboard.
    UpdateStoryboardInput {
        /// Which storyboard.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The document, as a whole.
        document: Parsed<Documented<StoryboardDocument>>,
    }
}

targets!(Entity: DeleteStoryboardInput);

mutations! {
    /// What can be done to storyboards.
    StoryboardMutations {
        /// Makes a storyboard of a paper; its document is one of the paper's assets as well.
        create_storyboard(CreateStoryboardInput) -> CreateStoryboardPayload {
            storyboard: Storyboard, "The storyboard."
        } = create;
        /// Gives a storyboard another document.
        update_storyboard(UpdateStoryboardInput) -> UpdateStoryboardPayload {
            storyboard: Storyboard, "The storyboard as it is now."
        } = update;
        /// Deletes a storyboard, for good.
        delete_storyboard(DeleteStoryboardInput) -> DeleteStoryboardPayload {
            deleted_id: ID, "The id of the deleted storyboard."
        } = delete;
    }
}

async fn create(ctx: &Context<'_>, input: CreateStoryboardInput) -> Result<Storyboard> {
    let chosen = input.id.0.as_ref().map(|id| id.0);
    let digest = mutate::digest_for(chosen, &input)?;
    if let Some(there) = mutate::created_before(ctx, chosen, digest.as_ref()).await? {
        return Ok(Storyboard::new(there));
    }
    let paper = loader(ctx)?.load(ById::<PaperEntity> { id: input.paper_id.0 }).await?;
    let paper = paper.ok_or(Failure::from(storage::Error::Missing { what: "paper" }))?;
    let id = mutate::id_or_new(ctx, chosen)?;
    let placed = place_document(ctx, &folder_of(paper.project_id, id), &input.document.0).await?;
    let document = input.document.0;
    let (paper, run) = (paper.id, input.run_id.0.map(|run| run.0));
    let storyboard = mutate::create_built(ctx, id, digest, move |work, made| {
        let (placed, document) = (placed.clone(), document.clone());
        Box::pin(async move {
            let paper = work.parent(paper).await?;
            if let Some(run) = run {
                check_run(work, &paper, run).await?;
            }
            let storyboard = Entity {
                id: made.id,
                project_id: paper.project_id,
                paper_id: paper.id,
                run_id: run,
                document,
                storage_path: placed.storage_path.clone(),
                created_by: made.by,
                revision: Revision::FIRST,
                created_at: made.at,
                updated_at: made.at,
            };
            list_document(work, &storyboard, &placed).await?;
            Ok(storyboard)
        })
    });
    storyboard.await.map(Storyboard::new)
}

async fn update(ctx: &Context<'_>, input: UpdateStoryboardInput) -> Result<Storyboard> {
    let (id, expected) = (input.id.0, input.expected_revision.0.map(|revision| revision.0));
    let storyboard = loader(ctx)?.load(ById::<Entity> { id }).await?;
    let storyboard = storyboard.ok_or(Failure::from(storage::Error::Missing { what: "storyboard" }))?;
    let placed = place_document(ctx, &folder_of(storyboard.project_id, id), &input.document.0).await?;
    let document = input.document.0;
    let rewritten = mutate::unit(ctx, |work| {
        let (placed, document) = (placed.clone(), document.clone());
        Box::pin(async move { rewrite(work, id, expected, document, &placed).await })
    });
    rewritten.await.map(Storyboard::new)
}

async fn delete(ctx: &Context<'_>, input: DeleteStoryboardInput) -> Result<ID> {
    let (id, expected) = input.target();
    mutate::unit(ctx, |work| Box::pin(async move { remove_storyboard(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}

async fn place_document(ctx: &Context<'_>, folder: &str, document: &Documented<StoryboardDocument>) -> Result<Placed> {
    store(ctx, Bytes::from(document.to_json().to_string()), folder).await
}
