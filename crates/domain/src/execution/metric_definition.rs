//! A metric's definition: what a metric means, and by what its values are judged.

use crate::leaf::in_documents;
use crate::number::{Positive, Tolerance};
use crate::project::Project;
use crate::text::{Label, Name, Prose};
use crate::{Id, choice, entity};

choice! {
    /// Which values of a metric are better.
    Direction {
        /// Greater ones, as of an accuracy.
        Maximize = "MAXIMIZE",
        /// Smaller ones, as of a loss.
        Minimize = "MINIMIZE",
    }
}

in_documents!(Direction);

entity! {
    /// What a metric means, and by what its values are judged.
    MetricDefinition "metric definition" as "metricdefinition" in "metric_definitions", edited {
        /// The project that it is for; none for all.
        project_id: Option<Id<Project>>,
        /// The name that series have; unique in its project, or among those that are for all.
        key: Label,
        /// What people call it.
        name: Name,
        /// The unit of its values.
        unit: Option<Label>,
        /// What it measures.
        description: Option<Prose>,
        /// Which values are better.
        direction: Option<Direction>,
        /// How far an observed value may be from a claimed one.
        tolerance: Option<Tolerance>,
        /// By which part of its first value a conserved quantity may change.
        conservation_limit: Option<Positive>,
    }
}
