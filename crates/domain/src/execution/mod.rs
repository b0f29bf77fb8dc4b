//! What other contexts point at before the context of plans and runs stands.

use crate::{Entity, Id};

/// A plan to reproduce what a paper claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan;

impl Entity for Plan {
    type Id = Id<Self>;
    const PREFIX: &'static str = "plan";
    const TABLE: &'static str = "plans";
    const NAME: &'static str = "plan";
}

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run;

impl Entity for Run {
    type Id = Id<Self>;
    const PREFIX: &'static str = "run";
    const TABLE: &'static str = "runs";
    const NAME: &'static str = "run";
}
