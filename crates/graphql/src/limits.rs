//! What a request may ask for at most. All of it is checked on the text and the parsed document before the library
//! validates or executes anything, in a time that grows with the document alone: fragments are measured once each.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Request, ServerError, Value, Variables};

use domain::Invalid;
use storage::Weight;

use crate::error::Code;
use crate::paging;

/// How many names, numbers, strings and signs a document may have; a string counts once, however long it is.
pub const MAX_TOKENS: usize = 50_000;
/// How deep its brackets of all kinds may be nested.
pub const MAX_NESTING: usize = 100;
/// How many fields, fragments and directives an operation may have, each fragment counted wherever it is used.
pub const MAX_SELECTIONS: u64 = 5_000;
/// How deep its fields may be nested; those of introspection have a limit of their own.
pub const MAX_DEPTH: u64 = 25;
/// How often introspection may go from a type to its fields, its interfaces or its possible types on one path.
pub const MAX_INTROSPECTION: u64 = 2;
/// How many values an answer may have, if every page is full.
pub const MAX_VALUES: u64 = 2_000_000;

/// How many tests a filter may have, groups of tests included.
pub const MAX_TESTS: usize = 500;
/// How many values the tests of a filter may compare with.
pub const MAX_OPERANDS: usize = 5_000;
/// How many relations may stand within each other in a filter.
pub const MAX_RELATIONS: usize = 8;

/// How deep fragments and fields together may be nested where they are written.
pub(crate) const MAX_LEVELS: usize = 64;

/// How many points a page of a series may have.
pub const MAX_POINTS: u64 = 100_000;
/// How many points a sample of a series may have.
pub const MAX_SAMPLE: u64 = 10_000;

/// The fields that are answered as columns, the argument that says how many items, what that is by default and at most.
const COLUMNS: [(&str, &str, u64, u64); 2] =
    [("points", "first", 1000, MAX_POINTS), ("sample", "maxPoints", 1000, MAX_SAMPLE)];

/// The lists of introspection that lead back to types.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Refuses a request that asks for too much, or that is no GraphQL at all.
pub(crate) fn check(request: &mut Request) -> Result<(), ServerError> {
    check_text(&request.query).map_err(exceeded)?;
    let variables = std::mem::take(&mut request.variables);
    let checked = match request.parsed_query() {
        Ok(document) => check_document(document, &variables),
        Err(mut error) => {
            set_code(&mut error, Code::GraphqlParseFailed);
            Err(error)
        }
    };
    request.variables = variables;
    checked
}

/// Refuses a text that would take too long to parse, or more of the stack than there is.
pub fn check_text(text: &str) -> Result<(), String> {
    let mut tokens = 0;
    let mut depth = 0_usize;
    let mut rest = text.as_bytes();
    while let Some(&first) = rest.first() {
        let length = match first {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = &rest[1..];
                continue;
            }
            b'#' => {
                rest = &rest[rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())..];
                continue;
            }
            b'"' => string(rest),
            b if is_word(b) => rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len()),
            b'{' | b'[' | b'(' => {
                depth += 1;
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => 1,
        };
        rest = &rest[length..];
        tokens += 1;
        if depth > MAX_NESTING {
            return Err(format!("the document's brackets are nested deeper than {MAX_NESTING}"));
        }
        if tokens > MAX_TOKENS {
            return Err(format!("the document has more than {MAX_TOKENS} names, values and signs"));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the string, or the block string, that the text begins with; all of the text where it does not end.
fn string(text: &[u8]) -> usize {
    let is_block = text.starts_with(b"\"\"\"");
    let quotes: &[u8] = if is_block { b"\"\"\"" } else { b"\"" };
    let mut at = quotes.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quotes) {
            return at + quotes.len();
        }
        let escaped = if is_block { rest.starts_with(b"\\\"\"\"") } else { rest.starts_with(b"\\") };
        at += match (escaped, is_block) {
            (true, true) => 4,
            (true, false) => 2,
            (false, _) => 1,
        };
    }
    text.len()
}

/// Refuses a filter that becomes a statement which no database takes.
pub(crate) fn check_filter(weight: Weight) -> Result<(), Invalid> {
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

fn check_document(document: &ExecutableDocument, variables: &Variables) -> Result<(), ServerError> {
    let mut measure = Measure { document, given: given(document, variables), fragments: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        measure.set(&operation.node.selection_set.node, 0)?.check()?;
    }
    // Those that nothing uses are validated all the same.
    document.fragments.keys().try_for_each(|name| measure.fragment(name, 0)?.check())
}

/// What the variables hold: what was given, or else their defaults.
fn given<'a>(document: &'a ExecutableDocument, variables: &'a Variables) -> HashMap<&'a str, &'a Value> {
    let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let defaults = definitions.filter_map(|definition| {
        let definition = &definition.node;
        Some((definition.name.node.as_str(), &definition.default_value.as_ref()?.node))
    });
    defaults.chain(variables.iter().map(|(name, value)| (name.as_str(), value))).collect()
}

