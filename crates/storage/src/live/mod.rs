//! What is live: whoever follows something gets what is there from a position on, and then what is committed, in order,
//! each once. A signal says only that there may be more; what there is, is read from the database, once for all on this
//! node who follow the same.

mod feed;
mod follow;
mod hints;
mod listener;
pub(crate) mod rows;
mod signals;
mod tail;

pub use feed::{Feed, Read};
pub use follow::{Begin, Follow, Standing, follow};
pub(crate) use hints::Hints;
pub use listener::{Listener, listen};
pub use signals::{Ear, Signal, Signals, any_heard};
pub(crate) use tail::Tails;
