//! A guarded root: each of its fields is resolved only for those who meet what the policy demands for it, and one of
//! which the policy says nothing for nobody.

use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::Pin;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, PathSegment, Positioned, Response,
    ServerResult, SubscriptionType, Value,
};
use domain::Denied;
use domain::access::{Demand, Demands};
use futures_util::Stream;
use storage::Error;

use crate::error::{Failure, Result};
use crate::object::loader;

/// A root of the schema with what is demanded for its fields.
pub struct Guarded<T> {
    root: T,
    demands: HashMap<&'static str, Demand>,
}

impl<T> Guarded<T> {
    /// The root with these demands.
    pub fn new(root: T, demands: &[Demands]) -> Self {
        let fields = demands.iter().copied().flatten();
        let demands = fields.flat_map(|(demand, fields)| fields.iter().map(|field| (*field, *demand))).collect();
        Self { root, demands }
    }

    /// Whether the viewer meets what is demanded for the field.
    fn admit(&self, ctx: &Context<'_>) -> Result<()> {
        let demand = self.demands.get(ctx.item.node.name.node.as_str());
        let viewer = loader(ctx)?.reader().viewer();
        let met = demand.map_or(Err(Denied::Forbidden), |demand| viewer.meets(*demand));
        met.map_err(|denied| Failure::from(Error::denied("field")(denied)))
    }
}

impl<T: ObjectType> ContainerType for Guarded<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let Err(failure) = self.admit(ctx) else { return self.root.resolve_field(ctx).await };
        let error = async_graphql::Error::from(failure).into_server_error(ctx.item.pos);
        let error = ctx.set_error_path(error);
        let fields = ctx.schema_env.registry.types.get(T::type_name().as_ref());
        let field = fields.and_then(|root| root.field_by_name(&ctx.item.node.name.node));
        if field.is_none_or(|field| field.ty.ends_with('!')) {
            return Err(error);
        }
        ctx.add_error(error);
        Ok(Some(Value::Null))
    }
}

impl<T: ObjectType> OutputType for Guarded<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<T: ObjectType> ObjectType for Guarded<T> {}

impl<T: SubscriptionType> SubscriptionType for Guarded<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn create_field_stream<'a>(
        &'a self,
        ctx: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        let Err(failure) = self.admit(ctx) else { return self.root.create_field_stream(ctx) };
        let error = async_graphql::Error::from(failure).into_server_error(ctx.item.pos);
        let path = vec![PathSegment::Field(ctx.item.node.response_key().node.to_string())];
        let refused = Response::from_errors(vec![error.with_path(path)]);
        Some(Box::pin(futures_util::stream::once(async { refused })))
    }
}
