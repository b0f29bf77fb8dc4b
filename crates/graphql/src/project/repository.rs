//! Repositories of projects.

use async_graphql::Context;
use domain::project::{Project as ProjectEntity, Repository as Entity};
use domain::text::{Name, RepositoryUrl};
use domain::{Id, OnConflict, Revision};
use storage::project::repository::{Column, RepositoriesOfProject};
use storage::{Predicate, Test, Work};

use super::{Project, ProjectFilter};
use crate::choice::Chosen;
use crate::connection::{Connection, list};
use crate::error::Result;
use crate::filter::{Filter, Operand};
use crate::input::{Argument, Given, GlobalId, Parsed, set};
use crate::mutate::{self, Create, Made, Update};
use crate::order::Ordering;
use crate::paging::PageArgs;
use crate::scalar::{DateTime, SafeInt};
use crate::shown::{text, time, whole};
use crate::{filter, input, mutations, object, queries, targets};

object! {
    /// A repository that a project works with.
    Repository: Entity {
        /// Owner and name together, as its host writes them; unique in the project.
        full_name: String = text;
        /// Where it is fetched from; unique in the project.
        url: String = text;
        /// Who owns it at its host.
        owner: String = text;
        /// Its name at its host.
        name: String = text;
        /// How often it was written.
        revision: SafeInt = whole;
        /// When it was added.
        created_at: DateTime = time;
        /// When it was last written.
        updated_at: DateTime = time;
        hidden project_id;
    }
    parents {
        /// The project that works with it.
        project: Project, |repository| Some(repository.project_id);
    }
}

filter! {
    /// Which repositories.
    RepositoryFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// Owner and name together.
        full_name: Parsed<String>, FullName;
        /// Where it is fetched from.
        url: Parsed<String>, Url;
        /// Who owns it at its host.
        owner: Parsed<String>, Owner;
        /// Its name at its host.
        name: Parsed<String>, Name;
        /// When it was added.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
    }
    one {
        /// The project that works with it.
        project: ProjectFilter, RepositoriesOfProject;
    }
}

queries! {
    /// Repositories.
    RepositoryQueries {
        one {
            /// The repository with this id.
            repository: Repository;
        }
        many {}
    }
    methods {
        /// The repositories that the viewer sees.
        #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
        async fn repositories(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Where it is fetched from.")] url: Argument<Option<Parsed<RepositoryUrl>>>,
            #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
            #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
            #[graphql(desc = "How many from the end: 1 to 200.")] last: Argument<Option<i32>>,
            #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
            #[graphql(desc = "Only what passes this.")] filter: Argument<Option<RepositoryFilter>>,
            #[graphql(desc = "The order; cursors belong to it.")] order_by: Argument<Option<Ordering<Entity>>>,
        ) -> Result<Connection<Repository>> {
            let (first, last) = (first.get("first")?, last.get("last")?);
            let page = PageArgs { first, after, last, before };
            let filter = filter.get("filter")?.map(Filter::predicate);
            let at_url = url.get("url")?.map(|url| Predicate::Column(Column::Url, Test::Eq(url.value())));
            let both = Predicate::All(filter.into_iter().chain(at_url).collect());
            list(ctx, page.of(Some(both), order_by.get("orderBy")?)?).await
        }
    }
}

input! {
    /// A repository for a project.
    AddRepositoryInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The project that works with it.
        project_id: GlobalId<ProjectEntity>,
        /// Owner and name together, as its host writes them.
        full_name: Parsed<Name>,
        /// Where it is fetched from.
        url: Parsed<RepositoryUrl>,
        /// Who owns it at its host.
        owner: Parsed<Name>,
        /// Its name at its host.
        name: Parsed<Name>,
        /// What to do when the project has it already.
        on_conflict: Given<Chosen<OnConflict>>,
    }
}

impl Create for AddRepositoryInput {
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
            full_name: self.full_name.0,
            url: self.url.0,
            owner: self.owner.0,
            name: self.name.0,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

input! {
    /// Changes of a repository: what is left out stays.
    UpdateRepositoryInput {
        /// Which repository.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// Owner and name together, as its host writes them.
        full_name: Given<Parsed<Name>>,
        /// Where it is fetched from.
        url: Given<Parsed<RepositoryUrl>>,
        /// Who owns it at its host.
        owner: Given<Parsed<Name>>,
        /// Its name at its host.
        name: Given<Parsed<Name>>,
    }
}

impl Update for UpdateRepositoryInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, repository: &mut Entity) -> storage::Result<()> {
        set(&mut repository.full_name, self.full_name);
        set(&mut repository.url, self.url);
        set(&mut repository.owner, self.owner);
        set(&mut repository.name, self.name);
        Ok(())
    }
}

targets! {
    /// A repository to be removed.
    RemoveRepositoryInput: Entity;
}

mutations! {
    /// What can be done to repositories.
    RepositoryMutations {
        /// Adds a repository to a project.
        add_repository(AddRepositoryInput) -> AddRepositoryPayload {
            /// The repository.
            repository: Repository
        } = mutate::create;
        /// Changes a repository.
        update_repository(UpdateRepositoryInput) -> UpdateRepositoryPayload {
            /// The repository as it is now.
            repository: Repository
        } = mutate::update;
        /// Takes a repository from its project.
        remove_repository(RemoveRepositoryInput) -> RemoveRepositoryPayload {
            /// The id of the removed repository.
            deleted_id: async_graphql::ID
        } = mutate::remove;
    }
}
