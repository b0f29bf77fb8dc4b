//! Claims.

use domain::literature::{Claim as Entity, Paper as PaperEntity};
use domain::text::{Citation, Label, Prose};
use domain::{Confidence, Real};
use storage::execution::eval::EvalsOfClaim;
use storage::literature::claim::{ClaimsOfCreator, ClaimsOfPaper, ClaimsOfProject, Column};

use super::Paper;
use crate::account::User;
use crate::execution::Eval;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A number that a paper says it has measured.
    Claim: Entity, ClaimFilter by Column {
        /// What it was measured on.
        dataset_name: Option<String> = maybe(text), filter DatasetName: Parsed<String>, input Optional<Parsed<Label>>;
        /// Which part of the dataset.
        split: Option<String> = maybe(text), filter Split: Parsed<String>, input Optional<Parsed<Label>>;
        /// What was measured.
        metric_name: String = text, filter MetricName: Parsed<String>, input Required<Parsed<Label>>;
        /// The number.
        metric_value: f64 = real, filter MetricValue: Parsed<Real>, input Required<Parsed<Real>>;
        /// The number's unit.
        units: Option<String> = maybe(text), filter Units: Parsed<String>, input Optional<Parsed<Label>>;
        /// How it was measured, in the paper's words.
        method_snippet: Option<String> = maybe(text), input Optional<Parsed<Prose>>;
        /// Where in the paper it stands.
        source_citation: String = text, filter SourceCitation: Parsed<String>, input Required<Parsed<Citation>>;
        /// How sure the reader is that the paper says so, from 0 to 1.
        confidence: f64 = real, filter Confidence: Parsed<Real>, input Required<Parsed<Confidence>>;
        hidden project_id, paper_id, created_by;
    }
    parents {
        /// The project of the paper.
        project: Project, ClaimsOfProject, |claim| Some(claim.project_id);
        /// The paper that claims it.
        paper: Paper, ClaimsOfPaper, |claim| Some(claim.paper_id);
        /// Who added it.
        created_by: User, ClaimsOfCreator, |claim| claim.created_by;
    }
    many {
        /// What runs showed of it.
        evals: Eval, EvalsOfClaim;
    }
    create CreateClaimInput {
        /// The paper that claims it.
        paper_id: GlobalId<PaperEntity>,
    } |work, input, made| {
        let paper = work.parent(input.paper_id.0).await?;
    } into {
        project_id: paper.project_id,
        paper_id: paper.id,
        created_by: made.by,
    }
    list CreateClaimsInput of claims;
    update UpdateClaimInput;
}

queries! {
    /// Claims.
    ClaimQueries {
        one claim: Claim, "The claim with this id.";
        many claims: Claim, "The claims that the viewer sees.";
    }
}

targets!(Entity: DeleteClaimInput);

mutations! {
    /// What can be done to claims.
    ClaimMutations {
        /// Adds a claim to a paper.
        create_claim(CreateClaimInput) -> CreateClaimPayload { claim: Claim, "The claim." } = mutate::create;
        /// Adds claims, all or none.
        create_claims(CreateClaimsInput) -> CreateClaimsPayload {
            claims: Vec<Claim>, "In the order of the input."
        } = mutate::create_list;
        /// Changes a claim.
        update_claim(UpdateClaimInput) -> UpdateClaimPayload {
            claim: Claim, "The claim as it is now."
        } = mutate::update;
        /// Deletes a claim, for good.
        delete_claim(DeleteClaimInput) -> DeleteClaimPayload {
            deleted_id: ID, "The id of the deleted claim."
        } = mutate::remove;
    }
}
