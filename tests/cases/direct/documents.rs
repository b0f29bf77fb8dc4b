//! Documents drawn from the schema: with aliases, fragments, variables, directives, merged fields and pages both ways.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, TypeDefinition, TypeKind, TypeSystemDefinition};
use serde_json::{Map, Value, json};
use tests::dice::Dice;

/// How deep objects stand in each other at most.
const DEEPEST: usize = 5;

/// Draws documents.
pub struct Documents {
    types: BTreeMap<String, TypeDefinition>,
    /// The ids and the cursors that answers told.
    ids: BTreeSet<String>,
    cursors: BTreeSet<String>,
}

/// A document with its variables.
pub struct Drawn {
    pub text: String,
    pub variables: Value,
}

/// A document that is being drawn.
struct Draft<'a> {
    documents: &'a Documents,
    dice: &'a mut Dice,
    variables: Map<String, Value>,
    declared: Vec<String>,
    fragments: String,
    count: usize,
}

impl Documents {
    pub fn of_schema() -> Self {
        let schema = parse_schema(graphql::sdl()).expect("the schema is GraphQL");
        let types = schema.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
            _ => None,
        });
        Self { types: types.collect(), ids: BTreeSet::new(), cursors: BTreeSet::new() }
    }

    pub fn draw(&self, dice: &mut Dice) -> Drawn {
        let mut draft = Draft {
            documents: self,
            dice,
            variables: Map::new(),
            declared: Vec::new(),
            fragments: String::new(),
            count: 0,
        };
        let selection = draft.roots();
        let declared = draft.declared.join(", ");
        let head = if declared.is_empty() { String::new() } else { format!("query({declared}) ") };
        Drawn { text: format!("{head}{selection}{}", draft.fragments), variables: draft.variables.into() }
    }

    /// Takes the ids and the cursors out of an answer, to ask with.
    pub fn learn(&mut self, answer: &str) {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        self.learn_from("", &answer["data"]);
    }

    fn learn_from(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.learn_from(name, value)),
            Value::Array(items) => items.iter().for_each(|item| self.learn_from(name, item)),
            Value::String(text) if is_id(text) => drop(self.ids.insert(text.clone())),
            Value::String(text) if name.to_lowercase().contains("cursor") => drop(self.cursors.insert(text.clone())),
            _ => {}
        }
    }

    fn fields(&self, of: &str) -> &[async_graphql::Positioned<FieldDefinition>] {
        match self.types.get(of).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(interface)) => &interface.fields,
            _ => &[],
        }
    }
}

