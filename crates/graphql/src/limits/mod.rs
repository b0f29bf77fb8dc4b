//! What a request may ask for at most. All of it is checked on the text and the parsed document before the library
//! validates or executes anything.

mod document;
mod filter;
mod given;
mod limit;
mod text;

use async_graphql::{Request, ServerError};

use crate::error::Code;
use crate::long;

pub(crate) use document::{Asked, ITEMS};
pub(crate) use filter::check as check_filter;
pub(crate) use given::BYTES;
#[cfg(test)]
pub(crate) use given::weight;
pub use limit::{Exceeded, Limit};
pub(crate) use text::tokens;

/// How many names, numbers, strings and signs a document may have; a string counts once, however long it is.
pub const MAX_TOKENS: u64 = 50_000;
/// How deep its brackets of all kinds may be nested, and the lists and objects of a variable.
pub const MAX_NESTING: u64 = 100;
/// How deep fragments and fields together may be nested where they are written.
pub const MAX_LEVELS: u64 = 64;
/// How many operations and fragments a document may define.
pub const MAX_DEFINITIONS: u64 = 500;
/// How many fields, fragments and directives an operation may have, each fragment counted wherever it is used.
pub const MAX_SELECTIONS: u64 = 5_000;
/// How deep its fields may be nested; those of introspection have a limit of their own.
pub const MAX_DEPTH: u64 = 25;
/// How many of its fields may have an alias.
pub const MAX_ALIASES: u64 = 500;
/// How many directives it may have.
pub const MAX_DIRECTIVES: u64 = 200;
/// How many fields a query may have at its root.
pub const MAX_QUERY_FIELDS: u64 = 50;
/// How many fields a mutation may have at its root.
pub const MAX_MUTATION_FIELDS: u64 = 50;
/// How often introspection may go from a type to its fields, its interfaces or its possible types on one path.
pub const MAX_INTROSPECTION: u64 = 2;
/// How many values an answer may have, if every page is full.
pub const MAX_VALUES: u64 = 2_000_000;
/// How many values the arguments may have, variables counted wherever they are used; of a long text each 64 bytes count.
pub const MAX_INPUT: u64 = 2_000_000;

/// How many operations a websocket may have at once.
pub const MAX_OPERATIONS: u64 = 100;

/// How many tests a filter may have, groups of tests included.
pub const MAX_TESTS: usize = 500;
/// How many values the tests of a filter may compare with.
pub const MAX_OPERANDS: usize = 5_000;
/// How many relations may stand within each other in a filter.
pub const MAX_RELATIONS: usize = 8;

/// How many points a page of a series may have.
pub const MAX_POINTS: u64 = 100_000;
/// How many points a sample of a series may have.
pub const MAX_SAMPLE: u64 = 10_000;

const TOKENS: Limit = Limit::new("tokens", MAX_TOKENS, "names, values and signs in its document");
const NESTING: Limit = Limit::new("nesting", MAX_NESTING, "lists, objects and other brackets within each other");
const LEVELS: Limit = Limit::new("levels", MAX_LEVELS, "levels of fields and fragments");
const DEFINITIONS: Limit = Limit::new("definitions", MAX_DEFINITIONS, "operations and fragments in its document");
const SELECTIONS: Limit =
    Limit::new("selections", MAX_SELECTIONS, "fields, fragments and directives, counted wherever they are used");
const DEPTH: Limit = Limit::new("depth", MAX_DEPTH, "levels of fields");
const ALIASES: Limit = Limit::new("aliases", MAX_ALIASES, "aliases");
const DIRECTIVES: Limit = Limit::new("directives", MAX_DIRECTIVES, "directives");
const QUERY_FIELDS: Limit = Limit::new("queryFields", MAX_QUERY_FIELDS, "fields at the root of a query");
const MUTATION_FIELDS: Limit = Limit::new("mutationFields", MAX_MUTATION_FIELDS, "fields at the root of a mutation");
const INTROSPECTION: Limit =
    Limit::new("introspection", MAX_INTROSPECTION, "steps of introspection from a type to other types on one path");
const VALUES: Limit = Limit::new("values", MAX_VALUES, "values in its answer if every page is full");
const INPUT: Limit =
    Limit::new("input", MAX_INPUT, "values in its arguments, variables counted wherever they are used");
/// The limit of the operations that a websocket has at once.
pub const OPERATIONS: Limit = Limit::new("operations", MAX_OPERATIONS, "operations at once on its connection");

/// The limits that whoever runs the server chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes a document may have.
    pub document_bytes: u64,
    /// How much a viewer may ask for over time, in values.
    pub cost: Option<Allowance>,
    /// How many points and events a viewer may write over time.
    pub ingest: Option<Allowance>,
}

/// How much there may be at once, and how fast it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// At once.
    pub at_once: u64,
    /// In a second.
    pub per_second: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 256 << 10,
            cost: Some(Allowance { at_once: 20_000_000, per_second: 2_000_000 }),
            ingest: Some(Allowance { at_once: 20_000_000, per_second: 1_000_000 }),
        }
    }
}

impl Limits {
    /// How many bytes a document may have.
    fn document(&self) -> Limit {
        Limit::new("documentBytes", self.document_bytes, "bytes of document")
    }

    /// All limits of a request.
    pub fn all(&self) -> Vec<Limit> {
        let fixed = [
            TOKENS,
            NESTING,
            LEVELS,
            DEFINITIONS,
            SELECTIONS,
            DEPTH,
            ALIASES,
            DIRECTIVES,
            QUERY_FIELDS,
            MUTATION_FIELDS,
            INTROSPECTION,
            VALUES,
            INPUT,
            OPERATIONS,
        ];
        [self.document()]
            .into_iter()
            .chain(fixed)
            .chain(self.cost.map(cost_limit))
            .chain(self.ingest.map(ingest_limit))
            .collect()
    }
}

/// The limit of what may be asked for at once.
pub(crate) fn cost_limit(allowance: Allowance) -> Limit {
    Limit::new("cost", allowance.at_once, "values")
}

/// The limit of what running work may write at once.
pub(crate) fn ingest_limit(allowance: Allowance) -> Limit {
    Limit::new("ingest", allowance.at_once, "points and events")
}

/// How many levels the library may follow.
pub(crate) fn levels() -> usize {
    usize::try_from(MAX_LEVELS).unwrap_or(usize::MAX)
}

/// Refuses a request that asks for too much, or that is no GraphQL at all, and says what the others ask for.
pub(crate) fn check(request: &mut Request, limits: &Limits) -> Result<Asked, ServerError> {
    limits.document().check(u64::try_from(request.query.len()).unwrap_or(u64::MAX))?;
    text::check(&request.query)?;
    let mut variables = std::mem::take(&mut request.variables);
    let name = request.operation_name.clone();
    let checked = match request.parsed_query() {
        // What long lists weigh is known for sure once they are read.
        Ok(document) => document::check(document, name.as_deref(), &variables).or_else(|exceeded| {
            let unsure = long::put_back(&mut variables);
            if unsure { document::check(document, name.as_deref(), &variables) } else { Err(exceeded) }
        }),
        Err(mut error) => {
            set_code(&mut error, Code::GraphqlParseFailed);
            Err(error)
        }
    };
    request.variables = variables;
    checked
}

/// Gives an error of the whole request its code.
pub(crate) fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

#[cfg(test)]
mod tests;
