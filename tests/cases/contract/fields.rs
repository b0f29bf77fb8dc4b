//! Every field of every object is asked for in some case.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition};
use tests::case::{Case, find};

/// The fields of each type, and the type of each.
type Types = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn every_field_of_every_object_has_a_case() {
    let types = types();
    let mut asked = BTreeSet::new();
    for path in find(crate::folder()) {
        for step in Case::read(&path).unwrap().steps {
            let Ok(document) = parse_query(&step.document) else { continue };
            for (_, operation) in document.operations.iter() {
                walk(&types, &operation.node.ty.to_string(), &operation.node.selection_set.node, &mut asked);
            }
        }
    }
    let all = types.iter().flat_map(|(ty, fields)| fields.keys().map(move |field| format!("{ty}.{field}")));
    let missing: Vec<String> = all.filter(|field| !asked.contains(field)).collect();
    assert!(missing.is_empty(), "no case asks for:\n{}", missing.join("\n"));
}

fn types() -> Types {
    let document = async_graphql::parser::parse_schema(graphql::sdl()).unwrap();
    let mut types = Types::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let fields = match &ty.node.kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => continue,
        };
        let named = fields.iter().map(|field| (field.node.name.node.to_string(), name_of(&field.node.ty.node)));
        types.insert(ty.node.name.node.to_string(), named.collect());
    }
    types
}

fn name_of(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => name_of(inner),
    }
}

fn walk(types: &Types, ty: &str, selection: &SelectionSet, asked: &mut BTreeSet<String>) {
    // The roots are called by their operation.
    let root =
        ["Query", "Mutation", "Subscription"].into_iter().find(|root| root.eq_ignore_ascii_case(ty)).unwrap_or(ty);
    for item in &selection.items {
        match &item.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                let Some(inner) = types.get(root).and_then(|fields| fields.get(name)) else { continue };
                asked.insert(format!("{root}.{name}"));
                walk(types, inner, &field.node.selection_set.node, asked);
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map_or(root, |on| on.node.on.node.as_str());
                walk(types, on, &fragment.node.selection_set.node, asked);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}
