//! Claims.

use async_graphql::Context;
use domain::literature::{Claim as Entity, Paper as PaperEntity};
use domain::text::{Citation, Label, Prose};
use domain::{Confidence, Id, Real, Revision};
use storage::Work;
use storage::literature::claim::{ClaimsOfCreator, ClaimsOfPaper, ClaimsOfProject, Column};

use super::{Paper, PaperFilter};
use crate::account::{User, UserFilter};
use crate::error::Result;
use crate::input::{Change, Given, GlobalId, List, Parsed, clear_or_set, set};
use crate::mutate::{self, Create, Made, Update};
use crate::object::Shown;
use crate::project::{Project, ProjectFilter};
use crate::scalar::{DateTime, SafeInt};
use crate::shown::{maybe, real, text, time, whole};
use crate::{filter, input, mutations, object, queries, targets};

object! {
    /// A number that a paper says it has measured.
    Claim: Entity {
        /// What it was measured on.
        dataset_name: Option<String> = maybe(text);
        /// Which part of the dataset.
        split: Option<String> = maybe(text);
        /// What was measured.
        metric_name: String = text;
        /// The number.
        metric_value: f64 = real;
        /// The number's unit.
        units: Option<String> = maybe(text);
        /// How it was measured, in the paper's words.
        method_snippet: Option<String> = maybe(text);
        /// Where in the paper it stands.
        source_citation: String = text;
        /// How sure the reader is that the paper says so, from 0 to 1.
        confidence: f64 = real;
        /// How often the claim was written.
        revision: SafeInt = whole;
        /// When it was added.
        created_at: DateTime = time;
        /// When it was last written.
        updated_at: DateTime = time;
        hidden project_id;
        hidden paper_id;
        hidden created_by;
    }
    parents {
        /// The project of the paper.
        project: Project, |claim| Some(claim.project_id);
        /// The paper that claims it.
        paper: Paper, |claim| Some(claim.paper_id);
        /// Who added it.
        created_by: User, |claim| claim.created_by;
    }
}

filter! {
    /// Which claims.
    ClaimFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// What it was measured on.
        dataset_name: Parsed<String>, DatasetName;
        /// Which part of the dataset.
        split: Parsed<String>, Split;
        /// What was measured.
        metric_name: Parsed<String>, MetricName;
        /// The number.
        metric_value: Parsed<Real>, MetricValue;
        /// The number's unit.
        units: Parsed<String>, Units;
        /// Where in the paper it stands.
        source_citation: Parsed<String>, SourceCitation;
        /// How sure the reader is.
        confidence: Parsed<Real>, Confidence;
        /// When it was added.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
        /// When it was last written.
        updated_at: Parsed<domain::Timestamp>, UpdatedAt;
    }
    one {
        /// The project of the paper.
        project: ProjectFilter, ClaimsOfProject;
        /// The paper that claims it.
        paper: PaperFilter, ClaimsOfPaper;
        /// Who added it.
        created_by: UserFilter, ClaimsOfCreator;
    }
}

queries! {
    /// Claims.
    ClaimQueries {
        one {
            /// The claim with this id.
            claim: Claim;
        }
        many {
            /// The claims that the viewer sees.
            claims: Claim, ClaimFilter;
        }
    }
}

input! {
    /// A new claim.
    CreateClaimInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The paper that claims it.
        paper_id: GlobalId<PaperEntity>,
        /// What it was measured on.
        dataset_name: Option<Parsed<Label>>,
        /// Which part of the dataset.
        split: Option<Parsed<Label>>,
        /// What was measured.
        metric_name: Parsed<Label>,
        /// The number.
        metric_value: Parsed<Real>,
        /// The number's unit.
        units: Option<Parsed<Label>>,
        /// How it was measured, in the paper's words.
        method_snippet: Option<Parsed<Prose>>,
        /// Where in the paper it stands.
        source_citation: Parsed<Citation>,
        /// How sure the reader is that the paper says so, from 0 to 1.
        confidence: Parsed<Confidence>,
    }
}

impl Create for CreateClaimInput {
    type Entity = Entity;

    fn chosen_id(&self) -> Option<Id<Entity>> {
        self.id.0.map(|id| id.0)
    }

    async fn build(self, work: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        let paper = work.parent(self.paper_id.0).await?;
        Ok(Entity {
            id: made.id,
            project_id: paper.project_id,
            paper_id: paper.id,
            dataset_name: self.dataset_name.map(|name| name.0),
            split: self.split.map(|split| split.0),
            metric_name: self.metric_name.0,
            metric_value: self.metric_value.0,
            units: self.units.map(|units| units.0),
            method_snippet: self.method_snippet.map(|snippet| snippet.0),
            source_citation: self.source_citation.0,
            confidence: self.confidence.0,
            created_by: made.by,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

input! {
    /// New claims, all or none.
    CreateClaimsInput {
        /// The claims: 1 to 200.
        claims: List<CreateClaimInput>,
    }
}

input! {
    /// Changes of a claim: what is left out stays.
    UpdateClaimInput {
        /// Which claim.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// What it was measured on; null clears it.
        dataset_name: Change<Parsed<Label>>,
        /// Which part of the dataset; null clears it.
        split: Change<Parsed<Label>>,
        /// What was measured.
        metric_name: Given<Parsed<Label>>,
        /// The number.
        metric_value: Given<Parsed<Real>>,
        /// The number's unit; null clears it.
        units: Change<Parsed<Label>>,
        /// How it was measured; null clears it.
        method_snippet: Change<Parsed<Prose>>,
        /// Where in the paper it stands.
        source_citation: Given<Parsed<Citation>>,
        /// How sure the reader is that the paper says so, from 0 to 1.
        confidence: Given<Parsed<Confidence>>,
    }
}

impl Update for UpdateClaimInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, claim: &mut Entity) -> storage::Result<()> {
        clear_or_set(&mut claim.dataset_name, self.dataset_name);
        clear_or_set(&mut claim.split, self.split);
        set(&mut claim.metric_name, self.metric_name);
        set(&mut claim.metric_value, self.metric_value);
        clear_or_set(&mut claim.units, self.units);
        clear_or_set(&mut claim.method_snippet, self.method_snippet);
        set(&mut claim.source_citation, self.source_citation);
        set(&mut claim.confidence, self.confidence);
        Ok(())
    }
}

targets! {
    /// A claim to be deleted.
    DeleteClaimInput: Entity;
}

mutations! {
    /// What can be done to claims.
    ClaimMutations {
        /// Adds a claim to a paper.
        create_claim(CreateClaimInput) -> CreateClaimPayload {
            /// The claim.
            claim: Claim
        } = mutate::create;
        /// Adds claims, all or none.
        create_claims(CreateClaimsInput) -> CreateClaimsPayload {
            /// The claims, in the order of the input.
            claims: Vec<Claim>
        } = create_all;
        /// Changes a claim.
        update_claim(UpdateClaimInput) -> UpdateClaimPayload {
            /// The claim as it is now.
            claim: Claim
        } = mutate::update;
        /// Deletes a claim, for good.
        delete_claim(DeleteClaimInput) -> DeleteClaimPayload {
            /// The id of the deleted claim.
            deleted_id: async_graphql::ID
        } = mutate::remove;
    }
}

async fn create_all(ctx: &Context<'_>, input: CreateClaimsInput) -> Result<Vec<Claim>> {
    let rows = mutate::create_list(ctx, "claims", &input.claims.0, None).await?;
    Ok(rows.into_iter().map(Claim::new).collect())
}
