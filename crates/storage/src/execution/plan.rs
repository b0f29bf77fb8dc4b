//! The table `plans`.

use std::sync::Arc;

use domain::account::User;
use domain::execution::{DocumentVersion, Plan, PlanDocument, PlanState, PlanStatus};
use domain::literature::{AssetKind, Paper};
use domain::project::Project;
use domain::{BudgetMinutes, Documented, Id, Sha256};

use sea_orm::sea_query::Expr;

use crate::edge::{Edge, others_sharing};
use crate::files::Placed;
use crate::literature::asset;
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, update};

row! {
    "plans" Plan, deletable {
        project_id: Id<Project>,
        paper_id: Id<Paper>,
        budget_minutes: BudgetMinutes,
    }
    optional {
        created_by: Id<User>,
    }
    split document over {
        version: DocumentVersion,
        document: Documented<PlanDocument>,
    } from |version, document| Plan::document_from_columns(&version, document), into Plan::document_columns;
    split state over {
        status: PlanStatus,
    } optional {
        env_hash: Sha256,
    } from PlanState::from_columns, into PlanState::columns;
    under Paper, by PaperId;
}

edge! {
    /// The plans of a paper.
    PlansOfPaper: Paper => Plan, PaperId, "paper_id";
    /// The plans of a project's papers.
    PlansOfProject: Project => Plan, ProjectId, "project_id";
    /// The plans that a user made.
    PlansOfCreator: User => Plan, CreatedBy, "created_by";
}

/// The other plans of a plan's project that run in the same environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlansSharingEnvironment;

impl Edge for PlansSharingEnvironment {
    type Parent = Plan;
    type Child = Plan;
    const KEY: &'static str = "env_hash";

    fn column() -> Column {
        Column::EnvHash
    }

    fn hangs_on(child: Depth, parent: Expr) -> Expr {
        others_sharing::<Plan>([Column::ProjectId, Column::EnvHash], child, parent)
    }
}

sorts! { Plan {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was made";
    UpdatedAt: "UPDATED_AT_DESC" Descending, "UPDATED_AT_ASC" Ascending, "when it was last written";
    BudgetMinutes: "BUDGET_MINUTES_ASC" Ascending, "BUDGET_MINUTES_DESC" Descending, "how long a run of it may take";
} }

edited! {
    Plan, in project_id;
    events created PlanCreated, updated PlanUpdated, deleted PlanDeleted, restored PlanRestored, purged PlanPurged;
    lifecycle lifecycle;
}

/// What a plan is materialised into.
#[derive(Clone, Debug)]
pub struct Materials {
    /// The digest of the requirements.
    pub env_hash: Sha256,
    /// The notebook.
    pub notebook: Placed,
    /// The requirements.
    pub requirements: Placed,
}

/// The folder in which the materials of one kind are stored.
pub fn material_folder(plan: &Plan, kind: AssetKind) -> String {
    format!("{}/{}/{}", kind.folder(), plan.project_id, plan.id)
}

/// Makes a plan ready, with these materials in place of those that it may have had. Its runs stay as they are.
pub async fn materialize(
    work: &mut Work,
    id: Id<Plan>,
    expected: Expected,
    materials: &Materials,
) -> Result<Arc<Plan>> {
    let plan = update(work, id, expected, |plan| {
        plan.state = PlanState::Ready { env_hash: materials.env_hash.clone() };
        Ok(())
    })
    .await?;
    asset::keep_materials(
        work,
        &plan,
        &[(AssetKind::Notebook, &materials.notebook), (AssetKind::Requirements, &materials.requirements)],
    )
    .await?;
    Ok(plan)
}

/// Says that a plan could not be materialised.
pub async fn fail(work: &mut Work, id: Id<Plan>, expected: Expected) -> Result<Arc<Plan>> {
    update(work, id, expected, |plan| {
        plan.state = plan.state.fail();
        Ok(())
    })
    .await
}
