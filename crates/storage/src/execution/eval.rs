//! The table `evals`.

use domain::execution::{
    Compared, Comparison, Direction, Eval, EvalOrigin, Evaluation, Incomparable, MetricDefinition, Run, RunSeries,
    RunStatus, Scale, Verdict,
};
use domain::literature::{Claim, Paper};
use domain::project::Project;
use domain::text::Label;
use domain::{Action, Id, Real, Revision, Tolerance};
use sea_orm::sea_query::{Condition, ExprTrait};

use super::{metric_definition, run_series};
use crate::literature::claim;
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::Edited;

row! {
    "evals" Eval, edited {
        project_id: Id<Project>,
        paper_id: Id<Paper>,
        run_id: Id<Run>,
        metric_name: Label,
        origin: EvalOrigin,
    }
    optional {
        claim_id: Id<Claim>,
    }
    split comparison over {
        claimed: Real,
        observed: Real,
        gap_abs: Real,
        gap_percent: Real,
        gap_abs_size: Real,
        gap_percent_size: Real,
        verdict: Verdict,
    } optional {
        tolerance: Tolerance,
        direction: Direction,
    } from |claimed, observed, gap_abs, gap_percent, _: Real, _: Real, verdict, tolerance, direction| {
        Comparison::from_columns([claimed, observed, gap_abs, gap_percent], verdict, Scale { tolerance, direction })
    }, into |compared: Comparison| {
        let (abs, percent, scale) = (compared.gap_abs(), compared.gap_percent(), compared.scale());
        let (claimed, observed, verdict) = (compared.claimed(), compared.observed(), compared.verdict());
        (claimed, observed, abs, percent, abs.size(), percent.size(), verdict, scale.tolerance, scale.direction)
    };
    under Paper, by PaperId;
    under Run, by RunId;
    computed "gap_abs_size";
    computed "gap_percent_size";
}

edge! {
    /// The evals of a run.
    EvalsOfRun: Run => Eval, RunId, "run_id";
    /// The evals of the claims of a paper.
    EvalsOfPaper: Paper => Eval, PaperId, "paper_id";
    /// The evals of a claim.
    EvalsOfClaim: Claim => Eval, ClaimId, "claim_id";
    /// The evals of a project's runs.
    EvalsOfProject: Project => Eval, ProjectId, "project_id";
}

sorts! { Eval {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was made";
    GapAbsSize: "GAP_ABS_DESC" Descending, "GAP_ABS_ASC" Ascending, "how large the gap is, up or down";
    GapPercentSize: "GAP_PERCENT_DESC" Descending, "GAP_PERCENT_ASC" Ascending, "how large the gap is beside the claimed value";
    MetricName: "METRIC_NAME_ASC" Ascending, "METRIC_NAME_DESC" Descending, "the metric";
} }

edited! {
    Eval, in project_id;
    events created EvalCreated, updated EvalUpdated, deleted EvalDeleted;
    unique metric_name: RunId, MetricName;
    with {
        fn run(&self) -> Option<Id<Run>> {
            Some(self.run_id)
        }
    }
}

/// What came of evaluating a run.
pub struct Evaluated {
    /// The run.
    pub run: Run,
    /// All its evals, by their metrics.
    pub evals: Vec<Eval>,
    /// The claims that were not compared, and why.
    pub skipped: Vec<(Claim, Incomparable)>,
}

/// Compares what a run came to with what its paper claims. What was derived before is replaced, what was recorded by hand
/// stays.
pub async fn evaluate(work: &mut Work, id: Id<Run>) -> Result<Evaluated> {
    let run = work.own(id).await?;
    work.allow::<Eval>(Action::Write, run.belongs())?;
    if run.state.status() != RunStatus::Succeeded {
        let why = format!("a run is evaluated once it has SUCCEEDED, and this is {}", run.state.status());
        return Err(Error::Precondition(why));
    }
    let paper = run.subject.paper().ok_or_else(|| Error::Precondition("the run has no paper with claims".into()))?;
    let of_paper = Depth::OUTER.column(claim::Column::PaperId).eq(paper.uuid());
    let claims = work.find::<Claim>(Condition::all().add(of_paper)).await?;
    let (before, compared) = compare(work, &run, &claims).await?;
    let (recorded, derived): (Vec<_>, Vec<_>) =
        before.into_iter().partition(|eval| eval.origin == EvalOrigin::Recorded);
    let mut skipped: Vec<_> = compared.skipped.iter().map(|(claim, why)| ((*claim).clone(), *why)).collect();
    let mut evals = recorded.clone();
    let mut new = Vec::new();
    for (claim, comparison) in compared.evals.into_values() {
        if recorded.iter().any(|eval| eval.metric_name == claim.metric_name) {
            skipped.push((claim.clone(), Incomparable::Recorded));
            continue;
        }
        let same = |eval: &&Eval| {
            (&eval.metric_name, eval.claim_id, eval.comparison) == (&claim.metric_name, Some(claim.id), comparison)
        };
        match derived.iter().find(same) {
            Some(eval) => evals.push(eval.clone()),
            None => new.push(derive(work, &run, claim, comparison)?),
        }
    }
    let gone: Vec<_> = derived.into_iter().filter(|eval| !evals.contains(eval)).collect();
    work.erase_all(&gone).await?;
    work.insert_all(&new).await?;
    evals.extend(new);
    evals.sort_by(|a, b| a.metric_name.cmp(&b.metric_name));
    Ok(Evaluated { run, evals, skipped })
}

/// The evals that a run has, and what its claims come to now.
async fn compare<'a>(work: &mut Work, run: &Run, claims: &'a [Claim]) -> Result<(Vec<Eval>, Compared<'a>)> {
    let of_run = Depth::OUTER.column(Column::RunId).eq(run.id.uuid());
    let before = work.find_all::<Eval>(Condition::all().add(of_run)).await?;
    let of_run = Depth::OUTER.column(run_series::Column::RunId).eq(run.id.uuid());
    let series = work.find::<RunSeries>(Condition::all().add(of_run)).await?;
    let metrics: Vec<&str> = series.iter().map(|series| series.metric.as_str()).collect();
    let asked = metric_definition::asked(work.dialect(), &[run.project_id.uuid()], &metrics);
    let definitions = metric_definition::defined(work.find::<MetricDefinition>(asked).await?);
    let plan = match run.subject.plan() {
        Some(plan) => Some(work.parent(plan).await?),
        None => None,
    };
    let definition =
        |metric| metric_definition::resolve(&definitions, run.project_id, metric).map(std::convert::AsRef::as_ref);
    let evaluation = Evaluation {
        plan: plan.as_ref().map(|plan| plan.document.get()),
        series: series.iter().map(|series| (series, definition(&series.metric))).collect(),
    };
    Ok((before, evaluation.compare(claims)))
}

fn derive(work: &Work, run: &Run, claim: &Claim, comparison: Comparison) -> Result<Eval> {
    Ok(Eval {
        id: work.reader().ids().next_for()?,
        project_id: run.project_id,
        paper_id: claim.paper_id,
        run_id: run.id,
        claim_id: Some(claim.id),
        metric_name: claim.metric_name.clone(),
        origin: EvalOrigin::Derived,
        comparison,
        revision: Revision::FIRST,
        created_at: work.now(),
        updated_at: work.now(),
    })
}
