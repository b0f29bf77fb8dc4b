//! The table `equation_modules`.

use domain::AnyId;
use domain::execution::{EquationModule, Run, RunEquation};
use domain::project::Project;
use domain::text::{Label, LongText, Name, Prose};
use domain::{Id, JsonObject};

use sea_orm::sea_query::{Condition, ExprTrait};

use super::run_equation;
use crate::error::Conflict;
use crate::prelude::*;
use crate::reader::{decode, select_seen};
use crate::scope::Depth;

row! {
    "equation_modules" EquationModule, edited {
        name: Name,
        version: Label,
        source: LongText,
        parameters: JsonObject,
    }
    optional {
        project_id: Id<Project>,
        description: Prose,
    }
}

edge! {
    /// The equation modules of a project.
    EquationModulesOfProject: Project => EquationModule, ProjectId, "project_id";
}

sorts! { EquationModule {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    Name: "NAME_ASC" Ascending, "NAME_DESC" Descending, "name";
} }

edited! {
    EquationModule, in project_id;
    unique version: ProjectId, Name, Version;
    with {
        async fn refuse_change(before: &Self, after: Option<&Self>, work: &mut Work) -> Result<()> {
            if after.is_some() { Ok(()) } else { refuse_in_use(work, before.id).await }
        }
    }
}

/// Refuses to remove equations that runs use; one of these is named, where the viewer sees any.
async fn refuse_in_use(work: &Work, id: Id<EquationModule>) -> Result<()> {
    let uses = || Condition::all().add(Depth::OUTER.column(run_equation::Column::EquationModuleId).eq(id.uuid()));
    let count = work.count::<RunEquation>(uses()).await?;
    if count == 0 {
        return Ok(());
    }
    let mut select = select_seen::<RunEquation>(&work.viewer(), work.dialect(), uses());
    let seen = work.query(select.limit(1)).await?.first().map(decode::<RunEquation>).transpose()?;
    Err(Error::Conflict(Conflict {
        message: format!("runs use the equation module, {count} of them: take it from these first"),
        rule: "in_use".into(),
        current_revision: None,
        existing: seen.map(|used| AnyId::of::<Run>(used.run_id)),
    }))
}
