//! The scripts of the two databases say the same, in the same order and under the same names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use migration::spelled_out;
use sea_orm_migration::sea_orm::DbBackend;

macro_rules! scripts {
    ($file:literal) => {
        concat!(
            include_str!(concat!("../../src/m0001_account/", $file)),
            include_str!(concat!("../../src/m0002_project/", $file)),
            include_str!(concat!("../../src/m0003_literature_and_execution/", $file)),
            include_str!(concat!("../../src/m0004_ledger/", $file)),
            include_str!(concat!("../../src/m0005_files_and_tasks/", $file)),
            include_str!(concat!("../../src/m0006_definitions/", $file)),
            include_str!(concat!("../../src/m0007_series/", $file)),
            include_str!(concat!("../../src/m0008_run_leases/", $file)),
            include_str!(concat!("../../src/m0009_evals/", $file)),
            include_str!(concat!("../../src/m0010_snapshots/", $file)),
            include_str!(concat!("../../src/m0011_fingerprints/", $file)),
        )
    };
}

static POSTGRES: LazyLock<String> =
    LazyLock::new(|| spelled_out(scripts!("postgres.up.sql"), DbBackend::Postgres).unwrap());
static SQLITE: LazyLock<String> = LazyLock::new(|| spelled_out(scripts!("sqlite.up.sql"), DbBackend::Sqlite).unwrap());

/// What PostgreSQL's types keep, and SQLite needs a CHECK for.
const BY_TYPE: [&str; 3] = ["_boolean", "_json", "_id_length"];

#[test]
fn tables_have_the_same_columns_in_the_same_order() {
    let (postgres, sqlite) = (tables(&POSTGRES), tables(&SQLITE));
    assert_eq!(postgres.keys().collect::<Vec<_>>(), sqlite.keys().collect::<Vec<_>>());
    for (table, there) in postgres {
        let here = &sqlite[&table];
        let columns = |lines: &[String]| -> Vec<_> {
            lines.iter().filter(|line| !line.starts_with("CONSTRAINT")).map(|line| column(line)).collect()
        };
        assert_eq!(columns(&there), columns(here), "{table}");
        let constraints = |lines: &[String]| -> Vec<_> { lines.iter().filter_map(|line| constraint(line)).collect() };
        assert_eq!(constraints(&there), constraints(here), "{table}");
    }
}

#[test]
fn indexes_are_the_same() {
    let indexes = |script: &str| -> Vec<String> {
        script.lines().filter(|line| line.contains(" INDEX ")).map(str::to_owned).collect()
    };
    assert_eq!(indexes(&POSTGRES), indexes(&SQLITE));
    assert!(!indexes(&SQLITE).is_empty());
}

/// The names of all constraints that can refuse a row on this database.
pub(crate) fn constraints(backend: DbBackend) -> Vec<String> {
    let script = if backend == DbBackend::Postgres { &*POSTGRES } else { &*SQLITE };
    let mut names: Vec<_> = ["CONSTRAINT ", "CREATE UNIQUE INDEX ", "RAISE(ABORT, '", "CONSTRAINT = '"]
        .iter()
        .flat_map(|before| script.split(before).skip(1).map(first_word))
        .chain(script.split("CREATE TRIGGER ").skip(1).map(first_word).filter_map(|name| {
            // On PostgreSQL one function serves several tables, and takes the constraint's name from its trigger.
            let kept = name.strip_suffix("_kept").map(|table| format!("{table}_fixed"));
            kept.or_else(|| name.ends_with("_enabled").then_some(name))
        }))
        .filter(|name| !name.is_empty() && !name.ends_with("_pk"))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The name of what is unique, from SQLite's words for it: `papers.doi, papers.project_id`, or an index by its name.
pub(crate) fn unique(columns: &str) -> String {
    if let Some(index) = columns.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut table = String::new();
    for line in SQLITE.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = first_word(rest);
        }
        let found = line.trim().strip_prefix("CONSTRAINT ").or_else(|| line.strip_prefix("CREATE UNIQUE INDEX "));
        let Some((name, rest)) = found.and_then(|line| line.split_once(' ')) else { continue };
        let listed = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(listed, _)| listed);
        let unique = rest.starts_with("UNIQUE") || rest.starts_with("PRIMARY") || rest.starts_with("ON ");
        let qualified = listed.map(|list| list.split(", ").map(|name| format!("{table}.{name}")).collect::<Vec<_>>());
        if unique && qualified.is_some_and(|list| list.join(", ") == columns) {
            return name.to_owned();
        }
    }
    columns.to_owned()
}

/// The lines of each table's definition, those of a clause that takes several joined into one.
fn tables(script: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for definition in script.split("CREATE TABLE ").skip(1) {
        let (name, rest) = definition.split_once(" (\n").unwrap();
        let (body, _) = rest.split_once("\n)").unwrap();
        let mut lines: Vec<String> = Vec::new();
        for line in body.lines() {
            match line.strip_prefix("    ").filter(|line| !line.starts_with([' ', ')'])) {
                Some(line) => lines.push(line.to_owned()),
                None => *lines.last_mut().unwrap() += line,
            }
        }
        tables.insert(name.to_owned(), lines);
    }
    tables
}

/// A column's name, whether it can be null, and whether it has a default or is generated.
fn column(line: &str) -> (String, bool, bool, bool) {
    (first_word(line), !line.contains(" NOT NULL"), line.contains(" DEFAULT "), line.contains(" GENERATED "))
}

/// A constraint's name, but for those that a type or a trigger keeps on PostgreSQL, and the one that it adds later.
fn constraint(line: &str) -> Option<String> {
    let name = first_word(line.strip_prefix("CONSTRAINT ")?);
    let by_trigger = name == "series_points_series_fk";
    let elsewhere = by_trigger || BY_TYPE.iter().any(|rule| name.ends_with(rule)) && !line.contains("_store_");
    (!elsewhere && !line.contains("DEFERRABLE")).then_some(name)
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || "_\"".contains(*c)).collect()
}
