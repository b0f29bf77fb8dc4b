//! Everything in the schema is described, in sentences.

use async_graphql::Positioned;
use async_graphql::parser::types::{InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition};

type Description<'a> = Option<&'a Positioned<String>>;

#[test]
fn everything_is_described_in_sentences() {
    let document = async_graphql::parser::parse_schema(graphql::sdl()).unwrap();
    let mut found = Vec::new();
    for definition in &document.definitions {
        if let TypeSystemDefinition::Type(ty) = definition {
            describe(&ty.node, &mut found);
        }
    }
    assert!(found.len() > 500, "only {} descriptions were looked at", found.len());
    let wrong: Vec<_> =
        found.into_iter().filter_map(|(name, text)| Some(format!("{name} {}", fault(text.as_deref())?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn fault(text: Option<&str>) -> Option<String> {
    match text.map(str::trim) {
        None | Some("") => Some("is not described".into()),
        Some(text) if !text.ends_with('.') => Some(format!("has no full stop: {text}")),
        Some(text) if text.starts_with(|c: char| c.is_lowercase()) => Some(format!("begins small: {text}")),
        Some(_) => None,
    }
}

fn describe(ty: &TypeDefinition, found: &mut Vec<(String, Option<String>)>) {
    let name = &ty.name.node;
    let mut note = |name: String, text: Description<'_>| found.push((name, text.map(|text| text.node.clone())));
    note(name.to_string(), ty.description.as_ref());
    let (mut fields, mut inputs): (Vec<_>, Vec<&Positioned<InputValueDefinition>>) = (Vec::new(), Vec::new());
    match &ty.kind {
        TypeKind::Object(object) => fields.extend(&object.fields),
        TypeKind::Interface(interface) => fields.extend(&interface.fields),
        TypeKind::InputObject(object) => inputs.extend(&object.fields),
        TypeKind::Enum(values) => {
            for value in &values.values {
                note(format!("{name}.{}", value.node.value.node), value.node.description.as_ref());
            }
        }
        TypeKind::Scalar | TypeKind::Union(_) => {}
    }
    for field in fields {
        let path = format!("{name}.{}", field.node.name.node);
        note(path.clone(), field.node.description.as_ref());
        for argument in &field.node.arguments {
            note(format!("{path}({})", argument.node.name.node), argument.node.description.as_ref());
        }
    }
    for input in inputs {
        note(format!("{name}.{}", input.node.name.node), input.node.description.as_ref());
    }
}
