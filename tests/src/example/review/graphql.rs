//! Reviews.

use domain::literature::Paper as PaperEntity;
use domain::text::{Name, Prose, WebUrl};
use domain::{Confidence, Documented, Lifecycle, Real};
use graphql::literature::Paper;
use graphql::prelude::*;
use graphql::project::Project;

use super::domain::{Checklist, Judgement, Review as Entity};
use super::storage::{Column, ReviewsOfPaper, ReviewsOfProject};

object! {
    /// What somebody thinks of a paper.
    Review: Entity, ReviewFilter by Column {
        /// Who judges.
        reviewer: String = text, filter Reviewer: Parsed<String>, input Required<Parsed<Name>>;
        /// What it comes to.
        verdict: Chosen<Judgement> = choice, filter Verdict: Chosen<Judgement>, input Required<Chosen<Judgement>>;
        /// Why.
        summary: String = text, input Required<Parsed<Prose>>;
        /// How sure the reviewer is, from 0 to 1.
        confidence: f64 = real, filter Confidence: Parsed<Real>, input Required<Parsed<Confidence>>;
        /// Where it can be read in full.
        url: Option<String> = maybe(text), filter Url: Parsed<String>, input Optional<Parsed<WebUrl>>;
        /// What was looked at: `{"version": "1.0", "data": true}`.
        checklist: Json = json, input Required<Parsed<Documented<Checklist>>>;
        hidden project_id, paper_id, lifecycle;
    }
    parents {
        /// The project of the paper.
        project: Project, ReviewsOfProject, |review| Some(review.project_id);
        /// The paper that it judges.
        paper: Paper, ReviewsOfPaper, |review| Some(review.paper_id);
    }
    create CreateReviewInput {
        /// The paper that it judges.
        paper_id: GlobalId<PaperEntity>,
    } |work, input, made| {
        let paper = work.parent(input.paper_id.0).await?;
    } into {
        project_id: paper.project_id,
        paper_id: paper.id,
        lifecycle: Lifecycle::Live,
    }
    list CreateReviewsInput of reviews;
    update UpdateReviewInput;
}

queries! {
    /// Reviews.
    ReviewQueries {
        one review: Review, "The review with this id.";
        many reviews: Review, "The reviews that the viewer sees.";
    }
}

targets!(Entity: DeleteReviewInput, RestoreReviewInput, PurgeReviewInput);

mutations! {
    /// What can be done to reviews.
    ReviewMutations {
        /// Adds a review to a paper.
        create_review(CreateReviewInput) -> CreateReviewPayload { review: Review, "The review." } = mutate::create;
        /// Adds reviews, all or none.
        create_reviews(CreateReviewsInput) -> CreateReviewsPayload {
            reviews: Vec<Review>, "In the order of the input."
        } = mutate::create_list;
        /// Changes a review.
        update_review(UpdateReviewInput) -> UpdateReviewPayload { review: Review, "As it is now." } = mutate::update;
        /// Deletes a review: it is hidden until it is restored.
        delete_review(DeleteReviewInput) -> DeleteReviewPayload { deleted_id: ID, "Its id." } = mutate::delete;
        /// Brings back a deleted review.
        restore_review(RestoreReviewInput) -> RestoreReviewPayload { review: Review, "As it is now." } = mutate::restore;
        /// Purges a review: it is hidden at once, and removed for good.
        purge_review(PurgeReviewInput) -> PurgeReviewPayload { deleted_id: ID, "Its id." } = mutate::purge;
    }
}
