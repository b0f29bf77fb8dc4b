//! A snapshot: the state of a run at a moment. It owns the rule that what is kept of a state agrees with its hash.

use super::Run;
use crate::project::Project;
use crate::{Count, Id, Invalid, Json, JsonObject, Real, Sha256, entity};

entity! {
    /// The state of a run at a moment.
    Snapshot "snapshot" as "snapshot" in "snapshots", logged {
        /// The project of the run.
        project_id: Id<Project>,
        /// The run.
        run_id: Id<Run>,
        /// The run's own time.
        t: Real,
        /// The run's step.
        step: Count,
        /// What is kept of its state.
        state: SnapshotState,
        /// Whether the run can go on from it.
        is_checkpoint: bool,
        /// What else there is to say.
        metadata: JsonObject,
    }
}

/// What is kept of a state.
#[derive(Clone, Debug, PartialEq)]
pub enum SnapshotState {
    /// The state itself, with the hash that was computed from it.
    Whole {
        /// The state.
        state: Json,
        /// The SHA-256 of its canonical form.
        hash: Sha256,
    },
    /// The hash alone, as the executor says it: the state was too large to send.
    LeftOut {
        /// What the executor says.
        hash: Sha256,
    },
}

/// The columns of what is kept of a state: the hash, whether it was computed here, and the state.
pub type SnapshotColumns = (Sha256, bool, Option<Json>);

impl SnapshotState {
    /// What is kept of what an executor sends: the state, its hash, or both, which then must agree.
    pub fn try_new(state: Option<Json>, hash: Option<Sha256>) -> Result<Self, Invalid> {
        let Some(state) = state else {
            let missing = || Invalid::new("required", "a snapshot has a state, or the hash of one that is left out");
            return hash.map(|hash| Self::LeftOut { hash }).ok_or_else(missing);
        };
        let computed = Sha256::of_json(&state)?;
        match hash {
            Some(hash) if hash != computed => {
                Err(Invalid::new("hash", format!("the state's hash is {}, not this", computed.as_str())))
            }
            _ => Ok(Self::Whole { state, hash: computed }),
        }
    }

    /// Reads the columns of a row.
    pub fn from_columns(hash: Sha256, verified: bool, state: Option<Json>) -> Result<Self, Invalid> {
        match (verified, state) {
            (true, Some(state)) => Ok(Self::Whole { state, hash }),
            (false, None) => Ok(Self::LeftOut { hash }),
            _ => Err(Invalid::new("verified", "a hash is verified where the state is kept, and only there")),
        }
    }

    /// The columns of a row.
    pub fn columns(self) -> SnapshotColumns {
        match self {
            Self::Whole { state, hash } => (hash, true, Some(state)),
            Self::LeftOut { hash } => (hash, false, None),
        }
    }

    /// The SHA-256 of the state's canonical form.
    pub fn hash(&self) -> &Sha256 {
        match self {
            Self::Whole { hash, .. } | Self::LeftOut { hash } => hash,
        }
    }

    /// The state, where it is kept.
    pub fn state(&self) -> Option<&Json> {
        match self {
            Self::Whole { state, .. } => Some(state),
            Self::LeftOut { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Leaf;

    fn parsed(state: serde_json::Value) -> Json {
        Json::parse(state).unwrap()
    }

    #[test]
    fn a_state_is_hashed_in_its_canonical_form() {
        let one = SnapshotState::try_new(Some(parsed(json!({ "b": 1.0, "a": [2, "ü"] }))), None).unwrap();
        let same = SnapshotState::try_new(Some(parsed(json!({ "a": [2.0, "ü"], "b": 1 }))), None).unwrap();
        assert_eq!(one.hash(), same.hash());
        assert_eq!(*one.hash(), Sha256::of(r#"{"a":[2,"ü"],"b":1}"#.as_bytes()));
    }

    #[test]
    fn a_hash_that_is_sent_along_must_agree() {
        let state = || Some(parsed(json!({ "x": 1 })));
        let right = Sha256::of(br#"{"x":1}"#);
        assert!(SnapshotState::try_new(state(), Some(right.clone())).is_ok());
        assert_eq!(SnapshotState::try_new(state(), Some(Sha256::of(b"else"))).unwrap_err().rule, "hash");
        let alone = SnapshotState::try_new(None, Some(right.clone())).unwrap();
        assert_eq!(alone, SnapshotState::LeftOut { hash: right });
        assert!(SnapshotState::try_new(None, None).is_err());
    }

    #[test]
    fn whole_numbers_that_the_canonical_form_would_round_have_no_hash() {
        assert!(SnapshotState::try_new(Some(parsed(json!({ "x": 9_007_199_254_740_993_i64 }))), None).is_err());
    }
}
