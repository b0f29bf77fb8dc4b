//! `Node`: whatever has an id can be fetched by it. Each object stands once in the list below.

use async_graphql::Context;
use domain::{Entity, Invalid, Key, Part};
use storage::read::ById;

use crate::account::{ApiKey, Session, User, UserProvider};
use crate::error::{Failure, Result};
use crate::execution::{
    EquationModule, Eval, MetricDefinition, Note, Plan, Run, RunBatch, RunEquation, RunEvent, RunLease, RunSeries,
    Snapshot, UnitMode,
};
use crate::ledger::{AuditEntry, ErrorLog, EventLog};
use crate::literature::{Asset, Claim, Paper, Storyboard};
use crate::nodes;
use crate::object::{Shown, loader};
use crate::project::{Project, ProjectGuideline, ProjectMember, Repository};

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
    Run,
    RunLease,
    Eval,
    Snapshot,
    Note,
    RunEquation,
    Plan,
    UnitMode,
    EquationModule,
    MetricDefinition,
    RunBatch,
    RunEvent,
    RunSeries,
    AuditEntry,
    EventLog,
    ErrorLog
);

/// The most ids that `nodes` takes.
const MOST: usize = 200;

/// Refuses more ids than `nodes` takes.
pub fn check_count(ids: usize) -> Result<()> {
    if ids > MOST {
        let why = Invalid::new("length", format!("must have at most {MOST} ids, not {ids}"));
        return Err(Failure::refused(&["ids"], &why));
    }
    Ok(())
}

/// The object that is known by these parts, if the viewer sees it.
pub async fn find<N: Shown>(ctx: &Context<'_>, parts: &[Part]) -> Result<Option<N>> {
    let id = <N::Entity as Entity>::Id::try_from_parts(parts).map_err(|why| Failure::refused(&["id"], &why))?;
    Ok(loader(ctx)?.load(ById { id }).await?.map(N::new))
}

/// Declares the interface of all objects, and the queries that find each by its id.
#[macro_export]
macro_rules! nodes {
    ($($object:ident),+ $(,)?) => {
        /// Whatever has an id.
        #[derive(async_graphql::Interface)]
        #[graphql(field(name = "id", ty = "async_graphql::ID", desc = "The id, unique among all objects."))]
        pub enum Node {
            $(#[expect(missing_docs, reason = "each is the object of its name")] $object($object),)+
        }

        /// The prefix of each object's ids, with the object's name.
        pub const PREFIXES: &[(&str, &str)] =
            &[$((<<$object as $crate::object::Shown>::Entity as domain::Entity>::PREFIX, stringify!($object))),+];

        /// The table of each object, with the prefix of its ids.
        pub const TABLES: &[(&str, &str)] = &[$((
            <<$object as $crate::object::Shown>::Entity as domain::Entity>::TABLE,
            <<$object as $crate::object::Shown>::Entity as domain::Entity>::PREFIX,
        )),+];

        /// Objects by their ids.
        #[derive(Clone, Copy, Default)]
        pub struct NodeQueries;

        impl NodeQueries {
            async fn find(
                ctx: &async_graphql::Context<'_>,
                any: &domain::AnyId,
            ) -> $crate::error::Result<Option<Node>> {
                $(
                    if any.prefix == <<$object as $crate::object::Shown>::Entity as domain::Entity>::PREFIX {
                        return Ok($crate::node::find(ctx, &any.parts).await?.map(Node::$object));
                    }
                )+
                Ok(None)
            }
        }

        /// Objects by their ids.
        #[async_graphql::Object]
        impl NodeQueries {
            /// The object with this id; null where there is none, or none that the viewer sees.
            async fn node(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The object's id.")] id: async_graphql::ID,
            ) -> Option<$crate::error::Result<Node>> {
                match id.parse() {
                    Ok(any) => Self::find(ctx, &any).await.transpose(),
                    Err(why) => Some(Err($crate::error::Failure::refused(&["id"], &why))),
                }
            }

            /// The objects with these ids, in their order; null for each that is not there or not seen. At most 200.
            async fn nodes(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The objects' ids.")] ids: Vec<async_graphql::ID>,
            ) -> $crate::error::Result<Vec<Option<Node>>> {
                $crate::node::check_count(ids.len())?;
                let found = ids.iter().enumerate().map(|(place, id)| async move {
                    let refused = |why| $crate::error::Failure::refused(&["ids", &place.to_string()], &why);
                    Self::find(ctx, &id.parse().map_err(refused)?).await
                });
                futures_util::future::try_join_all(found).await
            }
        }
    };
}
