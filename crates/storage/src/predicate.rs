//! Conditions on rows, as clients compose them; every one is either true or false, never unknown.

mod at;

use std::fmt::Debug;
use std::sync::Arc;

use domain::{Entity, JsonPath, Viewer};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Value};

use crate::dialect::Dialect;
use crate::edge::Edge;
use crate::row::{Column, Row, id_column};
use crate::scope::{Depth, Known, exists, follows_parent, visible};

/// A condition on a row of `E`.
pub enum Predicate<E: Row> {
    /// All of these hold; with none of them it is true.
    All(Vec<Self>),
    /// One of these holds; with none of them it is false.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A column passes a test.
    Column(Column<E>, Test),
    /// What stands at the end of a path in a JSON column passes a test.
    At(Column<E>, JsonPath, Test),
    /// Rows at the other end of an edge pass a test.
    Related(Arc<dyn Relation>),
}

/// A test of a column's value.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is this.
    Eq(Value),
    /// It is one of these.
    In(Vec<Value>),
    /// It is less.
    Lt(Value),
    /// It is less or the same.
    Lte(Value),
    /// It is greater.
    Gt(Value),
    /// It is greater or the same.
    Gte(Value),
    /// It is absent, or not.
    IsNull(bool),
    /// The text has this within it, to the letter.
    Contains(String),
    /// The text begins with this, to the letter.
    StartsWith(String),
    /// The text ends with this, to the letter.
    EndsWith(String),
    /// The list of texts has this among them.
    Has(String),
}

/// Who asks, of which database: what a condition needs to become SQL.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub(crate) viewer: &'a Viewer,
    pub(crate) dialect: Dialect,
}

/// How much a condition asks of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many tests and groups of tests it has.
    pub tests: usize,
    /// How many values they compare with.
    pub values: usize,
    /// How many relations stand within each other.
    pub relations: usize,
}

impl Weight {
    fn and(self, other: Self) -> Self {
        let (tests, values) = (self.tests + other.tests, self.values + other.values);
        Self { tests, values, relations: self.relations.max(other.relations) }
    }
}

/// A condition on the rows at the other end of an edge.
pub trait Relation: Debug + Send + Sync {
    /// How much the condition asks of the database, this edge included.
    fn weight(&self) -> Weight;

    /// The condition on the row at this depth.
    fn condition(&self, asked: Asked<'_>, depth: Depth) -> Expr;
}

/// How many of the children must pass.
#[derive(Clone, Copy, Debug)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// All that there are.
    Every,
    /// Not one.
    None,
}

impl<E: Row> Predicate<E> {
    /// How many of the children along an edge pass.
    pub fn children<X: Edge<Parent = E>>(quantifier: Quantifier, predicate: Predicate<X::Child>) -> Self {
        Self::Related(Arc::new(Children::<X> { quantifier, predicate }))
    }

    /// The parent along an edge is there and passes.
    pub fn parent<X: Edge<Child = E>>(predicate: Predicate<X::Parent>) -> Self {
        Self::Related(Arc::new(Parent::<X> { predicate }))
    }

    /// How much it asks of the database.
    pub fn weight(&self) -> Weight {
        let one = Weight { tests: 1, ..Weight::default() };
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::weight).fold(one, Weight::and),
            Self::Not(part) => one.and(part.weight()),
            Self::Column(_, test) | Self::At(_, _, test) => Weight { values: test.values(), ..one },
            Self::Related(relation) => one.and(relation.weight()),
        }
    }

    pub(crate) fn condition(&self, asked: Asked<'_>, depth: Depth) -> Condition {
        match self {
            Self::All(parts) => parts.iter().fold(Condition::all(), |all, part| all.add(part.condition(asked, depth))),
            Self::Any(parts) if parts.is_empty() => Condition::all().add(Expr::val(1).eq(0)),
            Self::Any(parts) => parts.iter().fold(Condition::any(), |any, part| any.add(part.condition(asked, depth))),
            Self::Not(part) => Condition::all().add(not_true(part.condition(asked, depth))),
            Self::Column(column, test) => Condition::all().add(test.condition(depth.column(*column), asked.dialect)),
            Self::At(column, path, test) => test.condition_at(depth.column(*column), path, asked.dialect),
            Self::Related(relation) => Condition::all().add(relation.condition(asked, depth)),
        }
    }
}

