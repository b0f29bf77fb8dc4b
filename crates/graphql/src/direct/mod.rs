//! Direct answers: a selection of fields that all stand in objects' tables is written as JSON, without resolvers.
//!
//! An object's table, made by `object!` from the same lines as its resolvers, says of each field either how it is written
//! (a leaf), or which objects hang on it (a branch). Where a resolver answers an object or a connection, the selection
//! beneath is laid out by the tables first. If everything in it is known, it is answered level by level:
//!
//! 1. each branch loads what hangs on all rows of the level, by the same loader as the resolvers;
//! 2. what was loaded is the next level, and written first;
//! 3. the rows of the level are written, with what was written for them beneath.
//!
//! Of a page only the columns are read that its leaves, its branches and its cursors need, and leaves are written from these
//! cells, each decoded as what it holds. If a leaf takes the whole row, whole rows are read.
//!
//! So there are as many futures as branches, and not as many as fields of rows. A method made by hand stands in the table
//! where a line of `laid` says what it loads, and what is shown of that may be an object of `plain!`. Whatever stands in no
//! table, as other methods or an interface, is left to the resolvers with the object around it; beneath it the tables are
//! asked again. So is a load that fails, or an argument that is refused: the resolvers say what is wrong, and where.
//!
//! What was written stands in the library's answer as a value of bytes, which nothing else in the schema is.

mod branch;
mod connection;
mod layout;
mod layouts;
mod leaf;
mod paged;
mod path;
mod pieces;
mod rows;
mod table;
mod text;
mod value;
mod write;
mod written;

pub use branch::{Branch, children, loaded, only, parent, through};
pub use layout::{Asked, Layout};
pub use layouts::Layouts;
pub use leaf::{Leaf, LeafOfCells};
pub use pieces::Pieces;
pub use rows::{Cell, Of, Rows};
pub use table::{Known, Table, Tabled};
pub use text::Text;
pub use value::{Direct, Laid, direct};
pub use write::Write;
pub(crate) use written::count;
pub use written::{body, resolved};
