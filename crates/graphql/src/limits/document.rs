//! The limits of a parsed document, and what its operation asks for, measured in a time that grows with the document
//! alone: fragments are measured once each.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Variables};

use super::given::Given;
use super::{
    ALIASES, DEFINITIONS, DEPTH, DIRECTIVES, INPUT, INTROSPECTION, LEVELS, MAX_LEVELS, MAX_POINTS, MAX_SAMPLE,
    MUTATION_FIELDS, QUERY_FIELDS, SELECTIONS, VALUES,
};
use crate::error::Code;
use crate::operation;
use crate::paging;

/// The fields that are answered as columns, the argument that says how many items, what that is by default and at most.
const COLUMNS: [(&str, &str, u64, u64); 2] =
    [("points", "first", 1000, MAX_POINTS), ("sample", "maxPoints", 1000, MAX_SAMPLE)];

/// How many items of a column count as one value.
pub(crate) const ITEMS: u64 = 4;

/// The lists of introspection that lead back to types.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// What running work writes, and how it keeps its lease: these have a budget of their own, or none.
const WORK: [&str; 5] = ["renewRun", "appendRunEvents", "logSeries", "rewindRun", "__typename"];

/// What an operation asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How many values its answer has, if every page is full.
    pub(crate) values: u64,
    /// How many fields change something, beside what running work writes.
    pub(crate) changes: u64,
    /// Whether it is what running work writes, and nothing else.
    pub(crate) only_works: bool,
}

/// Refuses a document that asks for too much, and says what the operation of this name asks for.
pub(super) fn check(
    document: &ExecutableDocument,
    name: Option<&str>,
    variables: &Variables,
) -> Result<Asked, ServerError> {
    DEFINITIONS
        .check(u64::try_from(document.operations.iter().count() + document.fragments.len()).unwrap_or(u64::MAX))?;
    let given = Given::new(document, variables)?;
    INPUT.check(given.weight())?;
    let mut measure = Measure { document, given, fragments: HashMap::new() };
    let mut asked = Asked::default();
    let meant = operation::operation(document, name);
    for (_, operation) in document.operations.iter() {
        let size = measure.operation(&operation.node)?;
        if meant.is_some_and(|meant| std::ptr::eq(meant, operation)) {
            asked = size.asked(operation.node.ty);
        }
    }
    // Those that nothing uses are validated all the same.
    for name in document.fragments.keys() {
        measure.fragment(name, 0)?.check()?;
    }
    Ok(asked)
}

/// How much a set of fields asks for.
#[derive(Clone, Copy, Default)]
struct Size {
    selections: u64,
    depth: u64,
    aliases: u64,
    directives: u64,
    introspection: u64,
    values: u64,
    input: u64,
    /// How many fields it has itself, and how many of them are what running work writes.
    fields: u64,
    work: u64,
    /// Whether it has the rows of a page.
    rows: bool,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            introspection: self.introspection.max(other.introspection),
            values: self.values.saturating_add(other.values),
            input: self.input.saturating_add(other.input),
            fields: self.fields.saturating_add(other.fields),
            work: self.work.saturating_add(other.work),
            rows: self.rows || other.rows,
        }
    }

    fn check(self) -> Result<Self, super::Exceeded> {
        ALIASES.check(self.aliases)?;
        DIRECTIVES.check(self.directives)?;
        SELECTIONS.check(self.selections)?;
        DEPTH.check(self.depth)?;
        INTROSPECTION.check(self.introspection)?;
        INPUT.check(self.input)?;
        VALUES.check(self.values)?;
        Ok(self)
    }

    fn asked(self, ty: OperationType) -> Asked {
        let changes = if ty == OperationType::Mutation { self.fields.saturating_sub(self.work) } else { 0 };
        let only_works = ty == OperationType::Mutation && changes == 0;
        Asked { values: self.values, changes, only_works }
    }
}

/// What was measured so far; a fragment that is being measured has no size yet.
struct Measure<'a> {
    document: &'a ExecutableDocument,
    given: Given<'a>,
    fragments: HashMap<&'a str, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Size, ServerError> {
        let mut size = self.set(&operation.selection_set.node, 0)?;
        let of_variables = operation.variable_definitions.iter().map(|variable| count(&variable.node.directives)).sum();
        size.directives = size.directives.saturating_add(count(&operation.directives)).saturating_add(of_variables);
        match operation.ty {
            OperationType::Mutation => MUTATION_FIELDS.check(size.fields)?,
            OperationType::Query | OperationType::Subscription => QUERY_FIELDS.check(size.fields)?,
        }
        Ok(size.check()?)
    }

    fn set(&mut self, set: &'a SelectionSet, level: u64) -> Result<Size, ServerError> {
        if level > MAX_LEVELS {
            return Err(LEVELS.exceeded(None).into());
        }
        let mut all = Size::default();
        for selection in &set.items {
            let mut size = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level + 1)?,
            };
            let directives = count(selection.node.directives());
            size.directives = size.directives.saturating_add(directives);
            size.selections = size.selections.saturating_add(1).saturating_add(directives);
            all = all.and(size);
        }
        Ok(all)
    }

    fn field(&mut self, field: &'a Field, level: u64) -> Result<Size, ServerError> {
        let name = field.name.node.as_str();
        let inner = self.set(&field.selection_set.node, level + 1)?;
        let rows = self.rows(field, inner.rows);
        Ok(Size {
            selections: inner.selections,
            depth: if name.starts_with("__") { 1 } else { inner.depth.saturating_add(1) },
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            introspection: inner.introspection.saturating_add(u64::from(LISTS.contains(&name))),
            values: inner.values.saturating_mul(rows).saturating_add(1),
            input: inner.input.saturating_add(self.given.weight_of(field)?),
            fields: 1,
            work: u64::from(WORK.contains(&name)),
            rows: ["nodes", "edges"].contains(&name),
        })
    }

    fn fragment(&mut self, name: &'a Name, level: u64) -> Result<Size, ServerError> {
        match self.fragments.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let mut error = ServerError::new(format!("the fragment {name} uses itself"), None);
                super::set_code(&mut error, Code::GraphqlValidationFailed);
                return Err(error);
            }
            None => {}
        }
        // Whoever validates it says that it is missing.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.fragments.insert(name.as_str(), None);
        let mut size = self.set(&fragment.node.selection_set.node, level)?;
        size.directives = size.directives.saturating_add(count(&fragment.node.directives));
        self.fragments.insert(name.as_str(), Some(size));
        Ok(size)
    }

    /// How many objects a field may have: those of a page, or as many as there are ids. Of what is answered as columns,
    /// whose items are no objects, four count as one.
    fn rows(&self, field: &Field, is_page: bool) -> u64 {
        if let Some((_, size, default, most)) = COLUMNS.iter().find(|(name, ..)| *name == field.name.node.as_str()) {
            return self.given.count(field, size).unwrap_or(*default).min(*most) / ITEMS + 1;
        }
        let default = if is_page { paging::DEFAULT } else { 1 };
        // A page that is too large is refused later.
        let page = ["first", "last"].iter().find_map(|name| self.given.count(field, name));
        let page = page.map(|size| size.min(paging::MOST));
        page.or_else(|| self.given.count(field, "ids")).unwrap_or(default)
    }
}

fn count(directives: &[Positioned<Directive>]) -> u64 {
    u64::try_from(directives.len()).unwrap_or(u64::MAX)
}
