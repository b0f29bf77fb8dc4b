//! Whether a field is asked for in one place of the document only.

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{ContextSelectionSet, Positioned, QueryEnv, QueryPathSegment};

/// The keys on the way to here, from the root on.
pub(super) fn keys(ctx: &ContextSelectionSet<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut node = ctx.path_node.as_ref();
    while let Some(place) = node {
        if let QueryPathSegment::Name(key) = place.segment {
            keys.push(key.to_owned());
        }
        node = place.parent;
    }
    keys.reverse();
    keys
}

/// Whether one field alone answers under each of these keys: what several answer is put together from values.
pub(super) fn is_asked_once(keys: &[String], env: &QueryEnv) -> bool {
    let mut set = &env.operation.node.selection_set;
    keys.iter().all(|key| {
        let mut found = Vec::new();
        add(&mut found, key, set, env);
        if let [field] = found.as_slice() {
            set = &field.node.selection_set;
        }
        found.len() == 1
    })
}

/// The fields that answer under a key, whatever the type of the object.
fn add<'a>(found: &mut Vec<&'a Positioned<Field>>, key: &str, set: &'a Positioned<SelectionSet>, env: &'a QueryEnv) {
    for selection in &set.node.items {
        match &selection.node {
            Selection::Field(field) if field.node.response_key().node == key => found.push(field),
            Selection::Field(_) => {}
            Selection::InlineFragment(inline) => add(found, key, &inline.node.selection_set, env),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = env.fragments.get(&spread.node.fragment_name.node) {
                    add(found, key, &fragment.node.selection_set, env);
                }
            }
        }
    }
}
