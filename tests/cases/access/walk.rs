//! The walk: from every object that somebody sees over every edge. Nobody reads the canary who does not see beta, and its
//! owner reads all of it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use async_graphql::parser::types::{BaseType, FieldDefinition, ServiceDocument, TypeKind, TypeSystemDefinition};
use serde_json::json;
use tests::database::Kind;
use tests::names;
use tests::world::{USERS, World, user};

/// The objects of the two projects, by what they are called.
const STARTS: [&str; 29] = [
    "user:alice",
    "user:bob",
    "user:ed",
    "user:vic",
    "user:ann",
    "project:alpha",
    "project:beta",
    "projectmember:ed",
    "repository:code",
    "repository:beta",
    "paper:bert",
    "paper:beta-gpt",
    "claim:mnli",
    "claim:beta",
    "storyboard:bert",
    "storyboard:beta",
    "asset:figure",
    "asset:beta",
    "asset:beta-notes",
    "plan:bert",
    "plan:beta",
    "unitmode:si",
    "unitmode:beta",
    "equationmodule:motion",
    "equationmodule:beta",
    "metricdefinition:accuracy",
    "metricdefinition:beta",
    "apikey:read",
    "session:bob",
];

#[tokio::test]
async fn no_edge_leads_to_what_is_hidden_and_its_owner_finds_all_of_it() {
    for kind in Kind::ALL {
        let Some(app) = World::Access.start(kind).await else { continue };
        for who in USERS {
            let mut read = String::new();
            for start in STARTS {
                let (prefix, _) = start.split_once(':').unwrap();
                let id = names::Names::default().to_ids(&format!("<{start}>"));
                let (_, object) = graphql::node::PREFIXES.iter().find(|(known, _)| *known == prefix).unwrap();
                let query = format!(
                    "query($id: ID!) {{ node(id: $id) {{ ... on {object} {{ {} }} }} }}",
                    fields(object, depth(prefix))
                );
                let (answer, _) = app.ask(user(who), &query, json!({ "id": id })).await;
                assert!(answer.errors.is_empty(), "{who} from {start}: {:?}", answer.errors);
                read.push_str(&answer.data.into_json().unwrap().to_string().to_lowercase());
            }
            let found = MARKS.into_iter().filter(|mark| read.contains(mark)).collect::<Vec<_>>();
            match who {
                "bob" | "ann" => assert_eq!(found, MARKS, "{who} on {kind:?} misses some of what is theirs"),
                _ => assert!(!read.contains("canary"), "{who} on {kind:?} reads the canary"),
            }
        }
    }
}

/// How far a walk goes: from what leads to others by the people that they share, one step further.
fn depth(prefix: &str) -> u8 {
    if prefix == "projectmember" { 2 } else { 1 }
}

/// What stands in beta alone, each in a field of its own.
const MARKS: [&str; 9] = [
    "beta canary",
    "canary gpt",
    "https://canary.example.org",
    "10.5555/canary",
    "vs_canary",
    "canary/canary.bin",
    "canary page 1",
    "canary.md",
    "https://git.example.org/canary/beta.git",
];

/// All fields of an object that need no argument, its edges followed this far.
fn fields(object: &str, depth: u8) -> String {
    let TypeKind::Object(definition) = kind_of(object).unwrap() else { panic!("{object} is no object") };
    let mut asked = BTreeSet::new();
    for field in &definition.fields {
        let field = &field.node;
        if field
            .arguments
            .iter()
            .any(|argument| !argument.node.ty.node.nullable && argument.node.default_value.is_none())
        {
            continue;
        }
        asked.extend(field_asked(field, depth));
    }
    asked.into_iter().collect::<Vec<_>>().join(" ")
}

fn field_asked(field: &FieldDefinition, depth: u8) -> Option<String> {
    let (name, ty) = (&field.name.node, named(&field.ty.node.base));
    match kind_of(&ty) {
        Some(TypeKind::Object(_)) if ty.ends_with("Connection") => {
            let of = ty.trim_end_matches("Connection");
            (depth > 0).then(|| format!("{name} {{ totalCount nodes {{ {} }} }}", fields(of, depth - 1)))
        }
        Some(TypeKind::Object(_)) => (depth > 0).then(|| format!("{name} {{ {} }}", fields(&ty, depth - 1))),
        Some(TypeKind::Interface(_) | TypeKind::Union(_)) => None,
        _ => Some(name.to_string()),
    }
}

fn named(ty: &BaseType) -> String {
    match ty {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(of) => named(&of.base),
    }
}

fn kind_of(name: &str) -> Option<&'static TypeKind> {
    SCHEMA.definitions.iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) if ty.node.name.node == name => Some(&ty.node.kind),
        _ => None,
    })
}

static SCHEMA: LazyLock<ServiceDocument> =
    LazyLock::new(|| async_graphql::parser::parse_schema(graphql::sdl()).unwrap());
