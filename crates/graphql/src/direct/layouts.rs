//! The layouts of a request, each made once.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, Positioned};

use super::layout::Asked;
use super::path::{is_asked_once, keys};
use super::value::Laid;

/// The layouts of a request. Where there is none, nothing is answered directly.
#[derive(Default)]
pub struct Layouts(Mutex<HashMap<Place, Option<Arc<dyn Any + Send + Sync>>>>);

/// Where something is answered: by the keys on the way there, since a fragment may stand in several places, and what it is.
type Place = (Vec<String>, TypeId);

impl Layouts {
    /// How what a field answers is laid out; none where something in it is not known.
    pub(super) fn of<T: Laid>(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> Option<Arc<T::Layout>> {
        let keys = keys(ctx);
        let mut layouts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (keys.clone(), TypeId::of::<T::Layout>());
        let lay = || if is_asked_once(&keys, ctx.query_env) { lay::<T>(ctx, field) } else { None };
        let layout = layouts.entry(place).or_insert_with(lay).clone()?;
        layout.downcast().ok()
    }
}

fn lay<T: Laid>(ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> Option<Arc<dyn Any + Send + Sync>> {
    Some(Arc::new(T::lay(&Asked::new(ctx, field))?))
}
