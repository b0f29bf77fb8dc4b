//! Evals: what runs showed beside what was claimed.

use async_graphql::SimpleObject;
use domain::execution::{
    Comparison, Direction, Eval as Entity, EvalOrigin, Incomparable, Run as RunEntity, Scale, Verdict,
};
use domain::text::Label;
use domain::{Id, Leaf, Real, Tolerance};
use storage::Error;
use storage::execution::eval::{Column, EvalsOfClaim, EvalsOfPaper, EvalsOfProject, EvalsOfRun, Evaluated, evaluate};

use super::Run;
use crate::literature::{Claim, Paper};
use crate::prelude::*;
use crate::project::Project;

object! {
    /// What a run showed of a metric, beside what was claimed.
    Eval: Entity, EvalFilter by Column {
        /// What was measured; unique in the run.
        metric_name: String = text, filter MetricName: Parsed<String>, input Required<Parsed<Label>>;
        /// How it came to be.
        origin: Chosen<EvalOrigin> = choice, filter Origin: Chosen<EvalOrigin>;
        hidden project_id, paper_id, run_id, claim_id, comparison;
    }
    parents {
        /// The project of the run.
        project: Project, EvalsOfProject, |eval| Some(eval.project_id);
        /// The paper whose claim it is.
        paper: Paper, EvalsOfPaper, |eval| Some(eval.paper_id);
        /// The run.
        run: Run, EvalsOfRun, |eval| Some(eval.run_id);
        /// The claim, while it is there; one that was recorded by hand has none.
        claim: Claim, EvalsOfClaim, |eval| eval.claim_id;
    }
    derived {
        /// The value that was claimed.
        claimed: f64 = |eval| eval.comparison.claimed().get(), cell Real = real;
        /// The value that was observed.
        observed: f64 = |eval| eval.comparison.observed().get(), cell Real = real;
        /// The observed value less the claimed one.
        gap_abs: f64 = |eval| eval.comparison.gap_abs().get(), cell Real = real;
        /// The gap in hundredths of the claimed value, or of 1e-9 where that is less.
        gap_percent: f64 = |eval| eval.comparison.gap_percent().get(), cell Real = real;
        /// What it comes to.
        verdict: Chosen<Verdict> = |eval| Chosen(eval.comparison.verdict()), cell Verdict = choice;
        /// How far the one may be from the other, in the claim's unit; null is 0.
        tolerance: Option<f64> = |eval| eval.comparison.scale().tolerance.map(|tolerance| tolerance.raw()),
            cell Option<Tolerance> = maybe(real);
        /// Which values are better; null where none is.
        direction: Option<Chosen<Direction>> = |eval| eval.comparison.scale().direction.map(Chosen),
            cell Option<Direction> = maybe(choice);
    }
    filter {
        /// The value that was claimed.
        claimed: Parsed<Real>, Claimed;
        /// The value that was observed.
        observed: Parsed<Real>, Observed;
        /// The observed value less the claimed one.
        gap_abs: Parsed<Real>, GapAbs;
        /// The gap in hundredths of the claimed value.
        gap_percent: Parsed<Real>, GapPercent;
        /// What it comes to.
        verdict: Chosen<Verdict>, Verdict;
        /// Which values are better.
        direction: Chosen<Direction>, Direction;
    }
    create RecordEvalInput {
        /// The run that showed it; it has a paper.
        run_id: GlobalId<RunEntity>,
        /// The value that was claimed.
        claimed: Parsed<Real>,
        /// The value that was observed.
        observed: Parsed<Real>,
        /// How far the one may be from the other, in the claim's unit; 0 by default.
        tolerance: Option<Parsed<Tolerance>>,
        /// Which values are better; without it none is.
        direction: Option<Chosen<Direction>>,
    } |work, input, made| {
        let run = work.parent(input.run_id.0).await?;
        let paper_id = run.subject.paper().ok_or_else(|| {
            Error::refused(&["input", "runId"], "paper", "the run has no paper whose claim this could be")
        })?;
        let scale = Scale {
            tolerance: input.tolerance.map(|tolerance| tolerance.0),
            direction: input.direction.map(|direction| direction.0),
        };
        let comparison = Comparison::try_new(input.claimed.0, input.observed.0, scale)
            .map_err(|why| Error::refused(&["input", "observed"], why.rule, why.message))?;
    } into {
        project_id: run.project_id,
        paper_id,
        run_id: run.id,
        claim_id: None,
        origin: EvalOrigin::Recorded,
        comparison,
    }
}

queries! {
    /// Evals.
    EvalQueries {
        one eval: Eval, "The eval with this id.";
        many evals: Eval, "The evals that the viewer sees.";
    }
}

targets!(Entity: DeleteEvalInput);

input! {
    /// Which run is evaluated.
    EvaluateRunInput {
        /// The run, which has succeeded.
        id: GlobalId<RunEntity>,
    }
}

/// What came of evaluating a run.
#[derive(SimpleObject)]
pub struct EvaluateRunPayload {
    /// The run.
    run: Run,
    /// All its evals, by their metrics.
    evals: Vec<Eval>,
    /// The claims of its paper that were not compared with it.
    skipped: Vec<SkippedClaim>,
}

/// A claim that was not compared with a run.
#[derive(SimpleObject)]
pub struct SkippedClaim {
    /// The claim.
    claim: Claim,
    /// Why.
    reason: Chosen<Incomparable>,
}

mutations! {
    /// What can be done to evals.
    EvalMutations {
        /// Compares what a run came to with what its paper claims. What was derived before is replaced, what was recorded
        /// by hand stays.
        evaluate_run(EvaluateRunInput) -> EvaluateRunPayload = evaluate_run;
        /// Records what a run showed beside what was claimed, without a claim.
        record_eval(RecordEvalInput) -> RecordEvalPayload { eval: Eval, "The eval." } = mutate::create;
        /// Removes an eval, for good.
        delete_eval(DeleteEvalInput) -> DeleteEvalPayload { deleted_id: ID, "The id of the removed eval." } = mutate::remove;
    }
}

async fn evaluate_run(ctx: &Context<'_>, input: EvaluateRunInput) -> Result<EvaluateRunPayload> {
    let id: Id<RunEntity> = input.id.0;
    let Evaluated { run, evals, skipped } =
        mutate::unit(ctx, |work| Box::pin(async move { evaluate(work, id).await })).await?;
    Ok(EvaluateRunPayload {
        run: Run::new(run.into()),
        evals: evals.into_iter().map(|eval| Eval::new(eval.into())).collect(),
        skipped: skipped
            .into_iter()
            .map(|(claim, why)| SkippedClaim { claim: Claim::new(claim.into()), reason: Chosen(why) })
            .collect(),
    })
}
