//! Readers: login roles of PostgreSQL that read the database beside the server, each for a user, and see the rows that this
//! user sees. What row-level security lets them see is made from the policy that the server asks.

mod policies;
mod roles;

pub use roles::{Reader, add, list, remove};

use sea_orm::{ConnectionTrait, Statement};

use crate::connect::Pools;
use crate::dialect::Dialect;
use crate::error::Result;
use policies::tables;

/// Tables of which readers see nothing: what the server keeps for itself, and what has no entity yet.
pub const KITS: [&str; 8] = [
    "creations",
    "ledger_heads",
    "object_deletions",
    "readers",
    "runs",
    "schema_migrations",
    "sign_in_attempts",
    "tasks",
];

/// The scripts that bring row-level security in line with the policy, run in the transaction that migrates. They are empty
/// on SQLite, which nobody reads but by its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scripts {
    /// Before steps are taken or taken back: takes away what could be in their way.
    pub before: String,
    /// After steps were taken: makes it anew.
    pub after_up: String,
    /// After steps were taken back: the last of them takes the list of readers with it.
    pub after_down: String,
}

/// The scripts for this database.
pub async fn scripts(pools: &Pools) -> Result<Scripts> {
    if pools.dialect() == Dialect::Sqlite {
        return Ok(Scripts::default());
    }
    let schema = schema(pools.writer()).await?;
    Ok(Scripts {
        before: include_str!("drop.sql").to_owned(),
        after_up: make(&schema),
        after_down: "DO $$ BEGIN IF to_regclass('users') IS NULL THEN DROP TABLE IF EXISTS readers; END IF; END $$;"
            .into(),
    })
}

/// The schema of our tables, quoted.
async fn schema(db: &impl ConnectionTrait) -> Result<String> {
    let select = Statement::from_string(db.get_database_backend(), "SELECT quote_ident(current_schema())");
    let row = db.query_one_raw(select).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// The script that makes all anew: the functions, the policies, and what each reader is granted.
fn make(schema: &str) -> String {
    let tables = tables(schema);
    let mut script = include_str!("functions.sql").replace("SCHEMA", schema);
    for name in KITS.into_iter().chain(tables.iter().map(|table| table.name)) {
        script += &format!("ALTER TABLE IF EXISTS {name} ENABLE ROW LEVEL SECURITY;\n");
    }
    script.extend(tables.iter().map(|table| table.script.as_str()));
    script + &grants(schema)
}

/// The script that grants each reader the columns that are shown, and nothing else.
fn grants(schema: &str) -> String {
    let mut each = format!("EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM %I', reader);\n");
    each += &format!("EXECUTE format('GRANT USAGE ON SCHEMA {schema} TO %I', reader);\n");
    for table in tables(schema).iter().filter(|table| !table.columns.is_empty()) {
        let columns: Vec<_> = table.columns.iter().map(|column| format!("\"{column}\"")).collect();
        let (name, columns) = (table.name, columns.join(", "));
        each += &format!("EXECUTE format('GRANT SELECT ({columns}) ON {name} TO %I', reader);\n");
    }
    format!(
        "DO $do$ DECLARE reader text; BEGIN
FOR reader IN SELECT rolname FROM readers JOIN pg_roles ON rolname = role LOOP
{each}END LOOP; END $do$;\n"
    )
}
