//! Filters: typed for each entity, composed with `and`, `or` and `not`, through relations too.

mod columns;
mod entity;
mod relation;

pub use columns::{Kinds, Operand, Tests};
pub use entity::{Filter, tests};
pub use relation::Many;
