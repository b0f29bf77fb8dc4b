//! A plan: how the claims of a paper are to be reproduced. What it says is a versioned document.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::User;
use crate::document::{Document, Documented};
use crate::execution::Direction;
use crate::literature::Paper;
use crate::number::{BudgetMinutes, Tolerance};
use crate::project::Project;
use crate::text::{Label, text};
use crate::{Id, Invalid, Sha256, choice, entity};

choice! {
    /// How far a plan has come.
    PlanStatus {
        /// It is written, and not materialised yet.
        Draft = "DRAFT",
        /// It is materialised: runs can start from it.
        Ready = "READY",
        /// It could not be materialised.
        Failed = "FAILED",
    }
}

entity! {
    /// A plan to reproduce what a paper claims.
    Plan "plan" as "plan" in "plans", deletable {
        /// The project of the paper.
        project_id: Id<Project>,
        /// The paper whose claims it reproduces.
        paper_id: Id<Paper>,
        /// What is to be done.
        document: Documented<PlanDocument>,
        /// How far it has come, and in which environment it runs.
        state: PlanState,
        /// How many minutes a run of it may take.
        budget_minutes: BudgetMinutes,
        /// Who made it.
        created_by: Option<Id<User>>,
    }
}

/// How far a plan has come: what is ready has an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanState {
    /// It was never materialised.
    Draft,
    /// It is materialised.
    Ready {
        /// The digest of its requirements.
        env_hash: Sha256,
    },
    /// Its last materialisation failed.
    Failed {
        /// The digest of the requirements with which it was materialised before, if it ever was.
        env_hash: Option<Sha256>,
    },
}

impl PlanState {
    /// Reads the two columns of a row.
    pub fn from_columns(status: PlanStatus, env_hash: Option<Sha256>) -> Result<Self, Invalid> {
        match (status, env_hash) {
            (PlanStatus::Draft, None) => Ok(Self::Draft),
            (PlanStatus::Ready, Some(env_hash)) => Ok(Self::Ready { env_hash }),
            (PlanStatus::Failed, env_hash) => Ok(Self::Failed { env_hash }),
            (PlanStatus::Draft, Some(_)) => Err(Invalid::new("env_hash", "a draft has no environment")),
            (PlanStatus::Ready, None) => Err(Invalid::new("env_hash", "a plan that is ready has an environment")),
        }
    }

    /// The two columns of a row.
    pub fn columns(self) -> (PlanStatus, Option<Sha256>) {
        (self.status(), self.env_hash().cloned())
    }

    /// How far it has come.
    pub fn status(&self) -> PlanStatus {
        match self {
            Self::Draft => PlanStatus::Draft,
            Self::Ready { .. } => PlanStatus::Ready,
            Self::Failed { .. } => PlanStatus::Failed,
        }
    }

    /// The digest of the requirements of its environment.
    pub fn env_hash(&self) -> Option<&Sha256> {
        match self {
            Self::Draft => None,
            Self::Ready { env_hash } => Some(env_hash),
            Self::Failed { env_hash } => env_hash.as_ref(),
        }
    }

    /// The state after a materialisation that failed.
    #[must_use]
    pub fn fail(&self) -> Self {
        Self::Failed { env_hash: self.env_hash().cloned() }
    }
}

text! {
    /// The version of a document's form: `1.1`.
    DocumentVersion(1..=20);
}

impl Plan {
    /// Reads the document of a row, beside which its version stands as well.
    pub fn document_from_columns(
        version: &DocumentVersion,
        document: Documented<PlanDocument>,
    ) -> Result<Documented<PlanDocument>, Invalid> {
        if PlanDocument::VERSIONS.contains(&version.as_str()) {
            Ok(document)
        } else {
            Err(Invalid::new("version", "the row has a version that the document has not"))
        }
    }

    /// The version and the document, as a row has them.
    pub fn document_columns(document: Documented<PlanDocument>) -> (DocumentVersion, Documented<PlanDocument>) {
        (DocumentVersion(Documented::<PlanDocument>::VERSION.to_owned()), document)
    }
}

