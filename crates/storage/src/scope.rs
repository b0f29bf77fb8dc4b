//! Who sees which rows: the policy says it, and every statement has it as a condition.

use domain::files::Sender;
use domain::project::{Project, ProjectMember};
use domain::{Action, Seen, Sees, Viewer};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, IntoCondition, JoinType, LockType, Query, SelectStatement,
};
use sea_orm::{ColumnTrait, IdenStatic};

use crate::dialect::{Dialect, Lock, turn};
use crate::row::{Column, Row, column_named, find_column, id_column};

/// A row above another that hides it when it is deleted.
#[derive(Clone, Copy)]
pub struct Ancestor<C> {
    /// The column that names it.
    pub column: C,
    /// The column that names what it stands under itself, as the foreign key has it.
    shared: Option<C>,
    /// The table of those rows.
    pub(crate) table: &'static str,
    /// The condition that the row named by an expression is live, beside these that are asked about.
    alive: fn(Expr, Depth, &[Named]) -> Expr,
    /// The condition that the viewer sees it.
    seen: fn(Expr, &Viewer, Dialect, Depth) -> Expr,
    /// The same row, locked while it is live, if it is.
    locked: fn(Expr, Depth) -> SelectStatement,
    /// The ids of all that are not live.
    dead: fn() -> SelectStatement,
}

impl<C> Ancestor<C> {
    /// The `P` that this column names.
    pub fn of<P: Row>(column: C) -> Self {
        Self {
            column,
            shared: None,
            table: P::TABLE,
            alive: alive::<P>,
            seen: seen::<P>,
            locked: locked::<P>,
            dead: dead::<P>,
        }
    }

    /// The same, which stands under the row that this column names, by the foreign key.
    #[must_use]
    pub fn with(self, shared: C) -> Self {
        Self { shared: Some(shared), ..self }
    }

    /// A select of the ids of all such rows that hide what is under them, from the outermost table.
    pub(crate) fn dead(&self) -> SelectStatement {
        (self.dead)()
    }
}

/// A row that is asked about: whether it is live is another part of the same condition.
#[derive(Clone)]
struct Named {
    /// Its table.
    table: &'static str,
    /// What names it.
    id: Expr,
}

/// How deep in nested selects a table stands; each depth has an alias of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth(u8);

impl Depth {
    /// The outermost select.
    pub(crate) const OUTER: Self = Self(0);

