//! Who asks, what they see, and what they may do: the viewer, and the policy that judges them.

mod actor;
mod policy;
mod viewer;

pub use actor::{Actor, ActorType};
pub use policy::{Action, Belonging, DEMANDS, Demand, Demands, Policed, Seen};
pub use viewer::{Denied, Membership, Rights, Sees, Viewer};
