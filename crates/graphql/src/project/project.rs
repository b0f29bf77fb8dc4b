//! Projects.

use async_graphql::Context;
use domain::project::{Project as Entity, ProjectMember as MemberEntity};
use domain::text::{Name, Prose, Slug};
use domain::{Action, Id, JsonObject, Lifecycle, OnConflict, Revision};
use storage::literature::asset::AssetsOfProject;
use storage::literature::claim::ClaimsOfProject;
use storage::literature::paper::PapersOfProject;
use storage::literature::storyboard::StoryboardsOfProject;
use storage::project::guideline::GuidelineOfProject;
use storage::project::member::MembersOfProject;
use storage::project::project::{Column, ProjectsOfOwner, hand_over, owner_membership};
use storage::project::repository::RepositoriesOfProject;
use storage::{Error, Work, viewers};

use super::{MemberFilter, ProjectGuideline, ProjectMember, Repository, RepositoryFilter};
use crate::account::{User, UserFilter};
use crate::choice::Chosen;
use crate::error::Result;
use crate::input::{Change, Given, GlobalId, Parsed, clear_or_set, set};
use crate::literature::{Asset, AssetFilter, Claim, ClaimFilter, Paper, PaperFilter, Storyboard, StoryboardFilter};
use crate::mutate::{self, Create, Made, Update};
use crate::object::{Shown, loader};
use crate::scalar::{DateTime, Json, SafeInt};
use crate::shown::{json, maybe, text, time, whole};
use crate::{filter, input, mutations, object, queries, targets};

object! {
    /// A project: what everything else belongs to. It is seen by its members.
    Project: Entity {
        /// The name, unique among the owner's.
        name: String = text;
        /// The name in addresses, unique among all projects.
        slug: String = text;
        /// What it is about.
        description: Option<String> = maybe(text);
        /// Settings, free in form.
        config: Json = json;
        /// How often the project was written.
        revision: SafeInt = whole;
        /// When it was made.
        created_at: DateTime = time;
        /// When it was last written.
        updated_at: DateTime = time;
        hidden owner_id;
        hidden lifecycle;
    }
    parents {
        /// Who owns it.
        owner: User, |project| Some(project.owner_id);
    }
    only {
        /// The document that says how its records are judged.
        guideline: ProjectGuideline, GuidelineOfProject;
    }
    many {
        /// Who works in it, with their roles.
        members: ProjectMember, MemberFilter, MembersOfProject;
        /// The repositories that it works with.
        repositories: Repository, RepositoryFilter, RepositoriesOfProject;
        /// Its papers.
        papers: Paper, PaperFilter, PapersOfProject;
        /// The claims of its papers.
        claims: Claim, ClaimFilter, ClaimsOfProject;
        /// The storyboards of its papers.
        storyboards: Storyboard, StoryboardFilter, StoryboardsOfProject;
        /// The files of its papers.
        assets: Asset, AssetFilter, AssetsOfProject;
    }
}

filter! {
    /// Which projects.
    ProjectFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// The name.
        name: Parsed<String>, Name;
        /// The name in addresses.
        slug: Parsed<String>, Slug;
        /// What it is about.
        description: Parsed<String>, Description;
        /// When it was made.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
        /// When it was last written.
        updated_at: Parsed<domain::Timestamp>, UpdatedAt;
    }
    one {
        /// Who owns it.
        owner: UserFilter, ProjectsOfOwner;
    }
    many {
        /// Who works in it.
        members: MemberFilter, MembersOfProject;
        /// The repositories that it works with.
        repositories: RepositoryFilter, RepositoriesOfProject;
        /// Its papers.
        papers: PaperFilter, PapersOfProject;
    }
}

queries! {
    /// Projects.
    ProjectQueries {
        one {
            /// The project with this id.
            project: Project;
        }
        many {
            /// The projects that the viewer sees.
            projects: Project, ProjectFilter;
        }
    }
}

input! {
    /// A new project, which the viewer will own.
    CreateProjectInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The name, unique among the owner's.
        name: Parsed<Name>,
        /// The name in addresses, unique among all projects.
        slug: Parsed<Slug>,
        /// What it is about.
        description: Option<Parsed<Prose>>,
        /// Settings, free in form; none by default.
        config: Given<Parsed<JsonObject>>,
        /// What to do when a project that you see has this name or slug already.
        on_conflict: Given<Chosen<OnConflict>>,
    }
}

impl Create for CreateProjectInput {
    type Entity = Entity;

    fn chosen_id(&self) -> Option<Id<Entity>> {
        self.id.0.map(|id| id.0)
    }