    /// One select further in.
    #[must_use]
    pub(crate) fn inner(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The alias of the table at this depth.
    pub(crate) fn alias(self) -> Alias {
        Alias::new(format!("t{}", self.0))
    }

    /// A column of the table at this depth.
    pub(crate) fn column<C: ColumnTrait>(self, column: C) -> Expr {
        Expr::col((self.alias(), column))
    }

    /// A select from an entity's table at this depth.
    pub(crate) fn select_from<E: Row>(self) -> SelectStatement {
        Query::select().from_as(Alias::new(E::TABLE), self.alias()).take()
    }
}

/// What is known of a row before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing.
    Nothing,
    /// The viewer sees the row that this column names, which is in the same project.
    ParentSeen(&'static str),
}

/// The condition that the viewer sees the row of `E` at this depth, and that it is live.
pub(crate) fn visible<E: Row>(viewer: &Viewer, dialect: Dialect, depth: Depth, known: Known) -> Condition {
    let itself = visible_itself::<E>(viewer, dialect, depth, known);
    unhidden::<E>(itself, depth, &hiding::<E>(known), &[])
}

/// Like `visible`, whatever stands above the row.
pub(crate) fn visible_itself<E: Row>(viewer: &Viewer, dialect: Dialect, depth: Depth, known: Known) -> Condition {
    let scope = if known == Known::Nothing { in_scope::<E>(viewer, dialect, depth) } else { None };
    live_itself::<E>(Condition::all().add_option(scope), depth)
}

/// The columns that name what may hide the row of `E` at this depth, and the condition that nothing of it does; none where
/// nothing may.
pub(crate) fn above<E: Row>(depth: Depth, known: Known) -> Option<(Vec<Expr>, Condition)> {
    let hiding = Some(hiding::<E>(known)).filter(|hiding| !hiding.is_empty())?;
    let columns = hiding.iter().map(|ancestor| depth.column(ancestor.column)).collect();
    Some((columns, unhidden::<E>(Condition::all(), depth, &hiding, &[])))
}

/// What may hide a row of `E`.
fn hiding<E: Row>(known: Known) -> Vec<Ancestor<Column<E>>> {
    let seen = match (E::SEEN, known) {
        // What is seen through its parent asks for the parent's being live as well.
        (Seen::Through(parent), _) | (_, Known::ParentSeen(parent)) => Some(parent),
        _ => None,
    };
    let mut above = E::ancestors();
    // What is seen is hidden by nothing that it stands under.
    let seen: Vec<&str> = above
        .iter()
        .filter(|ancestor| seen == Some(ancestor.column.as_str()))
        .flat_map(|ancestor| [ancestor.column].into_iter().chain(ancestor.shared))
        .map(|column| column.as_str())
        .collect();
    above.retain(|ancestor| !seen.contains(&ancestor.column.as_str()));
    above
}

/// The condition that the viewer sees the row of `P` which an expression names.
fn seen<P: Row>(named: Expr, viewer: &Viewer, dialect: Dialect, depth: Depth) -> Expr {
    let found = Condition::all().add(depth.column(id_column::<P>()).eq(named));
    exists::<P>(depth, found.add(visible::<P>(viewer, dialect, depth, Known::Nothing)))
}

/// Adds that the row at this depth and all its ancestors are live, its project apart.
fn live<E: Row>(condition: Condition, depth: Depth, asked: &[Named]) -> Condition {
    unhidden::<E>(live_itself::<E>(condition, depth), depth, &E::ancestors(), asked)
}

/// Adds that the row at this depth is live, whatever stands above it.
fn live_itself<E: Row>(condition: Condition, depth: Depth) -> Condition {
    condition.add_option(find_column::<E>("deleted_at").map(|deleted_at| depth.column(deleted_at).is_null()))
}

/// Adds that the row at this depth is hidden by none of these ancestors. One that is asked about already, as a plan's
/// paper mostly is that of its run, is not looked up again.
fn unhidden<E: Row>(mut condition: Condition, depth: Depth, by: &[Ancestor<Column<E>>], asked: &[Named]) -> Condition {
    let mut below = asked.to_vec();
    below.extend(by.iter().map(|of| Named { table: of.table, id: depth.column(of.column) }));
    for ancestor in by {
        let id = depth.column(ancestor.column);
        let same = asked.iter().filter(|row| row.table == ancestor.table).map(|row| id.clone().eq(row.id.clone()));
        let none_or_same = same.fold(id.clone().is_null(), Expr::or);
        condition = condition.add(none_or_same.or((ancestor.alive)(id, depth.inner(), &below)));
    }
    condition
}

/// The condition that the row of `P` which an expression names is live, beside these that are asked about.
fn alive<P: Row>(named: Expr, depth: Depth, asked: &[Named]) -> Expr {
    let found = Condition::all().add(depth.column(id_column::<P>()).eq(named));
    exists::<P>(depth, live::<P>(found, depth, asked))
}

/// The ids of the rows of `P` that are not live.
fn dead<P: Row>() -> SelectStatement {
    let depth = Depth::OUTER;
    let live = live::<P>(Condition::all(), depth, &[]);
    depth.select_from::<P>().column((depth.alias(), id_column::<P>())).cond_where(live.not()).take()
}

/// The row of `P` that an expression names, if it and all above it are live, its project apart; locked so that they stay
/// so.
fn locked<P: Row>(named: Expr, depth: Depth) -> SelectStatement {
    let mut select = depth.select_from::<P>();
    select.column((depth.alias(), id_column::<P>())).and_where(depth.column(id_column::<P>()).eq(named));
    if let Some(deleted_at) = find_column::<P>("deleted_at") {
        select.and_where(depth.column(deleted_at).is_null());
    }
    under_live_rows(&mut select, Dialect::Postgres, depth, P::ancestors());
    select.and_where(turn(depth.column(id_column::<P>()), Lock::Share));
    select.lock_with_tables(LockType::Share, [depth.alias()]).take()
}

/// Locks the rows of a select of rows to be written; those that others stand under in their turn.
pub(crate) fn lock<E: Row>(select: &mut SelectStatement, dialect: Dialect, lock: Lock) {
    if dialect == Dialect::Postgres && find_column::<E>("deleted_at").is_some() {
        select.and_where(turn(Depth::OUTER.column(id_column::<E>()), lock));
    }
    dialect.lock(select, Depth::OUTER.alias(), lock);
}

/// Adds to a select of rows to be written that all above them is live: the project too, whatever the viewer was known to
/// see when the request began. On PostgreSQL it is locked, so that it stays so until the end; SQLite's writer is alone.
pub(crate) fn under_live<E: Row>(select: &mut SelectStatement, dialect: Dialect) {
    let mut above = E::ancestors();
    let named = above.iter().any(|ancestor| ancestor.column.as_str() == PROJECT);
    if let Some(project) = find_column::<E>(PROJECT).filter(|_| !named) {
        above.insert(0, Ancestor::of::<Project>(project));
    }
    under_live_rows(select, dialect, Depth::OUTER, above);
}

/// Adds to a select that these rows above those at this depth are live, and locks them.
fn under_live_rows<C: ColumnTrait>(
    select: &mut SelectStatement,
    dialect: Dialect,
    depth: Depth,
    above: Vec<Ancestor<C>>,
) {
    for (at, ancestor) in above.into_iter().enumerate() {
        let named = depth.column(ancestor.column);
        let live = match dialect {
            Dialect::Sqlite => (ancestor.alive)(named.clone(), depth.inner(), &[]),
            Dialect::Postgres => {
                let alias = Alias::new(format!("above{at}"));
                let found = (ancestor.locked)(named.clone(), depth.inner());
                select.join_lateral(JoinType::LeftJoin, found, alias.clone(), Expr::val(true));
                Expr::col((alias, Alias::new("id"))).is_not_null()
            }
        };
        select.and_where(named.is_null().or(live));
    }
}

/// The condition that the policy lets the viewer see the row at this depth; none where they see all.
fn in_scope<E: Row>(viewer: &Viewer, dialect: Dialect, depth: Depth) -> Option<Condition> {
    let column = |name| depth.column(column_named::<E>(name));
    let own = |name| viewer.account().map(|user| column(name).eq(user.uuid()));
    let nobody = || Expr::val(false);
    match E::SEEN {
        Seen::Project => within(dialect, column("id"), viewer.sees()).map(Expr::into_condition),
        Seen::InProject => {
            let live = || alive::<Project>(column(PROJECT), depth.inner(), &[]);
            Some(within(dialect, column(PROJECT), viewer.sees()).unwrap_or_else(live).into_condition())
        }
        Seen::InProjectOrGlobal => {
            let live = || alive::<Project>(column(PROJECT), depth.inner(), &[]);
            let of_project = within(dialect, column(PROJECT), viewer.sees()).unwrap_or_else(live);
            let global = column(PROJECT).is_null();
            Some(Condition::any().add(of_project).add_option(viewer.is_admitted().then_some(global)))
        }
        Seen::Through(parent) => {
            let parent = E::ancestors().into_iter().find(|ancestor| ancestor.column.as_str() == parent)?;
            Some((parent.seen)(depth.column(parent.column), viewer, dialect, depth.inner()).into_condition())
        }
        Seen::Sharing => shares_a_project(viewer, dialect, column("id"), depth.inner()),
        Seen::Own(user) => Some(own(user).unwrap_or_else(nobody).into_condition()),
        Seen::Sender => {
            let sent = viewer.sender().map(|sender| match sender {
                Sender::User(user) => column("created_by").eq(user.uuid()),
                Sender::Key(key) => column("api_key_id").eq(key.uuid()),
            });
            Some(sent.unwrap_or_else(nobody).into_condition())
        }
        Seen::Key => {
            let kept = within(dialect, column(PROJECT), viewer.may_in(Action::Keep))?;
            let of_project = column("user_id").is_null().and(kept);
            let itself = viewer.actor().key().map(|key| column("id").eq(key.uuid()));
            Some(Condition::any().add_option(own("user_id")).add_option(itself).add(of_project))
        }
        Seen::Ledger(action) => within(dialect, column(PROJECT), viewer.may_in(action)).map(Expr::into_condition),
        Seen::Never => Some(nobody().into_condition()),
    }
}

/// The column of the project, which every row of one has.
pub(crate) const PROJECT: &str = "project_id";

fn shares_a_project(viewer: &Viewer, dialect: Dialect, user: Expr, depth: Depth) -> Option<Condition> {
    if viewer.sees_all_accounts() {
        return None;
    }
    let member = |name| depth.column(column_named::<ProjectMember>(name));
    let theirs = Condition::all().add(member("user_id").eq(user.clone())).add_option(within(
        dialect,
        member(PROJECT),
        viewer.sees(),
    ));
    let themself = viewer.user().map(|own| user.eq(own.uuid()));
    Some(Condition::any().add_option(themself).add(exists::<ProjectMember>(depth, theirs)))
}

/// Whether a row of `E` with this condition exists.
pub(crate) fn exists<E: Row>(depth: Depth, condition: Condition) -> Expr {
    Expr::exists(depth.select_from::<E>().expr(Expr::val(1)).cond_where(condition).take())
}

/// The condition that a project is one of these; none where it may be any.
fn within(dialect: Dialect, project: Expr, sees: Sees) -> Option<Expr> {
    let Sees::These(projects) = sees else { return None };
    let ids: Vec<_> = projects.iter().map(|project| project.uuid()).collect();
    Some(dialect.among(project, &ids))
}

/// Whether a child's visibility follows from its parent's, when both are in the same project, or it is seen through it.
pub(crate) fn follows_parent<P: Row, C: Row>() -> bool {
    match C::SEEN {
        Seen::InProject | Seen::Through(_) => matches!(P::SEEN, Seen::Project | Seen::InProject),
        // What stands under a project is not global.
        Seen::InProjectOrGlobal => P::SEEN == Seen::Project,
        _ => false,
    }
}