impl Test {
    /// How many values it compares with.
    fn values(&self) -> usize {
        if let Self::In(values) = self { values.len() } else { 1 }
    }

    fn condition(&self, column: Expr, dialect: Dialect) -> Expr {
        match self {
            Self::Eq(value) => column.eq(value.clone()),
            Self::In(values) if values.is_empty() => Expr::val(1).eq(0),
            Self::In(values) => column.is_in(values.clone()),
            Self::Lt(value) => column.lt(value.clone()),
            Self::Lte(value) => column.lte(value.clone()),
            Self::Gt(value) => column.gt(value.clone()),
            Self::Gte(value) => column.gte(value.clone()),
            Self::IsNull(true) => column.is_null(),
            Self::IsNull(false) => column.is_not_null(),
            Self::Contains(part) => dialect.contains(column, part.clone()),
            Self::StartsWith(start) => dialect.starts_with(column, start),
            Self::EndsWith(end) => dialect.ends_with(column, end),
            Self::Has(text) => dialect.has(column, text),
        }
    }
}

/// Whether a condition is false or unknown: where a column is absent, its tests fail.
fn not_true(condition: Condition) -> Expr {
    Expr::from(Func::coalesce([condition.into(), Expr::val(false)])).not()
}

fn through(weight: Weight) -> Weight {
    Weight { relations: weight.relations + 1, ..weight }
}

struct Children<X: Edge> {
    quantifier: Quantifier,
    predicate: Predicate<X::Child>,
}

impl<X: Edge> Relation for Children<X> {
    fn weight(&self) -> Weight {
        through(self.predicate.weight())
    }

    fn condition(&self, asked: Asked<'_>, depth: Depth) -> Expr {
        let inner = depth.inner();
        let known = if follows_parent::<X::Parent, X::Child>() { Known::ParentSeen(X::KEY) } else { Known::Nothing };
        let own = X::hangs_on(inner, depth.column(id_column::<X::Parent>()));
        let children = visible::<X::Child>(asked.viewer, asked.dialect, inner, known).add(own);
        let passes = self.predicate.condition(asked, inner);
        match self.quantifier {
            Quantifier::Some => exists::<X::Child>(inner, children.add(passes)),
            Quantifier::None => exists::<X::Child>(inner, children.add(passes)).not(),
            Quantifier::Every => exists::<X::Child>(inner, children.add(not_true(passes))).not(),
        }
    }
}

struct Parent<X: Edge> {
    predicate: Predicate<X::Parent>,
}

impl<X: Edge> Relation for Parent<X> {
    fn weight(&self) -> Weight {
        through(self.predicate.weight())
    }

    fn condition(&self, asked: Asked<'_>, depth: Depth) -> Expr {
        let inner = depth.inner();
        let own = X::hangs_on(depth, inner.column(id_column::<X::Parent>()));
        let parent = visible::<X::Parent>(asked.viewer, asked.dialect, inner, Known::Nothing).add(own);
        exists::<X::Parent>(inner, parent.add(self.predicate.condition(asked, inner)))
    }
}

impl<E: Row> Clone for Predicate<E> {
    fn clone(&self) -> Self {
        match self {
            Self::All(parts) => Self::All(parts.clone()),
            Self::Any(parts) => Self::Any(parts.clone()),
            Self::Not(part) => Self::Not(part.clone()),
            Self::Column(column, test) => Self::Column(*column, test.clone()),
            Self::At(column, path, test) => Self::At(*column, path.clone(), test.clone()),
            Self::Related(relation) => Self::Related(Arc::clone(relation)),
        }
    }
}

impl<E: Row> Debug for Predicate<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All(parts) => f.debug_tuple("All").field(parts).finish(),
            Self::Any(parts) => f.debug_tuple("Any").field(parts).finish(),
            Self::Not(part) => f.debug_tuple("Not").field(part).finish(),
            Self::Column(column, test) => write!(f, "{}.{column:?} {test:?}", E::TABLE),
            Self::At(column, path, test) => write!(f, "{}.{column:?} at {path} {test:?}", E::TABLE),
            Self::Related(relation) => relation.fmt(f),
        }
    }
}

impl<X: Edge> Debug for Children<X> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {}.{}: {:?}", self.quantifier, X::Child::TABLE, X::KEY, self.predicate)
    }
}

impl<X: Edge> Debug for Parent<X> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the one in {}: {:?}", X::KEY, self.predicate)
    }
}
