//! A unit mode: in which units the quantities of a simulation are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::number::Positive;
use crate::project::Project;
use crate::text::{Label, Name, Prose};
use crate::{Id, Invalid, Json, Leaf, entity};

entity! {
    /// The units in which the quantities of a simulation are shown.
    UnitMode "unit mode" as "unitmode" in "unit_modes", edited {
        /// The project that it is for; none for all.
        project_id: Option<Id<Project>>,
        /// What programs call it, unique in its project, or among those that are for all.
        key: Label,
        /// What people call it.
        name: Name,
        /// What it is for.
        description: Option<Prose>,
        /// The units, by quantity.
        units: Units,
    }
}

/// The units of a unit mode, by the quantities that they measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Units(BTreeMap<Label, Unit>);

/// The unit of a quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// How it is written: `m/s`.
    pub symbol: Label,
    /// By what a value is multiplied to be in it.
    pub factor: Positive,
    /// Fields that are not known here, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Units {
    /// The units, by quantity.
    pub fn by_quantity(&self) -> &BTreeMap<Label, Unit> {
        &self.0
    }
}

impl Leaf for Units {
    type Raw = Value;

    fn parse(raw: Value) -> Result<Self, Invalid> {
        serde_json::from_value(Json::try_new(raw)?.raw()).map_err(|why| {
            Invalid::new("units", format!("must be an object of quantities, each with a symbol and a factor: {why}"))
        })
    }

    fn raw(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn units_have_a_symbol_and_a_factor() {
        let units = json!({ "length": { "symbol": "km", "factor": 1000.0, "note": "of a road" } });
        assert_eq!(Units::parse(units.clone()).unwrap().raw(), units);
        assert!(Units::parse(json!({})).is_ok());
        for units in [
            json!([]),
            json!({ "length": "km" }),
            json!({ "length": { "symbol": "km" } }),
            json!({ "length": { "symbol": "km", "factor": 0 } }),
            json!({ "length": { "symbol": "km", "factor": -1 } }),
            json!({ "length": { "symbol": "", "factor": 1 } }),
            json!({ " ": { "symbol": "km", "factor": 1 } }),
        ] {
            assert!(Units::parse(units.clone()).is_err(), "{units}");
        }
    }
}
