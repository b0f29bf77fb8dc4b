//! Projects.

use std::sync::Arc;

use domain::execution::Direction;
use domain::project::{Project as Entity, ProjectMember as MemberEntity};
use domain::text::{Label, Name, Prose, Slug};
use domain::{Action, Id, JsonObject, Lifecycle, Revision};
use storage::account::api_key::KeysOfProject;
use storage::execution::equation_module::EquationModulesOfProject;
use storage::execution::eval::EvalsOfProject;
use storage::execution::leaderboard::Board;
use storage::execution::metric_definition::MetricDefinitionsOfProject;
use storage::execution::plan::PlansOfProject;
use storage::execution::run::RunsOfProject;
use storage::execution::run_names::Named;
use storage::execution::summary::StatsOf;
use storage::execution::unit_mode::UnitModesOfProject;
use storage::ledger::audit::AuditEntriesOfProject;
use storage::ledger::error::ErrorLogsOfProject;
use storage::ledger::event::EventLogsOfProject;
use storage::literature::asset::AssetsOfProject;
use storage::literature::claim::ClaimsOfProject;
use storage::literature::paper::PapersOfProject;
use storage::literature::storyboard::StoryboardsOfProject;
use storage::project::guideline::GuidelineOfProject;
use storage::project::member::MembersOfProject;
use storage::project::project::{Column, ProjectsOfOwner, hand_over, owner_membership};
use storage::project::repository::RepositoriesOfProject;
use storage::{Error, Work, viewers};

use super::{ProjectGuideline, ProjectMember, Repository};
use crate::account::{ApiKey, User};
use crate::direct::{Of, loaded};
use crate::execution::{
    EquationModule, Eval, Leaderboard, MetricDefinition, MetricOrder, Plan, ProjectStats, Run, RunGroupByInput,
    RunGroupMetricInput, RunGroups, RunNames, UnitMode, grouping, leaderboard, run_names,
};
use crate::input::Argument;
use crate::ledger::{AuditEntry, ErrorLog, EventLog};
use crate::literature::{Asset, Claim, Paper, Storyboard};
use crate::object::FilterOf;
use crate::paging;
use crate::prelude::*;

object! {
    /// A project: what everything else belongs to. It is seen by its members.
    Project: Entity, ProjectFilter by Column {
        /// The name, unique among the owner's.
        name: String = text, filter Name: Parsed<String>, input Required<Parsed<Name>>;
        /// The name in addresses, unique among all projects.
        slug: String = text, filter Slug: Parsed<String>, input Required<Parsed<Slug>>;
        /// What it is about.
        description: Option<String> = maybe(text), filter Description: Parsed<String>, input Optional<Parsed<Prose>>;
        /// Settings, free in form.
        config: Json = json, input Defaulted<Parsed<JsonObject>>;
        hidden owner_id, lifecycle;
    }
    parents {
        /// Who owns it.
        owner: User, ProjectsOfOwner, |project| Some(project.owner_id);
    }
    only {
        /// The document that says how its records are judged.
        guideline: ProjectGuideline, GuidelineOfProject;
    }
    many {
        /// Who works in it, with their roles.
        members: ProjectMember, MembersOfProject;
        /// The repositories that it works with.
        repositories: Repository, RepositoriesOfProject;
        /// Its papers.
        papers: Paper, PapersOfProject;
        /// The claims of its papers.
        claims: Claim, ClaimsOfProject;
        /// The storyboards of its papers.
        storyboards: Storyboard, StoryboardsOfProject;
        /// The files of its papers and plans.
        assets: Asset, AssetsOfProject;
        /// Its runs.
        runs: Run, RunsOfProject, or order_by_metric: MetricOrder;
        /// What its runs showed of claims.
        evals: Eval, EvalsOfProject;
        /// The plans of its papers.
        plans: Plan, PlansOfProject;
        /// Its own unit modes, without those that are for all.
        unit_modes: UnitMode, UnitModesOfProject;
        /// Its own equation modules, without those that are for all.
        equation_modules: EquationModule, EquationModulesOfProject;
        /// Its own metric definitions, without those that are for all.
        metric_definitions: MetricDefinition, MetricDefinitionsOfProject;
        /// The keys that are for it alone. Whoever keeps it sees its own, and everybody theirs.
        api_keys: ApiKey, KeysOfProject;
        /// What was done in it, and by whom. Whoever keeps it sees that.
        audit_entries: AuditEntry, AuditEntriesOfProject;
        /// What happened in it.
        event_logs: EventLog, EventLogsOfProject;
        /// What went wrong in it.
        error_logs: ErrorLog, ErrorLogsOfProject;
    }
    laid {
        stats = |asked| loaded::<_, _, _, ProjectStats>(asked, Of::id(|project: &Entity| project.id), |project| StatsOf { project });
    }
    create CreateProjectInput, on_conflict {
    } |_work, _input, made| {
    } into {
        owner_id: made.by.ok_or(Error::Forbidden("only a person can own a project"))?,
        lifecycle: Lifecycle::Live,
    } then {
        async fn finish(self, work: &mut Work, project: &Entity) -> storage::Result<()> {
            let id: Id<MemberEntity> = work.reader().ids().next_for()?;
            work.insert(&owner_membership(project, id)).await
        }
    }
    update UpdateProjectInput;
    methods {
        /// What its papers claim of a metric on a dataset, each beside the best that was observed of it. The best come
        /// first, then papers of which nothing was observed, by what they claim.
        #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
        async fn leaderboard(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "The dataset, as claims and plans name it.")] dataset: Argument<Parsed<Label>>,
            #[graphql(desc = "The metric.")] metric: Argument<Parsed<Label>>,
            #[graphql(desc = "The part of the dataset; without it all that is claimed and observed counts.")]
            split: Argument<Option<Parsed<Label>>>,
            #[graphql(desc = "Which values are better: by default as the metric's definition says, else MAXIMIZE.")]
            direction: Argument<Option<Chosen<Direction>>>,
            #[graphql(desc = "How many papers at most: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        ) -> Result<Leaderboard> {
            let board = Board {
                dataset: dataset.get("dataset")?.0,
                metric: metric.get("metric")?.0,
                split: split.get("split")?.map(|split| split.0),
                direction: direction.get("direction")?.map(|direction| direction.0),
                size: paging::size("first", first.get("first")?)?,
            };
            leaderboard(ctx, self.0.id, board).await
        }

        /// Its runs in groups of those that have the same, the largest first, and what each group comes to.
        async fn run_groups(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "What the runs of a group have the same: at most 4; without any all are one group.")]
            by: Argument<List<RunGroupByInput>>,
            #[graphql(desc = "The metrics that are summed up, by the last values of their series: at most 10.")]
            metrics: Argument<Option<List<RunGroupMetricInput>>>,
            #[graphql(desc = "Only runs that pass this.")] filter: Argument<Option<FilterOf<Run>>>,
            #[graphql(desc = "How many groups at most: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        ) -> Result<RunGroups> {
            let (by, metrics) = (by.get("by")?, metrics.get("metrics")?);
            let size = paging::size("first", first.get("first")?)?;
            let grouping = grouping(by, metrics, filter.get("filter")?, size)?;
            RunGroups::load(ctx, self.0.id, grouping).await
        }

        /// What its runs measure, by name.
        async fn metric_names(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only names that begin with this, to the letter.")] prefix: Argument<Option<Parsed<String>>>,
            #[graphql(desc = "How many at most: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        ) -> Result<RunNames> {
            run_names(ctx, self.0.id, Named::Metrics, (prefix, first)).await
        }

        /// The paths of what its runs have in their settings, like `optimizer.lr` or `layers[0].size`: of texts, numbers,
        /// flags, nulls, and of what is empty. Paths of more than 32 steps or 1000 characters are left out.
        async fn config_keys(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only paths that begin with this, to the letter.")] prefix: Argument<Option<Parsed<String>>>,
            #[graphql(desc = "How many at most: 1 to 200, by default 20.")] first: Argument<Option<i32>>,
        ) -> Result<RunNames> {
            run_names(ctx, self.0.id, Named::Config, (prefix, first)).await
        }

        /// What there is in it.
        async fn stats(&self, ctx: &Context<'_>) -> Option<Result<ProjectStats>> {
            stats(ctx, self.0.id).await.transpose()
        }
    }
}