impl Draft<'_> {
    /// One to three of the lists and objects at the root.
    fn roots(&mut self) -> String {
        let documents = self.documents;
        let pages = |field: &&async_graphql::Positioned<FieldDefinition>| {
            let name = field.node.name.node.as_str();
            documents.fields("Query").iter().any(|many| many.node.name.node == format!("{name}s"))
                || field.node.ty.node.to_string().contains("Connection")
                || ["node", "nodes", "viewer"].contains(&name)
        };
        let fields: Vec<_> = documents.fields("Query").iter().filter(pages).collect();
        let (mut text, mut left) = (String::from("{"), 1 + self.dice.roll(2));
        // One that needs an id of which none is known yet is left out.
        while left > 0 || text == "{" {
            let field = self.dice.pick(&fields).expect("there are fields at the root");
            self.field(&mut text, &field.node, 1);
            left = left.saturating_sub(1);
        }
        text + " }"
    }

    fn selection(&mut self, of: &str, depth: usize) -> String {
        let mut text = String::from(" {");
        if self.dice.once_in(6) {
            text += " __typename";
        }
        let fields = self.documents.fields(of);
        let before = text.len();
        for _ in 0..=self.dice.roll(4) {
            let Some(field) = self.dice.pick(fields) else { break };
            let field = &field.node;
            match self.dice.roll(12) {
                0 => {
                    let mut inner = String::new();
                    self.field(&mut inner, field, depth);
                    if !inner.is_empty() {
                        let on = if self.dice.once_in(2) { format!(" on {of}") } else { String::new() };
                        let _ = write!(text, " ...{on}{}{{{inner} }}", self.directive());
                    }
                }
                1 => self.fragment(&mut text, (of, field), depth),
                _ => self.field(&mut text, field, depth),
            }
        }
        if text.len() == before {
            text += " __typename";
        }
        text + " }"
    }

    fn fragment(&mut self, text: &mut String, (of, field): (&str, &FieldDefinition), depth: usize) {
        let mut inner = String::new();
        self.field(&mut inner, field, depth);
        if !inner.is_empty() {
            self.count += 1;
            let name = format!("F{}", self.count);
            let _ = write!(text, " ...{name}{}", self.directive());
            let fragment = format!(" fragment {name} on {of} {{{inner} }}");
            self.fragments += &fragment;
        }
    }

    fn field(&mut self, text: &mut String, field: &FieldDefinition, depth: usize) {
        let (name, of) = (field.name.node.as_str(), base(&field.ty.node.base).to_owned());
        let holds = !self.documents.fields(&of).is_empty();
        // Where the store of a file is said, each answer is another: it is signed for a time.
        if holds && depth >= DEEPEST || name.to_lowercase().contains("url") {
            return;
        }
        let Some(arguments) = self.arguments(field) else { return };
        // The same key for two things is refused: but for fields without arguments, keys are told apart.
        self.count += 1;
        let alias = match (arguments.is_empty() && !holds, self.dice.once_in(4)) {
            (true, false) => String::new(),
            (false, true) if arguments.is_empty() => String::new(),
            _ => format!("a{}: ", self.count),
        };
        let _ = write!(text, " {alias}{name}{arguments}{}", self.directive());
        if holds {
            *text += &self.selection(&of, depth + 1);
        }
    }

    /// The arguments of a field; none where one is needed that cannot be drawn.
    fn arguments(&mut self, field: &FieldDefinition) -> Option<String> {
        let mut given = Vec::new();
        let backward = self.dice.once_in(3);
        for argument in &field.arguments {
            let (argument, needed) = (&argument.node, !argument.node.ty.node.nullable);
            let (name, of) = (argument.name.node.as_str(), base(&argument.ty.node.base).to_owned());
            let value = match name {
                "first" if self.dice.once_in(40) => Some(json!(0)),
                "first" if !backward && !self.dice.once_in(3) => Some(json!(1 + self.dice.roll(4))),
                "last" if backward => Some(json!(1 + self.dice.roll(4))),
                "after" | "before" if self.dice.once_in(8) => self.known_cursor(),
                "id" => self.known_id(base(&field.ty.node.base)),
                "ids" => Some(json!([self.known_id("Node")?, self.known_id("Node")?])),
                "orderBy" if self.dice.once_in(2) => {
                    let order = self.order(&of)?;
                    given.push(format!("orderBy: {order}"));
                    None
                }
                _ => None,
            };
            match value {
                Some(value) => given.push(self.given(name, &argument.ty.node.to_string(), value)),
                None if needed => return None,
                None => {}
            }
        }
        Some(if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) })
    }

    /// An argument, as it stands or by a variable.
    fn given(&mut self, name: &str, of: &str, value: Value) -> String {
        if self.dice.once_in(2) {
            return format!("{name}: {value}");
        }
        format!("{name}: ${}", self.variable(of, value))
    }

    fn variable(&mut self, of: &str, value: Value) -> String {
        let name = format!("v{}", self.variables.len());
        self.declared.push(format!("${name}: {of}"));
        self.variables.insert(name.clone(), value);
        name
    }

    fn directive(&mut self) -> String {
        match self.dice.roll(24) {
            0 => format!(" @skip(if: {})", self.dice.once_in(2)),
            1 => {
                let value = json!(self.dice.once_in(2));
                format!(" @include(if: ${})", self.variable("Boolean!", value))
            }
            _ => String::new(),
        }
    }

    fn order(&mut self, of: &str) -> Option<String> {
        match self.documents.types.get(of).map(|definition| &definition.kind) {
            Some(TypeKind::Enum(orders)) => Some(self.dice.pick(&orders.values)?.node.value.node.to_string()),
            _ => None,
        }
    }

    /// The id of an object of this type, and now and then of another.
    fn known_id(&mut self, of: &str) -> Option<Value> {
        let prefix = if of == "Node" || self.dice.once_in(40) { String::new() } else { of.to_lowercase() + "_" };
        let ids: Vec<_> = self.documents.ids.iter().filter(|id| id.starts_with(&prefix)).collect();
        self.dice.pick(&ids).map(|id| json!(id))
    }

    fn known_cursor(&mut self) -> Option<Value> {
        let cursors: Vec<_> = self.documents.cursors.iter().collect();
        self.dice.pick(&cursors).map(|cursor| json!(cursor))
    }
}

fn is_id(text: &str) -> bool {
    let parts = text.split_once('_');
    parts.is_some_and(|(prefix, rest)| rest.len() == 26 && prefix.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn base(of: &BaseType) -> &str {
    match of {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(&inner.base),
    }
}
