//! What a run executes: each kind has fields that the others have not.

use super::{ContainerHash, Plan, Seed, UnitMode};
use crate::literature::Paper;
use crate::text::Label;
use crate::{Count, Id, Invalid, Sha256, choice};

choice! {
    /// What a run is.
    RunKind {
        /// It carries out a plan, to see whether a paper's claims hold.
        Reproduction = "REPRODUCTION",
        /// It computes how something behaves.
        Simulation = "SIMULATION",
        /// Any other execution.
        Experiment = "EXPERIMENT",
    }
}

/// What a run executes.
#[derive(Clone, Debug, PartialEq)]
pub enum RunSubject {
    /// A plan of a paper.
    Reproduction {
        /// The paper.
        paper_id: Id<Paper>,
        /// The plan, which was ready.
        plan_id: Id<Plan>,
        /// What the plan's document said then; none where it has no canonical form.
        plan_hash: Option<Sha256>,
        /// The environment that the plan had then.
        env_hash: Sha256,
        /// What its randomness starts from.
        seed: Seed,
    },
    /// A simulation.
    Simulation {
        /// What its randomness starts from.
        seed: Option<Seed>,
        /// The units in which its quantities are shown.
        unit_mode_id: Option<Id<UnitMode>>,
        /// The version of its equations.
        equation_version: Option<Label>,
        /// The contents of the container that executes it.
        container_hash: Option<ContainerHash>,
        /// How many steps it is to have.
        total_steps: Option<Count>,
    },
    /// Any other execution.
    Experiment {
        /// What its randomness starts from.
        seed: Option<Seed>,
        /// The paper that it has to do with.
        paper_id: Option<Id<Paper>>,
        /// The plan of that paper.
        plan_id: Option<Id<Plan>>,
        /// What the plan's document said then.
        plan_hash: Option<Sha256>,
    },
}

/// The columns of a subject: the kind, and those of which a kind has some.
pub type SubjectColumns = (
    RunKind,
    (Option<Id<Paper>>, Option<Id<Plan>>, Option<Sha256>, Option<Sha256>, Option<Seed>),
    (Option<Id<UnitMode>>, Option<Label>, Option<ContainerHash>, Option<Count>),
);

impl RunSubject {
    /// Reads the columns of a row.
    pub fn from_columns(columns: SubjectColumns) -> Result<Self, Invalid> {
        let wrong = |what: &str| Err(Invalid::new("subject", what));
        match columns {
            (
                RunKind::Reproduction,
                (Some(paper_id), Some(plan_id), plan_hash, Some(env_hash), Some(seed)),
                (None, None, None, None),
            ) => Ok(Self::Reproduction { paper_id, plan_id, plan_hash, env_hash, seed }),
            (RunKind::Simulation, (None, None, None, None, seed), simulated) => {
                let (unit_mode_id, equation_version, container_hash, total_steps) = simulated;
                Ok(Self::Simulation { seed, unit_mode_id, equation_version, container_hash, total_steps })
            }
            (RunKind::Experiment, (None, Some(_), ..), _) => wrong("a plan is that of a paper"),
            (RunKind::Experiment, (_, None, Some(_), ..), _) => wrong("what a plan said is said of a plan"),
            (RunKind::Experiment, (paper_id, plan_id, plan_hash, None, seed), (None, None, None, None)) => {
                Ok(Self::Experiment { seed, paper_id, plan_id, plan_hash })
            }
            (RunKind::Reproduction, ..) => wrong("a reproduction has a paper, a plan, an env_hash and a seed, no more"),
            (RunKind::Simulation, ..) => wrong("a simulation has neither paper nor plan"),
            (RunKind::Experiment, ..) => wrong("an experiment may have a paper and a plan, no more"),
        }
    }

    /// The columns of a row.
    pub fn columns(self) -> SubjectColumns {
        let none = (None, None, None, None);
        match self {
            Self::Reproduction { paper_id, plan_id, plan_hash, env_hash, seed } => {
                (RunKind::Reproduction, (Some(paper_id), Some(plan_id), plan_hash, Some(env_hash), Some(seed)), none)
            }
            Self::Simulation { seed, unit_mode_id, equation_version, container_hash, total_steps } => {
                let simulated = (unit_mode_id, equation_version, container_hash, total_steps);
                (RunKind::Simulation, (None, None, None, None, seed), simulated)
            }
            Self::Experiment { seed, paper_id, plan_id, plan_hash } => {
                (RunKind::Experiment, (paper_id, plan_id, plan_hash, None, seed), none)
            }
        }
    }

    /// The kind.
    pub fn kind(&self) -> RunKind {
        match self {
            Self::Reproduction { .. } => RunKind::Reproduction,
            Self::Simulation { .. } => RunKind::Simulation,
            Self::Experiment { .. } => RunKind::Experiment,
        }
    }

    /// The paper, where there is one.
    pub fn paper(&self) -> Option<Id<Paper>> {
        match self {
            Self::Reproduction { paper_id, .. } => Some(*paper_id),
            Self::Experiment { paper_id, .. } => *paper_id,
            Self::Simulation { .. } => None,
        }
    }

    /// The plan, where there is one.
    pub fn plan(&self) -> Option<Id<Plan>> {
        match self {
            Self::Reproduction { plan_id, .. } => Some(*plan_id),
            Self::Experiment { plan_id, .. } => *plan_id,
            Self::Simulation { .. } => None,
        }
    }

    /// The hash of the plan's document when the run was made, where there is one.
    pub fn plan_hash(&self) -> Option<&Sha256> {
        match self {
            Self::Reproduction { plan_hash, .. } | Self::Experiment { plan_hash, .. } => plan_hash.as_ref(),
            Self::Simulation { .. } => None,
        }
    }

    /// The environment that the plan had when the run was made, where there is one.
    pub fn env_hash(&self) -> Option<&Sha256> {
        match self {
            Self::Reproduction { env_hash, .. } => Some(env_hash),
            Self::Simulation { .. } | Self::Experiment { .. } => None,
        }
    }

    /// The contents of the container that executes it, where it says them.
    pub fn container_hash(&self) -> Option<&ContainerHash> {
        match self {
            Self::Simulation { container_hash, .. } => container_hash.as_ref(),
            Self::Reproduction { .. } | Self::Experiment { .. } => None,
        }
    }

    /// The version of its equations, where it says it.
    pub fn equation_version(&self) -> Option<&Label> {
        match self {
            Self::Simulation { equation_version, .. } => equation_version.as_ref(),
            Self::Reproduction { .. } | Self::Experiment { .. } => None,
        }
    }

    /// How many steps it is to have, where it says so.
    pub fn total_steps(&self) -> Option<Count> {
        match self {
            Self::Simulation { total_steps, .. } => *total_steps,
            Self::Reproduction { .. } | Self::Experiment { .. } => None,
        }
    }

    /// The units in which its quantities are shown, where it says so.
    pub fn unit_mode(&self) -> Option<Id<UnitMode>> {
        match self {
            Self::Simulation { unit_mode_id, .. } => *unit_mode_id,
            Self::Reproduction { .. } | Self::Experiment { .. } => None,
        }
    }

    /// What its randomness starts from, where that is known.
    pub fn seed(&self) -> Option<Seed> {
        match self {
            Self::Reproduction { seed, .. } => Some(*seed),
            Self::Simulation { seed, .. } | Self::Experiment { seed, .. } => *seed,
        }
    }
}
