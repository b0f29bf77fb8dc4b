//! `Node`: whatever has an id can be fetched by it. Each object stands once in the list below.

use async_graphql::{Context, ID, Interface, Object};
use domain::{AnyId, Entity, Id};
use storage::read::ById;

use crate::account::User;
use crate::error::{Failure, Result};
use crate::literature::{Asset, Claim, Paper, Storyboard};
use crate::object::{Shown, loader};
use crate::project::{Project, ProjectGuideline, ProjectMember, Repository};

/// Declares the interface of all objects, and how each is found by its id.
macro_rules! nodes {
    ($($object:ident),+ $(,)?) => {
        /// Whatever has an id.
        #[derive(Interface)]
        #[graphql(field(name = "id", ty = "ID", desc = "The id, unique among all objects."))]
        pub enum Node {
            $(#[expect(missing_docs, reason = "each is the object of its name")] $object($object),)+
        }

        async fn find(ctx: &Context<'_>, any: &AnyId) -> Result<Option<Node>> {
            $(
                if any.prefix == <$object as Shown>::Entity::PREFIX {
                    let id = Id::<<$object as Shown>::Entity>::try_new(any.uuid).map_err(|why| Failure::refused(&["id"], &why))?;
                    let found = loader(ctx)?.load(ById { id }).await?;
                    return Ok(found.map(|found| Node::$object($object::new(found))));
                }
            )+
            Ok(None)
        }

        /// The prefix of each object's ids, with the object's name.
        pub const PREFIXES: &[(&str, &str)] = &[$((<<$object as Shown>::Entity as Entity>::PREFIX, stringify!($object))),+];
    };
}

nodes!(User, Project, ProjectMember, Repository, ProjectGuideline, Paper, Claim, Storyboard, Asset);

/// The most ids that `nodes` takes.
const MOST: usize = 200;

/// Objects by their ids.
#[derive(Clone, Copy, Default)]
pub struct NodeQueries;

/// Objects by their ids.
#[Object]
impl NodeQueries {
    /// The object with this id; null where there is none, or none that the viewer sees.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The object's id.")] id: ID) -> Option<Result<Node>> {
        match id.parse() {
            Ok(any) => find(ctx, &any).await.transpose(),
            Err(why) => Some(Err(Failure::refused(&["id"], &why))),
        }
    }

    /// The objects with these ids, in their order; null for each that is not there or not seen. At most 200.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objects' ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST {
            let why = domain::Invalid::new("length", format!("must have at most {MOST} ids, not {}", ids.len()));
            return Err(Failure::refused(&["ids"], &why));
        }
        let found = ids.iter().enumerate().map(|(place, id)| async move {
            let any = id.parse().map_err(|why| Failure::refused(&["ids", &place.to_string()], &why))?;
            find(ctx, &any).await
        });
        futures_util::future::try_join_all(found).await
    }
}