/// How much a set of fields asks for.
#[derive(Clone, Copy, Default)]
struct Size {
    selections: u64,
    depth: u64,
    introspection: u64,
    values: u64,
    /// Whether it has the rows of a page.
    rows: bool,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            depth: self.depth.max(other.depth),
            introspection: self.introspection.max(other.introspection),
            values: self.values.saturating_add(other.values),
            rows: self.rows || other.rows,
        }
    }

    fn check(self) -> Result<(), ServerError> {
        let limits = [
            (self.selections, MAX_SELECTIONS, "fields, its fragments counted wherever they are used"),
            (self.depth, MAX_DEPTH, "levels of fields"),
            (self.introspection, MAX_INTROSPECTION, "steps of introspection from a type to other types on one path"),
            (self.values, MAX_VALUES, "values in its answer if every page is full"),
        ];
        match limits.iter().find(|(size, limit, _)| size > limit) {
            Some((_, limit, what)) => Err(exceeded(format!("the document has more than {limit} {what}"))),
            None => Ok(()),
        }
    }
}

/// What was measured so far; a fragment that is being measured has no size yet.
struct Measure<'a> {
    document: &'a ExecutableDocument,
    given: HashMap<&'a str, &'a Value>,
    fragments: HashMap<&'a str, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Size, ServerError> {
        if level > MAX_LEVELS {
            return Err(exceeded(format!("the document has more than {MAX_LEVELS} levels of fields and fragments")));
        }
        let mut all = Size::default();
        for selection in &set.items {
            let mut size = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level + 1)?,
            };
            size.selections = size.selections.saturating_add(1).saturating_add(count(selection.node.directives()));
            all = all.and(size);
        }
        Ok(all)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Size, ServerError> {
        let name = field.name.node.as_str();
        let inner = self.set(&field.selection_set.node, level + 1)?;
        let rows = self.rows(field, inner.rows);
        Ok(Size {
            depth: if name.starts_with("__") { 1 } else { inner.depth.saturating_add(1) },
            introspection: inner.introspection.saturating_add(u64::from(LISTS.contains(&name))),
            values: inner.values.saturating_mul(rows).saturating_add(1),
            rows: ["nodes", "edges"].contains(&name),
            selections: inner.selections,
        })
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Size, ServerError> {
        match self.fragments.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let mut error = ServerError::new(format!("the fragment {name} uses itself"), None);
                set_code(&mut error, Code::GraphqlValidationFailed);
                return Err(error);
            }
            None => {}
        }
        // Whoever validates it says that it is missing.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.fragments.insert(name.as_str(), None);
        let size = self.set(&fragment.node.selection_set.node, level)?;
        self.fragments.insert(name.as_str(), Some(size));
        Ok(size)
    }

    /// How many objects a field may have: those of a page, or as many as there are ids. Of what is answered as columns,
    /// whose items are no objects, four count as one.
    fn rows(&self, field: &Field, is_page: bool) -> u64 {
        if let Some((_, size, default, most)) = COLUMNS.iter().find(|(name, ..)| *name == field.name.node.as_str()) {
            let size = self.argument(field, size).and_then(|size| size.into_json().ok()?.as_u64());
            return size.unwrap_or(*default).min(*most) / 4 + 1;
        }
        let default = if is_page { paging::DEFAULT } else { 1 };
        match ["first", "last", "ids"].iter().find_map(|name| self.argument(field, name)) {
            // A page that is too large is refused later.
            Some(Value::Number(size)) => size.as_u64().unwrap_or(default).min(paging::MOST),
            Some(Value::List(ids)) => u64::try_from(ids.len()).unwrap_or(u64::MAX),
            _ => default,
        }
    }

    /// What an argument holds, unless it is null.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        let held = value.into_const_with(|name| self.given.get(name.as_str()).copied().cloned().ok_or(())).ok()?;
        (held != Value::Null).then_some(held)
    }
}

fn count(directives: &[Positioned<Directive>]) -> u64 {
    u64::try_from(directives.len()).unwrap_or(u64::MAX)
}

/// The error of whoever asks for more than there may be.
pub fn exceeded(message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, Code::LimitExceeded);
    error
}

