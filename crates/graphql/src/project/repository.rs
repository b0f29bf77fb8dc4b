//! Repositories of projects.

use domain::project::{Project as ProjectEntity, Repository as Entity};
use domain::text::{Name, RepositoryUrl};
use storage::execution::run::RunsOfRepository;
use storage::project::repository::{Column, RepositoriesOfProject};
use storage::{Predicate, Test};

use super::Project;
use crate::connection::{Listed, list};
use crate::execution::{MetricOrder, Run};
use crate::filter::{Filter, Operand};
use crate::input::Argument;
use crate::object::Found;
use crate::order::Ordering;
use crate::paging::PageArgs;
use crate::prelude::*;

object! {
    /// A repository that a project works with.
    Repository: Entity, RepositoryFilter by Column {
        /// Owner and name together, as its host writes them; unique in the project.
        full_name: String = text, filter FullName: Parsed<String>, input Required<Parsed<Name>>;
        /// Where it is fetched from; unique in the project.
        url: String = text, filter Url: Parsed<String>, input Required<Parsed<RepositoryUrl>>;
        /// Who owns it at its host.
        owner: String = text, filter Owner: Parsed<String>, input Required<Parsed<Name>>;
        /// Its name at its host.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
        hidden project_id;
    }
    parents {
        /// The project that works with it.
        project: Project, RepositoriesOfProject, |repository| Some(repository.project_id);
    }
    many {
        /// The runs of its code.
        runs: Run, RunsOfRepository, or order_by_metric: MetricOrder;
    }
    create AddRepositoryInput, on_conflict {
        /// The project that works with it.
        project_id: GlobalId<ProjectEntity>,
    } |work, input, made| {
        work.parent(input.project_id.0).await?;
    } into {
        project_id: input.project_id.0,
    }
    update UpdateRepositoryInput;
}

queries! {
    /// Repositories.
    RepositoryQueries {
        one repository: Repository, "The repository with this id.";
    }
    methods {
        /// The repositories that the viewer sees.
        #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
        async fn repositories(
            &self,
            #[graphql(desc = "Where it is fetched from.")] url: Argument<Option<Parsed<RepositoryUrl>>>,
            #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
            #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
            #[graphql(desc = "How many from the end: 1 to 200.")] last: Argument<Option<i32>>,
            #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
            #[graphql(desc = "Only what passes this.")] filter: Argument<Option<RepositoryFilter>>,
            #[graphql(desc = "The order; cursors belong to it.")] order_by: Argument<Option<Ordering<Entity>>>,
        ) -> Found<Listed<Repository>> {
            let (first, last) = (first.get("first")?, last.get("last")?);
            let page = PageArgs { first, after, last, before };
            let filter = filter.get("filter")?.map(Filter::predicate);
            let at_url = url.get("url")?.map(|url| Predicate::Column(Column::Url, Test::Eq(url.value())));
            let both = Predicate::All(filter.into_iter().chain(at_url).collect());
            Ok(list(page.of(Some(both), order_by.get("orderBy")?)?))
        }
    }
}

targets!(Entity: RemoveRepositoryInput);

mutations! {
    /// What can be done to repositories.
    RepositoryMutations {
        /// Adds a repository to a project.
        add_repository(AddRepositoryInput) -> AddRepositoryPayload {
            repository: Repository, "The repository."
        } = mutate::create;
        /// Changes a repository.
        update_repository(UpdateRepositoryInput) -> UpdateRepositoryPayload {
            repository: Repository, "The repository as it is now."
        } = mutate::update;
        /// Takes a repository from its project.
        remove_repository(RemoveRepositoryInput) -> RemoveRepositoryPayload {
            deleted_id: ID, "The id of the removed repository."
        } = mutate::remove;
    }
}
