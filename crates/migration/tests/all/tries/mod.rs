//! What the database accepts and refuses, as scripts that run on either database.
//!
//! `world.sql` makes a row or more in each table. `columns.txt` then tries values in single columns; the other scripts
//! try what takes statements of its own. Each block begins with what is expected of it: `accepted` and `refused <by>`
//! are undone afterwards, `given` stays, and what is `true` is a query.
//!
//! In all of them `@name` is an id, the same for the same name, `$x12` is a text of twelve `x`, and what else begins
//! with `$` stands in `words.rs`.

mod refuser;
mod words;

use std::collections::BTreeSet;

use migration::up;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait,
};

use refuser::refuser;
use words::{expand, values};

const COLUMNS: &str = include_str!("columns.txt");
const SCRIPTS: [&str; 4] =
    [include_str!("rules.sql"), include_str!("triggers.sql"), include_str!("runs.sql"), include_str!("series.sql")];

/// Constraints that never speak, since another refuses whatever they would: what foreign keys point at holds a column
/// that is unique already, a trigger looks for a run's unit mode first, and what is no number has no gap that follows from
/// it.
const BEHIND_ANOTHER: [&str; 8] = [
    "repositories_project_id_unique",
    "papers_project_id_unique",
    "plans_project_id_unique",
    "plans_paper_id_unique",
    "runs_project_id_unique",
    "project_members_user_role_unique",
    "runs_unit_mode_fk",
    "evals_observed_finite",
];

#[tokio::test]
async fn sqlite_accepts_and_refuses_what_it_should() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    try_all(&db).await;
}

/// Tries everything on a new database, and that every constraint there is has refused something.
pub(crate) async fn try_all(db: &DatabaseConnection) {
    up(db).await.unwrap();
    let mut tries = Tries { backend: db.get_database_backend(), refusals: BTreeSet::new(), wrong: Vec::new() };
    let transaction = tries.begin(db).await;
    tries.columns(&transaction).await;
    transaction.rollback().await.unwrap();
    let states = crate::runs::states();
    for script in SCRIPTS.into_iter().chain([states.as_str()]) {
        let transaction = tries.begin(db).await;
        tries.blocks(&transaction, script).await;
        transaction.rollback().await.unwrap();
    }
    let constraints = crate::same::constraints(tries.backend);
    let has_spoken = |name: &String| tries.refusals.contains(name) || BEHIND_ANOTHER.contains(&name.as_str());
    let untried: Vec<_> = constraints.iter().filter(|name| !has_spoken(name)).collect();
    assert!(tries.wrong.is_empty(), "{}", tries.wrong.join("\n"));
    assert!(untried.is_empty(), "never seen to refuse anything: {untried:?}");
}

/// A row or more in each table.
pub(crate) fn world(backend: DbBackend) -> String {
    expand(include_str!("world.sql"), backend)
}

