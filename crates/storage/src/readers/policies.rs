//! The policy as PostgreSQL keeps it: for each entity who sees its rows, which rows hide them, and which columns are shown.

use domain::project::MemberRole;
use domain::{Action, Choice, Seen};
use sea_orm::sea_query::{Expr, PostgresQueryBuilder};
use sea_orm::{IdenStatic, Iterable};

use crate::entities;
use crate::row::{Column, Row, find_column};
use crate::scope::Ancestor;

/// The name of the policy of each table.
const POLICY: &str = "readers_see";

/// A table as its readers see it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// The columns that are shown; none of a table of which nothing is.
    pub(super) columns: Vec<&'static str>,
    /// The functions that its policy needs, and the policy itself.
    pub(super) script: String,
}

/// All tables of entities.
pub(super) fn tables(schema: &str) -> Vec<Table> {
    macro_rules! each {
        ($($entity:ty),+) => { vec![$(table::<$entity>(schema)),+] };
    }
    entities!(each)
}

fn table<E: Row>(schema: &str) -> Table {
    let Some(seen) = seen::<E>() else { return Table { name: E::TABLE, columns: Vec::new(), script: String::new() } };
    let (mut conditions, mut script) = (vec![seen], String::new());
    if find_column::<E>("deleted_at").is_some() {
        conditions.push("deleted_at IS NULL".to_owned());
    }
    // What is seen through its parent is hidden with it.
    let above = if matches!(E::SEEN, Seen::Through(_)) { Vec::new() } else { E::ancestors() };
    for ancestor in above {
        let (column, function) =
            (ancestor.column.as_str(), format!("reader_hidden_{}_{}", E::TABLE, ancestor.column.as_str()));
        script += &hidden::<E>(&ancestor, &function, schema);
        conditions.push(format!("({column} IS NULL OR {column} NOT IN (SELECT {function}()))"));
    }
    script += &format!("CREATE POLICY {POLICY} ON {} FOR SELECT USING ({});\n", E::TABLE, conditions.join(" AND "));
    let columns =
        Column::<E>::iter().map(|column| column.as_str()).filter(|name| !E::secrets().contains(name)).collect();
    Table { name: E::TABLE, columns, script }
}

/// The condition that the reader sees a row, its being live apart; none where nobody does. What does not depend on the row
/// stands in a select of its own, so that it is found once a statement.
fn seen<E: Row>() -> Option<String> {
    const USER: &str = "(SELECT reader_user())";
    const ADMIN: &str = "(SELECT reader_is_admin())";
    Some(match E::SEEN {
        Seen::Project => format!("id = ANY ({})", projects(Action::Read)),
        Seen::InProject => format!("project_id = ANY ({})", projects(Action::Read)),
        Seen::InProjectOrGlobal => {
            let of_project = format!("project_id = ANY ({})", projects(Action::Read));
            format!("({of_project} OR project_id IS NULL AND (SELECT reader_is_admitted()))")
        }
        // Row-level security holds for the parents in their turn.
        Seen::Through(column) => {
            let above = E::ancestors().into_iter().find(|ancestor| ancestor.column.as_str() == column)?;
            format!("{column} IN (SELECT id FROM {})", above.table)
        }
        Seen::Sharing => {
            let fellows = format!("(SELECT reader_fellows({}))::uuid[]", roles(Action::Read));
            format!("({ADMIN} OR id = {USER} OR id = ANY ({fellows}))")
        }
        Seen::Own(column) => format!("{column} = {USER}"),
        Seen::Sender => format!("created_by = {USER}"),
        Seen::Key => {
            let kept = projects(Action::Keep);
            format!("({ADMIN} OR user_id = {USER} OR user_id IS NULL AND project_id = ANY ({kept}))")
        }
        Seen::Ledger(action) => format!("({ADMIN} OR project_id = ANY ({}))", projects(action)),
        Seen::Never => return None,
    })
}

fn projects(action: Action) -> String {
    format!("(SELECT reader_projects({}))::uuid[]", roles(action))
}

/// The roles in a project that allow an action.
fn roles(action: Action) -> String {
    let roles = MemberRole::ALL.iter().filter(|role| role.allows(action)).map(|role| role.as_str());
    format!("'{{{}}}'", roles.collect::<Vec<_>>().join(","))
}

/// A function of the ids of the rows that hide others, being deleted: only those above rows that the reader would see.
fn hidden<E: Row>(ancestor: &Ancestor<Column<E>>, function: &str, schema: &str) -> String {
    let theirs = if E::SEEN == Seen::InProject {
        format!("t0.project_id = ANY ({})", projects(Action::Read))
    } else {
        let (column, theirs) = (ancestor.column.as_str(), seen::<E>().unwrap_or_else(|| "false".to_owned()));
        format!("t0.id IN (SELECT {column} FROM {} WHERE {theirs})", E::TABLE)
    };
    let mut dead = ancestor.dead();
    dead.and_where(Expr::cust(theirs));
    format!(
        "CREATE FUNCTION {function}() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, {schema}, pg_temp AS $$ {} $$;\n",
        dead.to_string(PostgresQueryBuilder)
    )
}
