//! What differs between SQLite and PostgreSQL, and nothing else.

mod json;

use domain::{Leaf, Part, Timestamp};
use sea_orm::sea_query::extension::postgres::{PgExpr, PgFunc};
use sea_orm::sea_query::{
    Alias, ArrayType, Asterisk, Expr, ExprTrait, Func, FunctionCall, LockBehavior, LockType, Query, SelectStatement,
    TableRef, Value, Values,
};
use sea_orm::{DbBackend, Statement};
use uuid::Uuid;

use crate::order::{part_to_json, tuple};
use crate::row::value_of;

/// One of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded default.
    Sqlite,
    /// For teams.
    Postgres,
}

impl Dialect {
    /// The dialect as SeaORM names it.
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// The statement with its values in the form that the database keeps: on SQLite a time is text of fixed width, so
    /// that the order of the text is the order of the times.
    pub(crate) fn bind(self, mut statement: Statement) -> Statement {
        if self == Self::Sqlite
            && let Some(Values(values)) = &mut statement.values
        {
            for value in values.iter_mut() {
                if let Value::TimeDateTimeWithTimeZone(time) = value {
                    *value =
                        Value::String(time.and_then(|time| Timestamp::parse(time).ok()).map(|time| time.to_string()));
                }
            }
        }
        statement
    }

    /// Whether a column is among these ids: one parameter, so that one prepared statement serves every number of them. A
    /// single one has a statement of its own, which PostgreSQL plans once: it takes any list for one of ten.
    pub(crate) fn among(self, column: Expr, ids: &[Uuid]) -> Expr {
        if let [only] = ids {
            return column.eq(*only);
        }
        match self {
            Self::Postgres => column.eq(PgFunc::any(Expr::val(uuid_array(ids)))),
            Self::Sqlite => {
                let value = Func::cust(Alias::new("unhex")).arg(Expr::col(Alias::new("value")));
                let keys = Query::select().expr(value).from_function(json_each(ids), Alias::new("keys")).take();
                column.in_subquery(keys)
            }
        }
    }

    /// Whether a column is among these texts, as `among` does it.
    pub(crate) fn among_texts(self, column: Expr, texts: &[&str]) -> Expr {
        match self {
            Self::Postgres => {
                let texts = texts.iter().map(|text| Value::from(*text)).collect();
                column.eq(PgFunc::any(Expr::val(Value::Array(ArrayType::String, Some(Box::new(texts))))))
            }
            Self::Sqlite => {
                let list = Func::cust(Alias::new("json_each")).arg(serde_json::json!(texts).to_string());
                let value = Expr::col(Alias::new("value"));
                column.in_subquery(Query::select().expr(value).from_function(list, Alias::new("keys")).take())
            }
        }
    }

    /// Whether the columns of a primary key are one of these keys, which all have as many parts; one parameter a column.
    pub(crate) fn among_rows(self, mut columns: Vec<Expr>, keys: &[Vec<Part>]) -> Expr {
        // Without a key nobody could tell the types of their parts.
        if keys.is_empty() {
            return Expr::val(false);
        }
        if columns.len() == 1 {
            let ids: Vec<_> = keys.iter().flatten().filter_map(|part| part.uuid()).collect();
            return self.among(columns.remove(0), &ids);
        }
        let mut found = Query::select();
        match self {
            Self::Postgres => {
                let parts = |at: usize| keys.iter().filter_map(move |key| key.get(at).copied());
                let arrays = (0..columns.len()).map(|at| Expr::val(part_array(parts(at))));
                let rows = Func::cust(Alias::new("unnest")).args(arrays);
                found.column(Asterisk).from_function(rows, Alias::new("keys"));
            }
            Self::Sqlite => {
                let places = keys.first().into_iter().flatten().enumerate();
                for (at, part) in places {
                    let cell = Func::cust(Alias::new("json_extract"))
                        .arg(Expr::col(Alias::new("value")))
                        .arg(format!("$[{at}]"));
                    match part {
                        Part::Uuid(_) => found.expr(Func::cust(Alias::new("unhex")).arg(cell)),
                        Part::Number(_) => found.expr(cell),
                    };
                }
                let rows: Vec<Vec<serde_json::Value>> =
                    keys.iter().map(|key| key.iter().map(part_to_json).collect()).collect();
                let list = serde_json::json!(rows).to_string();
                found.from_function(Func::cust(Alias::new("json_each")).arg(list), Alias::new("keys"));
            }
        }
        tuple(columns.into_iter()).in_subquery(found.take())
    }

    /// A table of the texts of a list, one a row, in its column `value`.
    pub(crate) fn texts_of(self, list: Expr) -> FunctionCall {
        let each = match self {
            Self::Postgres => "jsonb_array_elements_text",
            Self::Sqlite => "json_each",
        };
        Func::cust(Alias::new(each)).arg(list)
    }

