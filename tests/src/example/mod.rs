//! An entity of the tests' own, in all layers: the one that `docs/ADDING-AN-ENTITY.md` shows.
//!
//! It is written as the real ones are, and stands beside them here: a step after their steps, roots merged with theirs.

pub mod review;

use async_graphql::{MergedObject, Request, Response, Variables};
use domain::access::{Action, DEMANDS, Demand, Demands, Seen};
use domain::account::KeyScope;
use domain::{Id, account, policy};
use graphql::account::{ApiKey, Session, User, UserProvider};
use graphql::literature::{Asset, Claim, Paper, Storyboard};
use graphql::project::{Project, ProjectGuideline, ProjectMember, Repository};
use graphql::schema::{ContextQueries, Mutation, Subscription, guarded};
use graphql::{Engine, Files, nodes};
use migration::{Migrator, step};
use sea_orm::sea_query::DynIden;
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use storage::write::{ROOTS, Root};
use storage::{ConnectSettings, Pools, viewers};

use self::review::domain::Review as ReviewEntity;
use self::review::graphql::{Review, ReviewMutations, ReviewQueries};
use crate::app::{App, resolved};
use crate::database::{Database, Kind};

/// All steps, and one more.
pub struct Steps;

impl MigratorTrait for Steps {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps = Migrator::migrations();
        steps.push(step!("m9001_review"));
        steps
    }

    fn migration_table_name() -> DynIden {
        Migrator::migration_table_name()
    }
}

policy! {
    ReviewEntity: Seen::InProject, Action::Write;
}

/// What must be shown to ask for reviews.
const REVIEW_DEMANDS: Demands = &[
    (Demand::Scope(KeyScope::Read), &["review", "reviews"]),
    (Demand::Scope(KeyScope::Write), &["createReview", "createReviews", "updateReview"]),
    (Demand::Scope(KeyScope::Write), &["deleteReview", "restoreReview"]),
    (Demand::Scope(KeyScope::Admin), &["purgeReview"]),
];

nodes!(
    User,
    UserProvider,
    Session,
    ApiKey,
    Project,
    ProjectMember,
    Repository,
    ProjectGuideline,
    Paper,
    Claim,
    Storyboard,
    Asset,
    Review
);

/// What can be read, reviews too.
#[derive(MergedObject, Default)]
pub struct Query(NodeQueries, ContextQueries, ReviewQueries);

/// What can be changed, reviews too.
#[derive(MergedObject, Default)]
pub struct Mutations(Mutation, ReviewMutations);

/// What can be purged, reviews too.
pub fn roots() -> Vec<Root> {
    let mut roots = ROOTS.to_vec();
    roots.push(Root { table: "reviews", object: None, key: "review_id", parts: &[] });
    roots
}

/// An app that knows reviews.
pub struct Example {
    /// The app on whose store it is.
    pub app: App,
    engine: Engine,
}

impl Example {
    /// One on an empty database; none, said loudly, when there is no PostgreSQL here.
    pub async fn start(kind: Kind) -> Option<Self> {
        let database = Database::fresh(kind).await?;
        let pools = Pools::open(&ConnectSettings::new(&database.url)).await.expect("the database opens");
        migration::up_with::<Steps>(pools.writer()).await.expect("the migrations run");
        pools.close().await.expect("the database closes");
        let app = App::on(database).await;
        let schema =
            guarded((Query::default(), Mutations::default(), Subscription::default()), &[DEMANDS, REVIEW_DEMANDS]);
        let files = Files::new(app.objects.clone(), "http://localhost:8080");
        let engine = Engine::with(schema, app.store.clone(), files);
        Some(Self { app, engine })
    }

    /// Asks as this user.
    pub async fn ask(&self, user: Id<account::User>, query: &str, variables: serde_json::Value) -> Response {
        let viewer =
            viewers::viewer(&self.app.store, user).await.expect("the viewer is read").expect("the user is there");
        let request = Request::new(query).variables(Variables::from_json(variables));
        resolved(self.engine.execute(request, viewer, None).await.0)
    }
}
