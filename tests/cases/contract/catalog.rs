//! What a migrated database says of itself: its tables, columns, foreign keys and indexes.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use tests::app::App;
use tests::database::Kind;

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Each column's type as the database writes it, and whether it may be null; generated ones are left out.
    pub(crate) columns: BTreeMap<String, (String, bool)>,
    /// The columns of each foreign key.
    pub(crate) foreign_keys: Vec<Vec<String>>,
    /// The columns of each index; an expression is an empty name.
    pub(crate) indexes: Vec<Index>,
}

/// An index.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Its columns, in order.
    pub(crate) columns: Vec<String>,
    /// Whether it is unique.
    pub(crate) unique: bool,
    /// Whether it has every row.
    pub(crate) whole: bool,
}

/// The tables of a migrated database of this kind; none where there is none.
pub(crate) async fn catalog(kind: Kind) -> Option<BTreeMap<String, Table>> {
    let app = App::start(kind).await?;
    let db = app.store.pools().readers();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let (columns, keys, indexes) = match kind {
        Kind::Sqlite => (SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_INDEXES),
        Kind::Postgres => (POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_INDEXES),
    };
    for row in rows(db, columns).await {
        let nullable = text(&row, 3) == "yes";
        let table = tables.entry(text(&row, 0)).or_default();
        table.columns.insert(text(&row, 1), (text(&row, 2).to_lowercase(), nullable));
    }
    for row in rows(db, keys).await {
        tables.entry(text(&row, 0)).or_default().foreign_keys.push(split(&text(&row, 1)));
    }
    for row in rows(db, indexes).await {
        let index =
            Index { columns: split(&text(&row, 1)), unique: text(&row, 2) == "yes", whole: text(&row, 3) == "yes" };
        tables.entry(text(&row, 0)).or_default().indexes.push(index);
    }
    Some(tables)
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

fn text(row: &QueryResult, at: usize) -> String {
    row.try_get_by_index(at).unwrap()
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

const SQLITE_COLUMNS: &str = "
    SELECT t.name, c.name, c.type, iif(c.\"notnull\" = 1 OR c.pk > 0, 'no', 'yes')
    FROM sqlite_schema t, pragma_table_xinfo(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.hidden = 0";

const SQLITE_KEYS: &str = "
    SELECT name, group_concat(\"from\", ',') FROM (
        SELECT t.name, k.id, k.seq, k.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k
        WHERE t.type = 'table' ORDER BY t.name, k.id, k.seq
    ) GROUP BY name, id";

const SQLITE_INDEXES: &str = "
    SELECT name, group_concat(coalesce(column, ''), ','), max(is_unique), max(whole) FROM (
        SELECT t.name, i.name AS index_name, c.seqno, c.name AS column,
            iif(i.\"unique\", 'yes', 'no') AS is_unique, iif(i.partial, 'no', 'yes') AS whole
        FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' ORDER BY t.name, i.name, c.seqno
    ) GROUP BY name, index_name";

const POSTGRES_COLUMNS: &str = "
    SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''";

const POSTGRES_KEYS: &str = "
    SELECT conrelid::regclass::text, (
        SELECT string_agg(a.attname, ',' ORDER BY k.place)
        FROM unnest(conkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.number
    ) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";

const POSTGRES_INDEXES: &str = "
    SELECT indrelid::regclass::text, (
        SELECT string_agg(coalesce(a.attname, ''), ',' ORDER BY k.place)
        FROM unnest(indkey::int2[]) WITH ORDINALITY k(number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.number AND k.number > 0
    ), CASE WHEN indisunique THEN 'yes' ELSE 'no' END, CASE WHEN indpred IS NULL THEN 'yes' ELSE 'no' END
    FROM pg_index JOIN pg_class t ON t.oid = indrelid WHERE t.relnamespace = 'public'::regnamespace";
