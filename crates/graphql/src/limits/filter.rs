//! The limits of a filter, beyond which no database takes the statement that it becomes.

use domain::Invalid;
use storage::Weight;

use super::{MAX_OPERANDS, MAX_RELATIONS, MAX_TESTS};

/// Refuses a filter that becomes a statement which no database takes.
pub(crate) fn check(weight: Weight) -> Result<(), Invalid> {
    let limits = [
        (weight.tests, MAX_TESTS, "tests"),
        (weight.values, MAX_OPERANDS, "values to compare with"),
        (weight.relations, MAX_RELATIONS, "relations within each other"),
    ];
    match limits.iter().find(|(size, limit, _)| size > limit) {
        Some((size, limit, what)) => {
            Err(Invalid::new("limit", format!("must have at most {limit} {what}, not {size}")))
        }
        None => Ok(()),
    }
}
