//! Plans.

use async_graphql::SimpleObject;
use bytes::Bytes;
use domain::execution::{
    Direction, DocumentVersion, Plan as Entity, PlanDocument, PlanMetric as MetricOfDocument, PlanState, PlanStatus,
    Requirements,
};
use domain::files::Upload;
use domain::literature::{AssetKind, Paper as PaperEntity};
use domain::{BudgetMinutes, Documented, Lifecycle, Revision, Sha256};
use storage::execution::plan::{
    Column, Materials, PlansOfCreator, PlansOfPaper, PlansOfProject, PlansSharingEnvironment, fail, material_folder,
    materialize,
};
use storage::execution::run::RunsOfPlan;
use storage::literature::asset::AssetsOfPlan;
use storage::read::ById;

use super::{MetricOrder, Run};
use crate::account::User;
use crate::files::{place, store};
use crate::literature::{Asset, Paper};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A plan to reproduce what a paper claims.
    Plan: Entity, PlanFilter by Column {
        /// The whole document, with what this version does not know: `{"version": "1.1", "dataset": {"name"}, "model": {"name"}, "config": {}, "metrics": [{"name", "split", "tolerance", "direction"}]}`.
        document: Json = json, input Required<Parsed<Documented<PlanDocument>>>;
        /// How many minutes a run of it may take: 1 to 120, by default 20.
        budget_minutes: SafeInt = whole,
            filter BudgetMinutes: Parsed<BudgetMinutes>, input Defaulted<Parsed<BudgetMinutes>>;
        hidden project_id, paper_id, state, created_by, lifecycle;
    }
    parents {
        /// The project of the paper.
        project: Project, PlansOfProject, |plan| Some(plan.project_id);
        /// The paper whose claims it reproduces.
        paper: Paper, PlansOfPaper, |plan| Some(plan.paper_id);
        /// Who made it.
        created_by: User, PlansOfCreator, |plan| plan.created_by;
    }
    many {
        /// Its files, the notebook and the requirements among them once it is materialised.
        assets: Asset, AssetsOfPlan;
        /// The runs that carry it out.
        runs: Run, RunsOfPlan, or order_by_metric: MetricOrder;
        /// The other plans of its project that run in the same environment.
        sharing_environment: Plan, PlansSharingEnvironment;
    }
    derived {
        /// The version of the document's form.
        version: String = |_| Documented::<PlanDocument>::VERSION.to_owned(), cell DocumentVersion = text;
        /// How far it has come.
        status: Chosen<PlanStatus> = |plan| Chosen(plan.state.status()), cell PlanStatus = choice;
        /// The digest of its environment, once it is materialised: the SHA-256 of the requirements' lines, without the
        /// white space around them, without empty ones, sorted by their bytes, each ended by LF.
        env_hash: Option<String> = |plan| plan.state.env_hash().map(text), cell Option<Sha256> = maybe(text);
    }
    filter {
        /// The version of the document's form.
        version: Parsed<String>, Version;
        /// How far it has come.
        status: Chosen<PlanStatus>, Status;
        /// The digest of its environment.
        env_hash: Parsed<String>, EnvHash;
    }
    create CreatePlanInput {
        /// The paper whose claims it reproduces.
        paper_id: GlobalId<PaperEntity>,
    } |work, input, made| {
        let paper = work.parent(input.paper_id.0).await?;
    } into {
        project_id: paper.project_id,
        paper_id: paper.id,
        state: PlanState::Draft,
        created_by: made.by,
        lifecycle: Lifecycle::Live,
    }
    list CreatePlansInput of plans;
    update UpdatePlanInput;
    methods {
        /// What its runs measure, and how that is judged.
        async fn metrics(&self) -> Vec<PlanMetric> {
            self.0.document.get().metrics.iter().map(PlanMetric::new).collect()
        }
    }
}

/// A metric of a plan: what a run of it measures, and how that is judged.
#[derive(SimpleObject)]
pub struct PlanMetric {
    /// Its name, as claims and series have it.
    name: String,
    /// For which part of the dataset; without one for all.
    split: Option<String>,
    /// How far an observed value may be from the claimed one, in the claim's unit.
    tolerance: Option<f64>,
    /// Which values are better.
    direction: Option<Chosen<Direction>>,
}

