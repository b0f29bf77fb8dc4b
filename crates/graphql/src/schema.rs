//! The roots of the schema: each context brings its own queries and mutations.

use async_graphql::{
    MergedObject, MergedSubscription, ObjectType, SDLExportOptions, Schema, SchemaBuilder, SubscriptionType,
};
use domain::access::{DEMANDS, Demands};

use crate::account::{ApiKeyMutations, JoinMutations, KeepMutations, SignInMutations, UserQueries};
use crate::execution::{
    CompareQueries, EquationModuleMutations, EquationModuleQueries, EvalMutations, EvalQueries, IngestMutations,
    MetricDefinitionMutations, MetricDefinitionQueries, NoteMutations, NoteQueries, PlanMutations, PlanQueries,
    RunEquationMutations, RunMutations, RunQueries, RunSubscriptions, SnapshotMutations, SnapshotQueries,
    TransitionMutations, UnitModeMutations, UnitModeQueries,
};
use crate::guarded::Guarded;
use crate::ledger::{ActivitySubscriptions, AuditMutations, AuditQueries, ErrorQueries, EventQueries};
use crate::literature::{
    AssetMutations, AssetQueries, ClaimMutations, ClaimQueries, PaperMutations, PaperQueries, StoryboardMutations,
    StoryboardQueries,
};
use crate::node::NodeQueries;
use crate::project::{
    GuidelineMutations, MemberMutations, ProjectMutations, ProjectQueries, RepositoryMutations, RepositoryQueries,
};
use crate::server::ServerQueries;

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(NodeQueries, ServerQueries, ContextQueries);

/// What each context lets be read.
#[derive(MergedObject, Default)]
pub struct ContextQueries(
    UserQueries,
    ProjectQueries,
    RepositoryQueries,
    PaperQueries,
    ClaimQueries,
    StoryboardQueries,
    AssetQueries,
    RunQueries,
    CompareQueries,
    EvalQueries,
    SnapshotQueries,
    NoteQueries,
    PlanQueries,
    UnitModeQueries,
    EquationModuleQueries,
    MetricDefinitionQueries,
    AuditQueries,
    EventQueries,
    ErrorQueries,
);

/// What can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SignInMutations,
    JoinMutations,
    KeepMutations,
    ApiKeyMutations,
    ProjectMutations,
    MemberMutations,
    RepositoryMutations,
    GuidelineMutations,
    PaperMutations,
    ClaimMutations,
    StoryboardMutations,
    AssetMutations,
    RunMutations,
    TransitionMutations,
    EvalMutations,
    SnapshotMutations,
    NoteMutations,
    RunEquationMutations,
    PlanMutations,
    UnitModeMutations,
    EquationModuleMutations,
    MetricDefinitionMutations,
    IngestMutations,
    AuditMutations,
);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(RunSubscriptions, ActivitySubscriptions);

/// The schema of these roots, guarded by what the policy demands, before it is finished.
pub fn guarded<Q: ObjectType + 'static, M: ObjectType + 'static, S: SubscriptionType + 'static>(
    (query, mutation, subscription): (Q, M, S),
    demands: &[Demands],
) -> SchemaBuilder<Guarded<Q>, Guarded<M>, Guarded<S>> {
    let subscription = Guarded::new(subscription, demands);
    Schema::build(Guarded::new(query, demands), Guarded::new(mutation, demands), subscription)
}

/// The schema, before it is finished.
pub(crate) fn schema() -> SchemaBuilder<Guarded<Query>, Guarded<Mutation>, Guarded<Subscription>> {
    guarded((Query::default(), Mutation::default(), Subscription::default()), &[DEMANDS])
}

/// The schema in its own language, as `schema.graphql` has it.
pub fn sdl() -> String {
    let schema = Schema::new(Query::default(), Mutation::default(), Subscription::default());
    schema.sdl_with_options(
        SDLExportOptions::new().include_specified_by().sorted_fields().sorted_arguments().sorted_enum_items(),
    )
}