struct Tries {
    backend: DbBackend,
    refusals: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Tries {
    /// A transaction with the world in it.
    async fn begin(&self, db: &DatabaseConnection) -> DatabaseTransaction {
        let transaction = db.begin().await.unwrap();
        transaction.execute_unprepared(&world(self.backend)).await.unwrap();
        transaction
    }

    async fn columns(&mut self, db: &DatabaseTransaction) {
        let (mut table, mut key) = ("", "");
        for line in COLUMNS.lines().filter(|line| !line.is_empty()) {
            let Some(line) = line.strip_prefix("  ") else {
                (table, key) = line.split_once(' ').unwrap();
                continue;
            };
            let (copied, line) = line.strip_prefix("+ ").map_or((false, line), |line| (true, line));
            let (rule, tried) = line.split_once(':').unwrap();
            let (column, rule) = rule.split_once(' ').unwrap();
            let constraint = format!("{table}_{column}_{rule}");
            let write = if copied { copy(db, table, column, key).await } else { change(table, column, key) };
            let (bad, good) = tried.split_once(" | ").unwrap_or((tried, ""));
            for value in values(bad) {
                self.refuses(db, &write, &value, &constraint).await;
            }
            for value in values(good) {
                let script = expand(&write.replace("$value", &value), self.backend);
                let outcome = self.outcome(db, &script).await;
                // The copy of a row that has got past the checks stops at what is unique.
                let fine = outcome.as_ref().is_none_or(|by| copied && (by.ends_with("_pk") || by.ends_with("_unique")));
                if !fine {
                    self.wrong.push(format!("{constraint}: {value} was refused by {outcome:?}"));
                }
            }
        }
    }

    /// A value that starts with `lite:` or `pg:` is tried on that database alone; with `~`, PostgreSQL's type refuses
    /// it before any constraint does.
    async fn refuses(&mut self, db: &DatabaseTransaction, write: &str, value: &str, constraint: &str) {
        let postgres = self.backend == DbBackend::Postgres;
        let value = match value.split_once(':') {
            Some(("lite", _)) if postgres => return,
            Some(("pg", _)) if !postgres => return,
            Some(("lite" | "pg", value)) => value,
            _ => value,
        };
        let by_type = postgres && (value.starts_with('~') || value.contains("$nul"));
        let script = expand(&write.replace("$value", value.trim_start_matches('~')), self.backend);
        let outcome = self.outcome(db, &script).await;
        let fine = match &outcome {
            Some(by) if by_type => by.starts_with("22") || by == "54000",
            Some(by) => by == constraint,
            None => false,
        };
        if !fine {
            self.wrong.push(format!("{constraint}: {value} came to {outcome:?}"));
        }
        self.refusals.extend(outcome);
    }

    async fn blocks(&mut self, db: &DatabaseTransaction, script: &str) {
        for block in script.split("\n\n") {
            let Some((head, body)) = block.strip_prefix("-- ").and_then(|block| block.split_once('\n')) else {
                continue;
            };
            let (kind, title) = head.split_once(": ").unwrap();
            let body = expand(body, self.backend);
            let fine = match kind {
                "given" => db.execute_unprepared(&body).await.map(drop).map_err(|why| why.to_string()),
                "true" => is_true(db, &body).await,
                "accepted" => self.outcome(db, &body).await.map_or(Ok(()), Err),
                _ => {
                    let outcome = self.outcome(db, &body).await;
                    let expected = kind.strip_prefix("refused ").unwrap().split(" or ");
                    let fine = expected.into_iter().any(|by| outcome.as_deref().is_some_and(|was| refused(by, was)));
                    self.refusals.extend(outcome.clone());
                    self.refusals.extend(fine.then(|| kind["refused ".len()..].to_owned()));
                    if fine { Ok(()) } else { Err(format!("{outcome:?}")) }
                }
            };
            if let Err(why) = fine {
                self.wrong.push(format!("{kind}: {title}: {why}"));
            }
        }
    }

    /// What refuses the script, which is undone in any case.
    async fn outcome(&self, db: &DatabaseTransaction, script: &str) -> Option<String> {
        db.execute_unprepared("SAVEPOINT tried").await.unwrap();
        let mut outcome = db.execute_unprepared(script).await.err().map(|why| refuser(&why));
        if outcome.is_none() && self.backend == DbBackend::Postgres {
            outcome = db.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await.err().map(|why| refuser(&why));
        } else if outcome.is_none() {
            let dangling = "SELECT count(*) = 0 FROM pragma_foreign_key_check";
            outcome = is_true(db, dangling).await.err().map(|_| "FOREIGN KEY".to_owned());
        }
        db.execute_unprepared("ROLLBACK TO SAVEPOINT tried").await.unwrap();
        outcome
    }
}

/// SQLite does not say which foreign key refused.
fn refused(by: &str, was: &str) -> bool {
    by == was || (by.ends_with("_fk") && was == "FOREIGN KEY")
}

async fn is_true(db: &DatabaseTransaction, query: &str) -> Result<(), String> {
    let query = format!("SELECT CASE WHEN ({}) THEN 1 ELSE 0 END", query.trim_end().trim_end_matches(';'));
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), query)).await;
    match row.map_err(|why| why.to_string())?.unwrap().try_get_by_index::<i32>(0) {
        Ok(1) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn change(table: &str, column: &str, key: &str) -> String {
    format!("UPDATE {table} SET \"{column}\" = $value WHERE {key}")
}

/// Inserts the row once more, with another value in one column.
async fn copy(db: &DatabaseTransaction, table: &str, column: &str, key: &str) -> String {
    let columns = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0"),
        _ => format!(
            "SELECT column_name::text FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = '{table}' AND is_generated = 'NEVER'"
        ),
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), columns)).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| format!("\"{}\"", row.try_get_by_index::<String>(0).unwrap())).collect();
    let names = names.join(", ");
    let values = names.replace(&format!("\"{column}\""), "$value");
    format!("INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {key}")
}
