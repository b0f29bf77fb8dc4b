//! Filters: typed for each entity, composed with `and`, `or` and `not`, through relations too.

mod columns;
mod entity;
mod json;
mod relation;
mod tags;

pub use columns::{Kinds, Operand, Tests};
pub use entity::{Filter, Tested, TestsOf, tests};
pub use relation::Many;