/// Gives an error of the whole request its code.
pub(crate) fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(query: &str, variables: serde_json::Value) -> Result<(), String> {
        let mut request = Request::new(query).variables(Variables::from_json(variables));
        let checked = check(&mut request);
        checked.map_err(|error| format!("{:?} {}", error.extensions.unwrap().get("code").unwrap(), error.message))
    }

    fn is_exceeded(query: &str, what: &str) {
        let why = checked(query, serde_json::json!({})).unwrap_err();
        assert!(why.contains("LIMIT_EXCEEDED") && why.contains(what), "{why}");
    }

    #[test]
    fn fragments_that_double_are_refused_and_measured_once_each() {
        let mut query = "query { ...F0 }".to_owned();
        for at in 0..25 {
            query += &format!(" fragment F{at} on Query {{ ...F{0} ...F{0} }}", at + 1);
        }
        is_exceeded(&(query + " fragment F25 on Query { __typename }"), "more than 5000 fields");
    }

    #[test]
    fn fragments_that_use_themselves_are_refused_before_anybody_follows_them() {
        let query = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
        let why = checked(query, serde_json::json!({})).unwrap_err();
        assert!(why.contains("GRAPHQL_VALIDATION_FAILED"), "{why}");
    }

    #[test]
    fn what_no_operation_uses_is_measured_too() {
        is_exceeded(&format!("{{ a }} fragment F on Query {{ {} }}", "a ".repeat(6000)), "fields");
    }

    #[test]
    fn many_aliases_and_directives_are_refused() {
        let aliases: String = (0..10_000).map(|at| format!("a{at}: __typename ")).collect();
        is_exceeded(&format!("{{ {aliases} }}"), "fields");
        is_exceeded(&format!("{{ a {} }}", "@include(if: true) ".repeat(6000)), "fields");
    }

    #[test]
    fn deep_documents_are_refused() {
        let deep = |levels: usize| format!("{}a{}", "{ a ".repeat(levels), " }".repeat(levels));
        assert_eq!(checked(&deep(25), serde_json::json!({})), Ok(()));
        is_exceeded(&deep(26), "more than 25 levels");
        is_exceeded(&"{a".repeat(1_000_000), "nested deeper than 100");
        is_exceeded(&format!("{{ a(b: {}1{}) }}", "[".repeat(1000), "]".repeat(1000)), "nested deeper than 100");
        let chain: String = (0..500).map(|at| format!("fragment F{at} on Q {{ ...F{} }} ", at + 1)).collect();
        is_exceeded(&format!("{{ ...F0 }} {chain}"), "levels of fields and fragments");
    }

    #[test]
    fn long_documents_are_refused_and_long_strings_are_not() {
        is_exceeded(&"a ".repeat(60_000), "more than 50000");
        let text = r#"a { ( \" "#.repeat(100_000);
        assert_eq!(checked(&format!(r#"{{ a(b: "{text}") }}"#), serde_json::json!({})), Ok(()));
        let text = r#"a { ( " \""" "#.repeat(100_000);
        assert_eq!(checked(&format!(r#"{{ a(b: """{text}""") }}"#), serde_json::json!({})), Ok(()));
        assert_eq!(checked(&format!("# {}\n{{ a }}", "{ ".repeat(1000)), serde_json::json!({})), Ok(()));
    }

    #[test]
    fn the_rows_of_all_pages_are_counted() {
        let query = "query($n: Int = 200, $ids: [ID!]!) {
            nodes(ids: $ids) { ... on Project { papers(first: $n) { nodes { claims(last: 200) { ...C } } } } }
        } fragment C on ClaimConnection { nodes { id } }";
        let ids = |count: usize| serde_json::Value::from(vec!["x"; count]);
        assert_eq!(checked(query, serde_json::json!({ "ids": ids(20) })), Ok(()));
        assert_eq!(checked(query, serde_json::json!({ "ids": ids(200), "n": 10 })), Ok(()));
        let why = checked(query, serde_json::json!({ "ids": ids(200) })).unwrap_err();
        assert!(why.contains("more than 2000000 values"), "{why}");
        let mut unsaid = "id".to_owned();
        for _ in 0..8 {
            unsaid = format!("papers {{ nodes {{ {unsaid} }} }}");
        }
        is_exceeded(&format!("{{ {unsaid} }}"), "values");
    }

    #[test]
    fn introspection_may_go_deep_but_not_round() {
        let of_type = format!("{}name{}", "ofType { ".repeat(30), " }".repeat(30));
        let query = format!("{{ __schema {{ types {{ fields {{ args {{ type {{ {of_type} }} }} }} }} }} }}");
        assert_eq!(checked(&query, serde_json::json!({})), Ok(()));
        let round = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
        is_exceeded(round, "steps of introspection");
    }
}
