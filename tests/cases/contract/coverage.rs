//! Every query, mutation and subscription has cases: the latter two as a stranger, as somebody pending, as a viewer, and as
//! somebody who may; and as nobody, where nothing has to be shown for it.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{Selection, TypeKind, TypeSystemDefinition};
use domain::access::{DEMANDS, Demand};
use tests::case::{Case, find};
use tests::world::NOBODY;

#[test]
fn every_mutation_and_subscription_has_a_case_as_each_sort_of_user() {
    let asked = asked();
    let nobody = BTreeSet::new();
    let mut missing = Vec::new();
    for mutation in fields_of("Mutation").into_iter().chain(fields_of("Subscription")) {
        let by = asked.get(&mutation).unwrap_or(&nobody);
        for who in ["stranger", "pen", "vic"] {
            if !by.contains(who) {
                missing.push(format!("{mutation} as {who}"));
            }
        }
        if demands_nothing(&mutation) && !by.contains(NOBODY) {
            missing.push(format!("{mutation} as {NOBODY}"));
        }
        if !["alice", "ed"].iter().any(|who| by.contains(*who)) {
            missing.push(format!("{mutation} as alice or ed"));
        }
    }
    assert!(missing.is_empty(), "there is no case of:\n{}", missing.join("\n"));
}

#[test]
fn every_query_has_a_case() {
    let asked = asked();
    let missing: Vec<_> = fields_of("Query").into_iter().filter(|field| !asked.contains_key(field)).collect();
    assert!(missing.is_empty(), "there is no case of {missing:?}");
}

/// Whether somebody may ask for a field without having signed in.
fn demands_nothing(field: &str) -> bool {
    DEMANDS.iter().any(|(demand, fields)| *demand == Demand::Nothing && fields.contains(&field))
}

/// The fields of a root type.
pub(crate) fn fields_of(root: &str) -> Vec<String> {
    let document = async_graphql::parser::parse_schema(graphql::sdl()).unwrap();
    let found = document.definitions.iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) if ty.node.name.node == root => match &ty.node.kind {
            TypeKind::Object(object) => {
                Some(object.fields.iter().map(|field| field.node.name.node.to_string()).collect())
            }
            _ => None,
        },
        _ => None,
    });
    found.unwrap()
}

/// The root fields that cases ask for, and as whom.
fn asked() -> BTreeMap<String, BTreeSet<String>> {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in find(crate::folder()) {
        let case = Case::read(&path).unwrap();
        for step in case.steps {
            // What is not GraphQL on purpose asks for nothing.
            let Ok(document) = parse_query(&step.document) else { continue };
            for (_, operation) in document.operations.iter() {
                for selection in &operation.node.selection_set.node.items {
                    if let Selection::Field(field) = &selection.node {
                        asked.entry(field.node.name.node.to_string()).or_default().extend(step.askers.iter().cloned());
                    }
                }
            }
        }
    }
    asked
}