    /// What follows a text that is sorted by its bytes.
    pub(crate) fn by_bytes(self) -> &'static str {
        match self {
            Self::Postgres => " COLLATE \"C\"",
            Self::Sqlite => "",
        }
    }

    /// A table `p` of these ids, one a row, to join with; and the expression that reads a row's id. A single one is no list,
    /// which PostgreSQL would plan anew each time.
    pub(crate) fn keys(self, ids: &[Uuid]) -> (TableRef, Expr) {
        let (table, own) = (Alias::new("p"), |column| Expr::col((Alias::new("p"), Alias::new(column))));
        match (self, ids) {
            (_, [only]) => {
                let only = match self {
                    Self::Postgres => Expr::val(*only).cast_as(Alias::new("uuid")),
                    Self::Sqlite => Expr::val(*only),
                };
                let row = Query::select().expr_as(only, table.clone()).take();
                (TableRef::SubQuery(row.into(), table.into()), own("p"))
            }
            (Self::Postgres, _) => {
                let list = Func::cust(Alias::new("unnest")).arg(Expr::val(uuid_array(ids)));
                (TableRef::FunctionCall(list, table.into()), own("p"))
            }
            (Self::Sqlite, _) => {
                let id = Func::cust(Alias::new("unhex")).arg(own("value"));
                (TableRef::FunctionCall(json_each(ids), table.into()), id.into())
            }
        }
    }

    /// Whether a text contains another, to the letter.
    pub(crate) fn contains(self, text: Expr, part: String) -> Expr {
        let find = match self {
            Self::Postgres => "strpos",
            Self::Sqlite => "instr",
        };
        Expr::from(Func::cust(Alias::new(find)).arg(text).arg(part)).gt(0)
    }

    /// Whether a text begins with another, to the letter.
    pub(crate) fn starts_with(self, text: Expr, start: &str) -> Expr {
        match self {
            Self::Postgres => Func::cust(Alias::new("starts_with")).arg(text).arg(start).into(),
            Self::Sqlite => {
                Expr::from(Func::cust(Alias::new("substr")).arg(text).arg(1).arg(length_of(start))).eq(start)
            }
        }
    }

    /// Whether a text ends with another, to the letter.
    pub(crate) fn ends_with(self, text: Expr, end: &str) -> Expr {
        match self {
            Self::Postgres => Expr::from(Func::cust(Alias::new("right")).arg(text).arg(length_of(end))).eq(end),
            // substr(text, -0) would be the whole text.
            Self::Sqlite if end.is_empty() => text.is_not_null(),
            Self::Sqlite => Expr::from(Func::cust(Alias::new("substr")).arg(text).arg(-length_of(end))).eq(end),
        }
    }

    /// Whether a list of texts has this among them.
    pub(crate) fn has(self, list: Expr, text: &str) -> Expr {
        match self {
            Self::Postgres => PgExpr::contains(list, Expr::val(serde_json::Value::from(text))),
            Self::Sqlite => {
                let texts = Func::cust(Alias::new("json_each")).arg(list);
                let value = Expr::col(Alias::new("value"));
                Expr::val(text)
                    .in_subquery(Query::select().expr(value).from_function(texts, Alias::new("texts")).take())
            }
        }
    }

    /// The moment in a column, so many milliseconds later.
    pub(crate) fn later(self, column: Expr, milliseconds: i64) -> Expr {
        let seconds = format!("{}.{:03} seconds", milliseconds / 1000, milliseconds % 1000);
        match self {
            Self::Postgres => column.add(Expr::val(seconds).cast_as(Alias::new("interval"))),
            Self::Sqlite => Func::cust(Alias::new("strftime"))
                .arg("%Y-%m-%dT%H:%M:%fZ")
                .arg(column)
                .arg(format!("+{seconds}"))
                .into(),
        }
    }

    /// Locks the selected rows of a table, passing over those that somebody else has locked.
    pub(crate) fn lock_free(self, select: &mut SelectStatement, table: Alias) {
        if self == Self::Postgres {
            select.lock_with_tables_behavior(LockType::Update, [table], LockBehavior::SkipLocked);
        }
    }

    /// Locks the selected rows of a table against being changed; SQLite's writer is alone anyway.
    pub(crate) fn lock(self, select: &mut SelectStatement, table: Alias, lock: Lock) {
        if self == Self::Postgres {
            let lock = match lock {
                Lock::Share => LockType::Share,
                Lock::Update => LockType::Update,
            };
            select.lock_with_tables(lock, [table]);
        }
    }
}

/// Waits for one's turn at a row of PostgreSQL, until the transaction ends. Whoever wants a row for themself would wait
/// for ever while others keep coming to share it, since those pass by; the locks behind this are a queue.
pub(crate) fn turn(id: Expr, lock: Lock) -> Expr {
    let wait = match lock {
        Lock::Share => "pg_advisory_xact_lock_shared",
        Lock::Update => "pg_advisory_xact_lock",
    };
    let key = Func::cust(Alias::new("hashtextextended")).arg(id.cast_as(Alias::new("text"))).arg(0_i64);
    Expr::from(Func::cust(Alias::new(wait)).arg(key)).cast_as(Alias::new("text")).is_not_null()
}

/// How long others have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Nobody changes the row meanwhile.
    Share,
    /// Nobody locks the row meanwhile.
    Update,
}

fn length_of(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

fn uuid_array(ids: &[Uuid]) -> Value {
    Value::Array(ArrayType::Uuid, Some(Box::new(ids.iter().map(|id| Value::Uuid(Some(*id))).collect())))
}

/// The same part of several keys.
fn part_array(parts: impl Iterator<Item = Part> + Clone) -> Value {
    let ty = match parts.clone().next() {
        Some(Part::Number(_)) => ArrayType::BigInt,
        Some(Part::Uuid(_)) | None => ArrayType::Uuid,
    };
    Value::Array(ty, Some(Box::new(parts.map(value_of).collect())))
}

fn json_each(ids: &[Uuid]) -> FunctionCall {
    let mut list = String::with_capacity(ids.len() * 35 + 2);
    list.push('[');
    for (at, id) in ids.iter().enumerate() {
        list.push_str(if at == 0 { "\"" } else { ",\"" });
        list.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        list.push('"');
    }
    list.push(']');
    Func::cust(Alias::new("json_each")).arg(list)
}
