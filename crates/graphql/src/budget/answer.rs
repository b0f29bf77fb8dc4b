//! How many values an answer holds, in the unit in which documents are measured.

use async_graphql::Value;

use crate::direct;
use crate::limits::ITEMS;

/// Each field of an object is a value; of the items of a list that are no objects, four are one.
pub(crate) fn values(answer: &Value) -> u64 {
    match answer {
        Value::Object(members) => members.values().fold(0, |sum, value| sum + 1 + values(value)),
        Value::List(items) => {
            let (mut plain, mut inside) = (0_u64, 0);
            for item in items {
                match item {
                    Value::Object(_) | Value::List(_) => inside += values(item),
                    _ => plain += 1,
                }
            }
            inside + plain.div_ceil(ITEMS)
        }
        Value::Binary(written) => direct::count(written),
        _ => 0,
    }
}

/// The same of JSON.
pub(crate) fn values_of_json(json: &serde_json::Value) -> u64 {
    match json {
        serde_json::Value::Object(members) => members.values().fold(0, |sum, value| sum + 1 + values_of_json(value)),
        serde_json::Value::Array(items) => {
            let (inside, plain): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.is_object() || item.is_array());
            let plain = u64::try_from(plain.len()).unwrap_or(u64::MAX);
            inside.into_iter().map(values_of_json).sum::<u64>() + plain.div_ceil(ITEMS)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_count_and_of_plain_items_four_are_one() {
        let values = |answer: serde_json::Value| {
            let counted = values_of_json(&answer);
            assert_eq!(values(&Value::from_json(answer).unwrap()), counted);
            counted
        };
        assert_eq!(
            values(json!({ "papers": { "nodes": [{ "id": "a", "title": null }, { "id": "b", "title": "B" }] } })),
            6
        );
        assert_eq!(values(json!({ "points": { "steps": vec![1; 1000], "values": vec![0.5; 1000] } })), 503);
        assert_eq!(values(json!({ "tags": ["a"], "none": [] })), 3);
        assert_eq!(values(json!(null)), 0);
    }
}
