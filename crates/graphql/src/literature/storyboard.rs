//! Storyboards: papers told in pictures.

use async_graphql::{Context, ID, SimpleObject};
use bytes::Bytes;
use domain::literature::{Paper as PaperEntity, Storyboard as Entity, StoryboardDocument};
use domain::{Documented, Revision};
use storage::files::Placed;
use storage::literature::storyboard::{
    Column, StoryboardsOfCreator, StoryboardsOfPaper, StoryboardsOfProject, folder_of, list_document,
    remove_storyboard, rewrite,
};
use storage::read::ById;

use super::{Paper, PaperFilter};
use crate::account::{User, UserFilter};
use crate::error::{Failure, Result};
use crate::files::store;
use crate::input::{Given, GlobalId, Parsed};
use crate::mutate::{self, Target};
use crate::object::{Shown, loader};
use crate::project::{Project, ProjectFilter};
use crate::scalar::{DateTime, Json, SafeInt};
use crate::shown::{json, text, time, whole};
use crate::{filter, input, mutations, object, queries, targets};

object! {
    /// A paper told in five to seven pictures.
    Storyboard: Entity {
        /// The whole document, with what this version does not know.
        document: Json = json;
        /// Where the document is stored as a file.
        storage_path: String = text;
        /// How often the storyboard was written.
        revision: SafeInt = whole;
        /// When it was made.
        created_at: DateTime = time;
        /// When it was last written.
        updated_at: DateTime = time;
        hidden project_id;
        hidden paper_id;
        hidden run_id;
        hidden created_by;
    }
    parents {
        /// The project of the paper.
        project: Project, |storyboard| Some(storyboard.project_id);
        /// The paper that it tells.
        paper: Paper, |storyboard| Some(storyboard.paper_id);
        /// Who made it.
        created_by: User, |storyboard| storyboard.created_by;
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

filter! {
    /// Which storyboards.
    StoryboardFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// Where the document is stored as a file.
        storage_path: Parsed<String>, StoragePath;
        /// When it was made.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
        /// When it was last written.
        updated_at: Parsed<domain::Timestamp>, UpdatedAt;
    }
    one {
        /// The project of the paper.
        project: ProjectFilter, StoryboardsOfProject;
        /// The paper that it tells.
        paper: PaperFilter, StoryboardsOfPaper;
        /// Who made it.
        created_by: UserFilter, StoryboardsOfCreator;
    }
}

queries! {
    /// Storyboards.
    StoryboardQueries {
        one {
            /// The storyboard with this id.
            storyboard: Storyboard;
        }
        many {
            /// The storyboards that the viewer sees.
            storyboards: Storyboard, StoryboardFilter;
        }
    }
}

input! {
    /// A new storyboard.
    CreateStoryboardInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The paper that it tells.
        paper_id: GlobalId<PaperEntity>,
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

targets! {
    /// A storyboard to be deleted.
    DeleteStoryboardInput: Entity;
}

mutations! {
    /// What can be done to storyboards.
    StoryboardMutations {
        /// Makes a storyboard of a paper; its document is one of the paper's assets as well.
        create_storyboard(CreateStoryboardInput) -> CreateStoryboardPayload {
            /// The storyboard.
            storyboard: Storyboard
        } = create;
        /// Gives a storyboard another document.
        update_storyboard(UpdateStoryboardInput) -> UpdateStoryboardPayload {
            /// The storyboard as it is now.
            storyboard: Storyboard
        } = update;
        /// Deletes a storyboard, for good.
        delete_storyboard(DeleteStoryboardInput) -> DeleteStoryboardPayload {
            /// The id of the deleted storyboard.
            deleted_id: ID
        } = delete;
    }
}

async fn create(ctx: &Context<'_>, input: CreateStoryboardInput) -> Result<Storyboard> {
    let chosen = input.id.0.as_ref().map(|id| id.0);
    let digest = mutate::digest_for(chosen, &input)?;
    if let Some(there) = mutate::created_before(ctx, chosen, digest.as_ref()).await? {
        return Ok(Storyboard::new(there));
    }
    let paper = loader(ctx)?.load(ById { id: input.paper_id.0 }).await?;
    let paper = paper.ok_or(Failure::from(storage::Error::Missing { what: "paper" }))?;
    let id = mutate::id_or_new(ctx, chosen)?;
    let placed = place_document(ctx, &folder_of(paper.project_id, id), &input.document.0).await?;
    let document = input.document.0;
    let paper = paper.id;
    let storyboard = mutate::create_built(ctx, id, digest, move |work, made| {
        let (placed, document) = (placed.clone(), document.clone());
        Box::pin(async move {
            let paper = work.parent(paper).await?;
            let storyboard = Entity {
                id: made.id,
                project_id: paper.project_id,
                paper_id: paper.id,
                run_id: None,
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
    let storyboard = loader(ctx)?.load(ById { id }).await?;
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