/// What a plan says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanDocument {
    /// What is measured on.
    pub dataset: PlanDataset,
    /// What is measured.
    pub model: PlanModel,
    /// How it is set up, free in form.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// What is measured: at least one metric.
    pub metrics: Vec<PlanMetric>,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The dataset of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanDataset {
    /// Its name, as claims have it.
    pub name: Label,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Label>,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The model of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanModel {
    /// Its name.
    pub name: Label,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A metric of a plan: what a run of it measures, and how that is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanMetric {
    /// Its name, as claims and series have it.
    pub name: Label,
    /// For which part of the dataset; without one for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Label>,
    /// How far an observed value may be from the claimed one, in the claim's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerance>,
    /// Which values are better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl PlanDocument {
    /// The most metrics that a plan has.
    pub const MAX_METRICS: usize = 200;

    /// How a metric is judged: as the plan says for this split, else as it says for all.
    pub fn metric(&self, name: &str, split: Option<&str>) -> Option<&PlanMetric> {
        let of = |split: Option<&str>| {
            self.metrics
                .iter()
                .find(|metric| metric.name.as_str() == name && metric.split.as_ref().map(Label::as_str) == split)
        };
        of(split).or_else(|| of(None))
    }
}

impl Document for PlanDocument {
    const NAME: &'static str = "plan";
    const VERSIONS: &'static [&'static str] = &["1.1"];

    fn check(&self) -> Result<(), Invalid> {
        if !(1..=Self::MAX_METRICS).contains(&self.metrics.len()) {
            let found = self.metrics.len();
            return Err(Invalid::new("metrics", format!("must have 1 to {} metrics, not {found}", Self::MAX_METRICS)));
        }
        let mut seen = HashSet::new();
        for (at, metric) in self.metrics.iter().enumerate() {
            if !seen.insert((&metric.name, &metric.split)) {
                return Err(Invalid::new("metrics", format!("metrics.{at}: {} stands there already", metric.name)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Leaf;

    fn plan(document: Value) -> Result<Documented<PlanDocument>, Invalid> {
        Documented::parse(document)
    }

    #[test]
    fn what_a_version_does_not_know_is_kept_at_every_level() {
        let document = json!({
            "version": "1.1",
            "dataset": { "name": "SST-2", "split": "test", "filters": { "length": 128 } },
            "model": { "name": "BERT", "parameters": [1, 2.5] },
            "config": { "seed": 42 },
            "metrics": [{ "name": "accuracy", "tolerance": 0.5, "direction": "MAXIMIZE", "goal": 93.5 }],
            "justifications": { "dataset": "p. 6" },
        });
        assert_eq!(plan(document.clone()).unwrap().to_json(), document);
    }

    #[test]
    fn unknown_versions_are_refused() {
        let with = |version: Value| {
            plan(
                json!({ "version": version, "dataset": { "name": "a" }, "model": { "name": "b" }, "metrics": [{ "name": "c" }] }),
            )
        };
        assert!(with(json!("1.1")).is_ok());
        for version in [json!("1.0"), json!("1.2"), json!("2"), json!(1.1), json!(null)] {
            assert_eq!(with(version).unwrap_err().rule, "version");
        }
    }

    #[test]
    fn a_metric_is_judged_by_its_split_before_all() {
        let document = json!({
            "dataset": { "name": "a" }, "model": { "name": "b" },
            "metrics": [{ "name": "f1", "tolerance": 1 }, { "name": "f1", "split": "test", "tolerance": 2 }],
        });
        let document = plan(document).unwrap();
        let tolerance =
            |name, split| document.get().metric(name, split).and_then(|metric| metric.tolerance).map(Tolerance::get);
        assert_eq!(tolerance("f1", Some("test")), Some(2.0));
        assert_eq!(tolerance("f1", Some("train")), Some(1.0));
        assert_eq!(tolerance("f1", None), Some(1.0));
        assert_eq!(tolerance("bleu", None), None);
    }

    #[test]
    fn a_metric_stands_there_once() {
        for metrics in [
            json!([]),
            json!([{ "name": "f1" }, { "name": "f1" }]),
            json!([{ "name": " " }]),
            json!([{ "name": "f1", "tolerance": -1 }]),
            json!([{ "name": "f1", "direction": "UP" }]),
        ] {
            assert!(plan(json!({ "dataset": { "name": "a" }, "model": { "name": "b" }, "metrics": metrics })).is_err());
        }
    }

    #[test]
    fn only_what_is_ready_must_have_an_environment() {
        let hash = Sha256::of(b"");
        for (status, env_hash, sound) in [
            (PlanStatus::Draft, None, true),
            (PlanStatus::Draft, Some(&hash), false),
            (PlanStatus::Ready, None, false),
            (PlanStatus::Ready, Some(&hash), true),
            (PlanStatus::Failed, None, true),
            (PlanStatus::Failed, Some(&hash), true),
        ] {
            let state = PlanState::from_columns(status, env_hash.cloned());
            assert_eq!(state.is_ok(), sound, "{status} {env_hash:?}");
            assert!(state.is_err() || state.unwrap().columns() == (status, env_hash.cloned()));
        }
    }
}