impl PlanMetric {
    fn new(metric: &MetricOfDocument) -> Self {
        Self {
            name: text(&metric.name),
            split: maybe(text)(&metric.split),
            tolerance: maybe(real)(&metric.tolerance),
            direction: maybe(choice)(&metric.direction),
        }
    }
}

queries! {
    /// Plans.
    PlanQueries {
        one plan: Plan, "The plan with this id.";
        many plans: Plan, "The plans that the viewer sees.";
    }
}

targets!(Entity: DeletePlanInput, RestorePlanInput, PurgePlanInput, FailPlanInput);

input! {
    /// What a plan is materialised into.
    MaterializePlanInput {
        /// Which plan.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The text of its `requirements.txt`, which makes its environment.
        requirements: Parsed<Requirements>,
        /// The upload that becomes its notebook.
        notebook_upload_id: GlobalId<Upload>,
    }
}

mutations! {
    /// What can be done to plans.
    PlanMutations {
        /// Makes a plan of a paper.
        create_plan(CreatePlanInput) -> CreatePlanPayload { plan: Plan, "The plan." } = mutate::create;
        /// Makes plans, all or none.
        create_plans(CreatePlansInput) -> CreatePlansPayload {
            plans: Vec<Plan>, "In the order of the input."
        } = mutate::create_list;
        /// Changes a plan.
        update_plan(UpdatePlanInput) -> UpdatePlanPayload { plan: Plan, "The plan as it is now." } = mutate::update;
        /// Makes a plan READY: keeps its notebook and its requirements among its assets, in place of those that it had, and
        /// the digest of its environment. Its runs stay as they are.
        materialize_plan(MaterializePlanInput) -> MaterializePlanPayload {
            plan: Plan, "The plan as it is now."
        } = materialize_one;
        /// Says that a plan could not be materialised: it is FAILED until it is.
        fail_plan(FailPlanInput) -> FailPlanPayload { plan: Plan, "The plan as it is now." } = fail_one;
        /// Deletes a plan: it and all under it are hidden until it is restored.
        delete_plan(DeletePlanInput) -> DeletePlanPayload {
            deleted_id: ID, "The id of the deleted plan."
        } = mutate::delete;
        /// Brings back a deleted plan, and what its deletion hid.
        restore_plan(RestorePlanInput) -> RestorePlanPayload { plan: Plan, "The plan as it is now." } = mutate::restore;
        /// Purges a plan: it is hidden at once, and removed for good with all under it.
        purge_plan(PurgePlanInput) -> PurgePlanPayload { deleted_id: ID, "The id of the purged plan." } = mutate::purge;
    }
}

async fn materialize_one(ctx: &Context<'_>, input: MaterializePlanInput) -> Result<Plan> {
    let (id, expected) = (input.id.0, input.expected_revision.0.map(|revision| revision.0));
    let plan = loader(ctx)?.load(ById::<Entity> { id }).await?;
    let plan = plan.ok_or(Failure::from(storage::Error::Missing { what: "plan" }))?;
    let folder = |kind| material_folder(&plan, kind);
    let requirements = Bytes::from(input.requirements.0.as_str().to_owned());
    let materials = Materials {
        env_hash: input.requirements.0.env_hash(),
        notebook: place(ctx, input.notebook_upload_id.0, &folder(AssetKind::Notebook)).await?,
        requirements: store(ctx, requirements, &folder(AssetKind::Requirements)).await?,
    };
    let done = mutate::unit(ctx, |work| {
        let materials = materials.clone();
        Box::pin(async move { materialize(work, id, expected, &materials).await })
    });
    done.await.map(Plan::new)
}

async fn fail_one(ctx: &Context<'_>, input: FailPlanInput) -> Result<Plan> {
    let (id, expected) = input.target();
    mutate::unit(ctx, |work| Box::pin(async move { fail(work, id, expected).await })).await.map(Plan::new)
}
