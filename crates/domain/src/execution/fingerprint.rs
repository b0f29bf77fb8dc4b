//! A fingerprint: the digest of what a run was made of, as far as that is known. It owns what counts for it.

use serde_json::{Map, Value};

use super::{Plan, RunSubject};
use crate::{Invalid, Json, Leaf, Sha256};

impl Plan {
    /// The SHA-256 of the document's canonical form; none where it has a number that this form would round.
    pub fn hash(&self) -> Option<Sha256> {
        let document = Json::try_new(self.document.to_json()).ok()?;
        Sha256::of_json(&document).ok()
    }
}

impl RunSubject {
    /// The SHA-256 of the canonical form of an object with those of `containerHash`, `envHash`, `planHash` and `seed` that
    /// are known, as the API shows them; none where none is.
    pub fn fingerprint(&self) -> Option<Sha256> {
        let parts = [
            ("containerHash", self.container_hash().map(Leaf::raw)),
            ("envHash", self.env_hash().map(Leaf::raw)),
            ("planHash", self.plan_hash().map(Leaf::raw)),
            ("seed", self.seed().map(|seed| seed.0.to_string())),
        ];
        let known = |(name, part): (&str, Option<String>)| part.map(|part| (name.to_owned(), Value::from(part)));
        let known: Map<_, _> = parts.into_iter().filter_map(known).collect();
        if known.is_empty() {
            return None;
        }
        Json::try_new(known.into()).and_then(|known| Sha256::of_json(&known)).ok()
    }

    /// Refuses a fingerprint that is not the subject's; a run that is older than fingerprints was given none.
    pub fn check_fingerprint(self, given: Option<&Sha256>) -> Result<Self, Invalid> {
        match given {
            Some(given) if self.fingerprint().as_ref() != Some(given) => {
                Err(Invalid::new("fingerprint", "it is not that of what the run was made of"))
            }
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use crate::execution::{ContainerHash, Seed};

    fn simulation(seed: Option<i64>, container: Option<&str>) -> RunSubject {
        RunSubject::Simulation {
            seed: seed.map(Seed),
            unit_mode_id: None,
            equation_version: None,
            container_hash: container.map(|hash| ContainerHash::try_new(hash).unwrap()),
            total_steps: None,
        }
    }

    #[test]
    fn a_fingerprint_is_the_digest_of_what_is_known() {
        let whole = simulation(Some(7), Some("sha256:1")).fingerprint();
        assert_eq!(whole, Some(Sha256::of(br#"{"containerHash":"sha256:1","seed":"7"}"#)));
        let experiment = RunSubject::Experiment { seed: Some(Seed(7)), paper_id: None, plan_id: None, plan_hash: None };
        assert_eq!(experiment.fingerprint(), Some(Sha256::of(br#"{"seed":"7"}"#)));
        assert_eq!(simulation(Some(7), None).fingerprint(), experiment.fingerprint());
        assert_eq!(simulation(None, None).fingerprint(), None);
    }

    #[test]
    fn what_a_plan_said_counts() {
        let id = "0190aaaa-bbbb-7000-8000-000000000000".parse().unwrap();
        let planned = |said: &[u8]| RunSubject::Reproduction {
            paper_id: Id::try_new(id).unwrap(),
            plan_id: Id::try_new(id).unwrap(),
            plan_hash: Some(Sha256::of(said)),
            env_hash: Sha256::of(b""),
            seed: Seed(42),
        };
        assert_ne!(planned(b"one").fingerprint(), planned(b"other").fingerprint());
    }

    #[test]
    fn another_fingerprint_is_refused() {
        let subject = simulation(Some(7), None);
        assert!(subject.clone().check_fingerprint(subject.fingerprint().as_ref()).is_ok());
        assert!(subject.clone().check_fingerprint(None).is_ok());
        assert!(subject.check_fingerprint(Some(&Sha256::of(b"else"))).is_err());
    }
}
