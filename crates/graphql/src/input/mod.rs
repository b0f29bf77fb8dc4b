//! Inputs: parsed into the domain's types once, at the edge. What is wrong is told all at once, each with its path.

mod argument;
mod field;
mod given;
mod items;
mod leaf;
mod list;
mod object;
mod violations;

pub use argument::Argument;
pub use field::{Defaulted, Field, Held, Optional, Required};
pub use given::{Change, Given};
pub use items::{Item, Items};
pub use leaf::{GlobalId, Parsed};
pub use list::List;
pub use object::{camel, is_camel};
pub(crate) use violations::of_input_error;
pub use violations::{at, fail, fail_leaf};
