//! Who sees which rows: every entity says it once, and every statement has it as a condition.

use domain::project::{Project, ProjectMember};
use domain::{Sees, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoCondition, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, IdenStatic};

use crate::dialect::{Dialect, Lock, turn};
use crate::row::{Row, column_named, find_column, id_column};

/// By what a row is seen.
#[derive(Clone, Copy, Debug)]
pub enum Scope<C> {
    /// It is a project, seen by its members.
    Project,
    /// It belongs to the project in this column, and is seen with it.
    InProject(C),
    /// It is seen by the user in this column alone.
    Owned(C),
    /// It is a user, seen by whoever shares a project with them.
    Sharing,
}

/// A row above another that hides it when it is deleted.
#[derive(Clone, Copy)]
pub struct Ancestor<C> {
    /// The column that names it.
    pub column: C,
    /// The condition that the row named by an expression is live.
    alive: fn(Expr, Depth) -> Expr,
    /// The same row, locked while it is live, if it is.
    locked: fn(Expr, Depth) -> SelectStatement,
}

impl<C> Ancestor<C> {
    /// The `P` that this column names.
    pub fn of<P: Row>(column: C) -> Self {
        Self { column, alive: alive::<P>, locked: locked::<P> }
    }
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
    let mut condition = Condition::all();
    if known == Known::Nothing {
        condition = condition.add_option(in_scope::<E>(viewer, dialect, depth));
    }
    live::<E>(condition, depth, known)
}

/// The condition that the row at this depth and all its ancestors are live, its project apart.
fn live<E: Row>(mut condition: Condition, depth: Depth, known: Known) -> Condition {
    if let Some(deleted_at) = find_column::<E>("deleted_at") {
        condition = condition.add(depth.column(deleted_at).is_null());
    }
    for ancestor in E::ancestors() {
        if known != Known::ParentSeen(ancestor.column.as_str()) {
            let named = depth.column(ancestor.column);
            condition = condition.add(named.clone().is_null().or((ancestor.alive)(named, depth.inner())));
        }
    }
    condition
}

/// The condition that the row of `P` which an expression names is live.
fn alive<P: Row>(named: Expr, depth: Depth) -> Expr {
    let found = Condition::all().add(depth.column(id_column::<P>()).eq(named));
    exists::<P>(depth, live::<P>(found, depth, Known::Nothing))
}

/// The row of `P` that an expression names, if it is live itself, locked so that it stays so.
fn locked<P: Row>(named: Expr, depth: Depth) -> SelectStatement {
    let mut select = depth.select_from::<P>();
    select.column((depth.alias(), id_column::<P>())).and_where(depth.column(id_column::<P>()).eq(named));
    if let Some(deleted_at) = find_column::<P>("deleted_at") {
        select.and_where(depth.column(deleted_at).is_null());
    }
    select.and_where(turn(depth.column(id_column::<P>()), Lock::Share));
    select.lock_shared().take()
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
    if let Scope::InProject(column) = E::scope() {
        above.insert(0, Ancestor::of::<Project>(column));
    }
    let depth = Depth::OUTER;
    for (at, ancestor) in above.into_iter().enumerate() {
        let named = depth.column(ancestor.column);
        let live = match dialect {
            Dialect::Sqlite => (ancestor.alive)(named.clone(), depth.inner()),
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

/// The condition that the viewer's projects, or their own account, hold the row at this depth.
fn in_scope<E: Row>(viewer: &Viewer, dialect: Dialect, depth: Depth) -> Option<Condition> {
    match E::scope() {
        Scope::Project => match viewer.sees() {
            Sees::All => None,
            Sees::These(projects) => Some(among(dialect, depth.column(id_column::<E>()), &projects).into_condition()),
        },
        Scope::InProject(column) => {
            let project = depth.column(column);
            Some(match viewer.sees() {
                Sees::All => alive::<Project>(project, depth.inner()).into_condition(),
                Sees::These(projects) => among(dialect, project, &projects).into_condition(),
            })
        }
        Scope::Owned(column) => {
            let own = viewer.user().map(|user| depth.column(column).eq(user.uuid()));
            Some(own.unwrap_or_else(|| Expr::val(false)).into_condition())
        }
        Scope::Sharing => shares_a_project(viewer, dialect, depth.column(id_column::<E>()), depth.inner()),
    }
}

fn shares_a_project(viewer: &Viewer, dialect: Dialect, user: Expr, depth: Depth) -> Option<Condition> {
    if viewer.sees_all_accounts() {
        return None;
    }
    let Sees::These(projects) = viewer.sees() else { return None };
    let member = |name| depth.column(column_named::<ProjectMember>(name));
    let theirs =
        Condition::all().add(member("user_id").eq(user.clone())).add(among(dialect, member("project_id"), &projects));
    let themself = viewer.user().map(|own| user.eq(own.uuid()));
    Some(Condition::any().add_option(themself).add(exists::<ProjectMember>(depth, theirs)))
}

/// Whether a row of `E` with this condition exists.
pub(crate) fn exists<E: Row>(depth: Depth, condition: Condition) -> Expr {
    Expr::exists(depth.select_from::<E>().expr(Expr::val(1)).cond_where(condition).take())
}

fn among(dialect: Dialect, column: Expr, projects: &[domain::Id<Project>]) -> Expr {
    let ids: Vec<_> = projects.iter().map(|project| project.uuid()).collect();
    dialect.among(column, &ids)
}

/// Whether a child's visibility follows from its parent's, when both are in the same project.
pub(crate) fn follows_parent<P: Row, C: Row>() -> bool {
    matches!(P::scope(), Scope::Project | Scope::InProject(_)) && matches!(C::scope(), Scope::InProject(_))
}