async fn stats(ctx: &Context<'_>, project: Id<Entity>) -> Result<Option<ProjectStats>> {
    Ok(loader(ctx)?.load(StatsOf { project }).await?.map(|found| ProjectStats(Arc::new(found))))
}

queries! {
    /// Projects.
    ProjectQueries {
        one project: Project, "The project with this id.";
        many projects: Project, "The projects that the viewer sees.";
    }
}

targets!(Entity: DeleteProjectInput, RestoreProjectInput, PurgeProjectInput);

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
        create_project(CreateProjectInput) -> CreateProjectPayload { project: Project, "The project." } = create;
        /// Changes a project.
        update_project(UpdateProjectInput) -> UpdateProjectPayload {
            project: Project, "The project as it is now."
        } = mutate::update;
        /// Hands a project over to one of its members.
        transfer_project(TransferProjectInput) -> TransferProjectPayload {
            project: Project, "The project as it is now."
        } = transfer;
        /// Deletes a project: it and all in it are hidden until it is restored.
        delete_project(DeleteProjectInput) -> DeleteProjectPayload {
            deleted_id: ID, "The id of the deleted project."
        } = delete;
        /// Brings back a deleted project, and what its deletion hid.
        restore_project(RestoreProjectInput) -> RestoreProjectPayload {
            project: Project, "The project as it is now."
        } = restore;
        /// Purges a project: it is hidden at once, and removed for good with all in it.
        purge_project(PurgeProjectInput) -> PurgeProjectPayload {
            deleted_id: ID, "The id of the purged project."
        } = purge;
    }
}

async fn create(ctx: &Context<'_>, input: CreateProjectInput) -> Result<Project> {
    seeing_anew(ctx, mutate::create(ctx, input).await).await
}

async fn delete(ctx: &Context<'_>, input: DeleteProjectInput) -> Result<ID> {
    seeing_anew(ctx, mutate::delete(ctx, input).await).await
}

async fn restore(ctx: &Context<'_>, input: RestoreProjectInput) -> Result<Project> {
    seeing_anew(ctx, mutate::restore(ctx, input).await).await
}

async fn purge(ctx: &Context<'_>, input: PurgeProjectInput) -> Result<ID> {
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
