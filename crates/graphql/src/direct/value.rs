//! Where a resolver answers an object or a page: directly, if the tables know all that is selected of it.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::future::{BoxFuture, FutureExt};
use storage::{Loader, Result};

use super::connection::Page;
use super::layout::Asked;
use super::layouts::Layouts;
use super::pieces::Pieces;
use super::written::written;
use crate::connection::Listed;
use crate::object::Shown;

/// What is answered directly where that can be done, and otherwise by its resolvers.
pub struct Direct<T>(pub T);

/// What was found, if anything was, answered directly where that can be done.
pub fn direct<T>(found: Option<T>) -> Option<Direct<T>> {
    found.map(Direct)
}

/// What is laid out by tables.
pub trait Laid: OutputType {
    /// How it is laid out.
    type Layout: Send + Sync + 'static;

    /// How this is laid out; none where something is not known.
    fn lay(asked: &Asked<'_>) -> Option<Self::Layout>;

    /// Writes it: one piece.
    fn write<'a>(&'a self, layout: &'a Self::Layout, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>>;
}

impl<N: Shown> Laid for Listed<N> {
    type Layout = Page<N::Entity>;

    fn lay(asked: &Asked<'_>) -> Option<Self::Layout> {
        Page::of::<N>(asked)
    }

    fn write<'a>(&'a self, layout: &'a Self::Layout, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        layout.write(self.lists(), loader).boxed()
    }
}

/// Lets each object be laid out: a macro, for an object is a lens of its own type.
#[macro_export]
macro_rules! laid {
    ($object:ident) => {
        impl $crate::direct::Laid for $object {
            type Layout = $crate::direct::Layout<<Self as $crate::object::Shown>::Entity>;

            fn lay(asked: &$crate::direct::Asked<'_>) -> Option<Self::Layout> {
                $crate::direct::Layout::of::<Self>(asked)
            }

            fn write<'a>(
                &'a self,
                layout: &'a Self::Layout,
                loader: &'a storage::Loader,
            ) -> futures_util::future::BoxFuture<'a, storage::Result<$crate::direct::Pieces>> {
                let rows = $crate::direct::Rows::Whole(vec![std::sync::Arc::clone(&self.0)]);
                futures_util::FutureExt::boxed(async move { layout.write(&rows, loader).await })
            }
        }
    };
}

impl<T: Laid + Sync> OutputType for Direct<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self.answer(ctx, field).await {
            Some(value) => Ok(value),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

impl<T: Laid> Direct<T> {
    /// The answer, if all of it is known; what fails is left to the resolvers, which say what it was.
    async fn answer(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> Option<Value> {
        let layout = ctx.data_opt::<Layouts>()?.of::<T>(ctx, field)?;
        let pieces = self.0.write(&layout, ctx.data_opt()?).await.ok()?;
        Some(written(pieces.nth(0)))
    }
}
