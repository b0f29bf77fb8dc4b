//! Layouts: what a selection writes of each row, found in the tables once for all rows.

use std::sync::Arc;

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{Context, ContextSelectionSet, InputType, Positioned};
use futures_util::future::{BoxFuture, FutureExt, try_join_all};
use storage::read::Cells;
use storage::{Loader, Result};

use super::branch::Branch;
use super::leaf::Leaf;
use super::pieces::Pieces;
use super::rows::{Cell, Rows, places};
use super::table::{Known, Tabled};

/// A field that is asked for: its arguments, and what is selected beneath it.
pub struct Asked<'a> {
    ctx: Context<'a>,
    sets: Vec<&'a Positioned<SelectionSet>>,
}

/// The fields that are asked for, with the keys under which they are answered.
pub(super) type Fields<'a> = Vec<(&'a str, Asked<'a>)>;

impl<'a> Asked<'a> {
    /// The field of this context.
    pub(super) fn new(ctx: &ContextSelectionSet<'a>, field: &'a Positioned<Field>) -> Self {
        let ctx = ctx.query_env.create_context(ctx.schema_env, None, field, ctx.execute_data);
        Self { sets: vec![&field.node.selection_set], ctx }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'a str {
        &self.ctx.item.node.name.node
    }

    /// The argument of this name; none where it cannot be read.
    pub fn argument<T: InputType>(&self, name: &str) -> Option<T> {
        self.ctx.param_value(name, None).ok().map(|(_, argument)| argument)
    }

    /// The fields that are selected beneath it of an object of this type; none where some have directives.
    pub(super) fn fields(&self, of: &str) -> Option<Fields<'a>> {
        let mut fields = Vec::new();
        self.sets.iter().try_for_each(|set| self.add(&mut fields, set, of)).map(|()| fields)
    }

    fn add(&self, fields: &mut Fields<'a>, set: &'a Positioned<SelectionSet>, of: &str) -> Option<()> {
        for selection in &set.node.items {
            if !selection.node.directives().is_empty() {
                return None;
            }
            let (condition, beneath) = match &selection.node {
                Selection::Field(field) => {
                    self.add_field(fields, field);
                    continue;
                }
                Selection::InlineFragment(inline) => (inline.node.type_condition.as_ref(), &inline.node.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.ctx.query_env.fragments.get(&spread.node.fragment_name.node)?;
                    (Some(&fragment.node.type_condition), &fragment.node.selection_set)
                }
            };
            if condition.is_none_or(|condition| self.is_one(of, &condition.node.on.node)) {
                self.add(fields, beneath, of)?;
            }
        }
        Some(())
    }

    /// What is asked for under one key is answered once, with all that is selected beneath it.
    fn add_field(&self, fields: &mut Fields<'a>, field: &'a Positioned<Field>) {
        let key = field.node.response_key().node.as_str();
        match fields.iter_mut().find(|(other, _)| *other == key) {
            Some((_, asked)) => asked.sets.push(&field.node.selection_set),
            None => fields.push((key, Self::new(&self.ctx.with_selection_set(&field.node.selection_set), field))),
        }
    }

    /// Whether an object of this type is one of another, which may be an interface.
    fn is_one(&self, of: &str, another: &str) -> bool {
        let implements = &self.ctx.schema_env.registry.implements;
        of == another || implements.get(of).is_some_and(|interfaces| interfaces.contains(another))
    }
}

/// A key with what stands between it and its value.
pub(super) fn key(key: &str) -> String {
    format!("\"{key}\":")
}

/// A text in quotes that needs no others.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The field that tells the type.
pub(super) const TYPE: &str = "__typename";

/// What a selection writes of each row.
pub struct Layout<E: 'static> {
    members: Vec<(String, Step<E>)>,
    branches: Vec<Box<dyn Branch<E>>>,
}

enum Step<E: 'static> {
    /// The type.
    Type(String),
    /// A leaf.
    Leaf(&'static Leaf<E>),
    /// What hangs on the row, by the number of the branch.
    Branch(usize),
}

impl<E: Send + Sync + 'static> Layout<E> {
    /// What this selects of an object; none where something is not known.
    pub fn of<N: Tabled<Of = E>>(asked: &Asked<'_>) -> Option<Self> {
        let mut layout = Self { members: Vec::new(), branches: Vec::new() };
        let name = N::name();
        for (name_of_field, asked) in asked.fields(&name)? {
            let step = match asked.name() {
                TYPE => Step::Type(quoted(&name)),
                field => match N::table().field(field)? {
                    Known::Leaf(leaf) => Step::Leaf(leaf),
                    Known::Branch(grow) => {
                        layout.branches.push(grow(&asked)?);
                        Step::Branch(layout.branches.len() - 1)
                    }
                },
            };
            layout.members.push((key(name_of_field), step));
        }
        Some(layout)
    }

    /// The columns of which all of it is made; none where a leaf takes the whole row.
    pub(super) fn columns(&self) -> Option<Vec<&'static str>> {
        let leaves = self.members.iter().filter_map(|(_, step)| match step {
            Step::Leaf(leaf) => Some(leaf.of_cells.map(|(columns, _)| columns)),
            Step::Type(_) | Step::Branch(_) => None,
        });
        let columns: Option<Vec<_>> = leaves.chain(self.branches.iter().map(|branch| Some(branch.columns()))).collect();
        Some(columns?.concat())
    }

    /// Writes it of each row, after what hangs on them.
    pub fn write<'a>(&'a self, rows: &'a Rows<E>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let branches = try_join_all(self.branches.iter().map(|branch| branch.grow(rows, loader))).await?;
            match rows {
                Rows::Whole(rows) => Ok(self.write_whole(rows, &branches)),
                Rows::Cells(cells) => self.write_cells(cells, &branches),
            }
        }
        .boxed()
    }

    fn write_whole(&self, rows: &[Arc<E>], branches: &[Pieces]) -> Pieces {
        Pieces::of(rows.iter().enumerate(), |text, (nth, row)| {
            text.object(&self.members, |text, step| match step {
                Step::Type(name) => text.raw(name),
                Step::Leaf(leaf) => (leaf.of_row)(row, text),
                Step::Branch(branch) => text.piece(branches[*branch].nth(nth)),
            });
        })
    }

    fn write_cells(&self, cells: &Cells, branches: &[Pieces]) -> Result<Pieces> {
        let placed = |step: &_| match step {
            Step::Leaf(Leaf { of_cells: Some((names, _)), .. }) => places(cells, names),
            _ => Vec::new(),
        };
        let members: Vec<_> = self.members.iter().map(|(name, step)| (name, (step, placed(step)))).collect();
        let mut done = Ok(());
        let pieces = Pieces::of(0..cells.len(), |text, nth| {
            text.object(&members, |text, (step, places)| match step {
                Step::Type(name) => text.raw(name),
                Step::Leaf(Leaf { of_cells: Some((_, write)), .. }) => {
                    if let Err(why) = write(&Cell { cells, nth, places }, text) {
                        done = Err(why);
                    }
                }
                Step::Leaf(_) => unreachable!("what cells do not tell is asked of whole rows"),
                Step::Branch(branch) => text.piece(branches[*branch].nth(nth)),
            });
        });
        done.map(|()| pieces)
    }
}