    fn on_conflict(&self) -> Option<OnConflict> {
        self.on_conflict.0.map(|chosen| chosen.0)
    }

    async fn build(self, _: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        Ok(Entity {
            id: made.id,
            owner_id: made.by.ok_or(Error::Forbidden)?,
            name: self.name.0,
            slug: self.slug.0,
            description: self.description.map(|description| description.0),
            config: self.config.0.map_or_else(JsonObject::empty, |config| config.0),
            lifecycle: Lifecycle::Live,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }

    async fn finish(work: &mut Work, project: &Entity) -> storage::Result<()> {
        let id: Id<MemberEntity> = work.reader().ids().next_for()?;
        work.insert(&owner_membership(project, id)).await
    }
}

input! {
    /// Changes of a project: what is left out stays.
    UpdateProjectInput {
        /// Which project.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The name.
        name: Given<Parsed<Name>>,
        /// The name in addresses.
        slug: Given<Parsed<Slug>>,
        /// What it is about; null clears it.
        description: Change<Parsed<Prose>>,
        /// Settings, as a whole.
        config: Given<Parsed<JsonObject>>,
    }
}

impl Update for UpdateProjectInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, project: &mut Entity) -> storage::Result<()> {
        set(&mut project.name, self.name);
        set(&mut project.slug, self.slug);
        clear_or_set(&mut project.description, self.description);
        set(&mut project.config, self.config);
        Ok(())
    }
}

targets! {
    /// A project to be deleted.
    DeleteProjectInput: Entity;
    /// A project to be restored.
    RestoreProjectInput: Entity;
    /// A project to be purged.
    PurgeProjectInput: Entity;
}

input! {
    /// A project, and the member who will own it.
    TransferProjectInput {
        /// Which project.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// Who will own it; they must be a member. Who owned it stays an OWNER among the members.
        owner_id: GlobalId<domain::account::User>,
    }
}

mutations! {
    /// What can be done to projects.
    ProjectMutations {
        /// Makes a project, which the viewer owns.
        create_project(CreateProjectInput) -> CreateProjectPayload {
            /// The project.
            project: Project
        } = create;
        /// Changes a project.
        update_project(UpdateProjectInput) -> UpdateProjectPayload {
            /// The project as it is now.
            project: Project
        } = mutate::update;
        /// Hands a project over to one of its members.
        transfer_project(TransferProjectInput) -> TransferProjectPayload {
            /// The project as it is now.
            project: Project
        } = transfer;
        /// Deletes a project: it and all in it are hidden until it is restored.
        delete_project(DeleteProjectInput) -> DeleteProjectPayload {
            /// The id of the deleted project.
            deleted_id: async_graphql::ID
        } = delete;
        /// Brings back a deleted project, and what its deletion hid.
        restore_project(RestoreProjectInput) -> RestoreProjectPayload {
            /// The project as it is now.
            project: Project
        } = restore;
        /// Purges a project: it is hidden at once, and removed for good with all in it.
        purge_project(PurgeProjectInput) -> PurgeProjectPayload {
            /// The id of the purged project.
            deleted_id: async_graphql::ID
        } = purge;
    }
}

async fn create(ctx: &Context<'_>, input: CreateProjectInput) -> Result<Project> {
    seeing_anew(ctx, mutate::create(ctx, input).await).await
}

async fn delete(ctx: &Context<'_>, input: DeleteProjectInput) -> Result<async_graphql::ID> {
    seeing_anew(ctx, mutate::delete(ctx, input).await).await
}

async fn restore(ctx: &Context<'_>, input: RestoreProjectInput) -> Result<Project> {
    seeing_anew(ctx, mutate::restore(ctx, input).await).await
}

async fn purge(ctx: &Context<'_>, input: PurgeProjectInput) -> Result<async_graphql::ID> {
    seeing_anew(ctx, mutate::purge(ctx, input).await).await
}

async fn transfer(ctx: &Context<'_>, input: TransferProjectInput) -> Result<Project> {
    let expected = input.expected_revision.0.map(|revision| revision.0);
    let project = mutate::unit(ctx, |work| {
        Box::pin(async move {
            work.project(input.id.0, Action::Keep).await?;
            hand_over(work, input.id.0, input.owner_id.0, expected).await
        })
    });
    seeing_anew(ctx, project.await.map(Project::new)).await
}

/// Reads again what the viewer sees, after projects or members were changed.
pub(super) async fn seeing_anew<T>(ctx: &Context<'_>, done: Result<T>) -> Result<T> {
    let done = done?;
    viewers::refresh(loader(ctx)?.reader()).await?;
    Ok(done)
}
