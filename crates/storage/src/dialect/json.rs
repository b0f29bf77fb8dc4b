//! What stands in a JSON column at the end of a path: as a text, a number or a flag where it is one, else null.

use domain::{JsonPath, JsonStep};
use sea_orm::sea_query::extension::sqlite::SqliteExpr;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func};
use serde_json::Value;

use super::Dialect;

impl Dialect {
    /// The text at the end of a path.
    pub(crate) fn text_at(self, column: Expr, path: &JsonPath) -> Expr {
        let types: &[_] = match self {
            Self::Postgres => &["string"],
            Self::Sqlite => &["text"],
        };
        self.at(column, path, types, |found| found)
    }

    /// The number at the end of a path, as a double.
    pub(crate) fn number_at(self, column: Expr, path: &JsonPath) -> Expr {
        match self {
            Self::Postgres => self.at(column, path, &["number"], |text| text.cast_as(Alias::new("double precision"))),
            Self::Sqlite => self.at(column, path, &["integer", "real"], |found| found.cast_as(Alias::new("REAL"))),
        }
    }

    /// The digits of the number at the end of a path, as text.
    pub(crate) fn digits_at(self, column: Expr, path: &JsonPath) -> Expr {
        match self {
            Self::Postgres => self.at(column, path, &["number"], |digits| digits),
            Self::Sqlite => {
                let digits = SqliteExpr::get_json_field(column.clone(), text(path));
                let number = self.type_at(column, path).is_in(["integer", "real"]);
                CaseStatement::new().case(number, digits).into()
            }
        }
    }

    /// Whether there is true or false at the end of a path.
    pub(crate) fn flag_at(self, column: Expr, path: &JsonPath) -> Expr {
        match self {
            Self::Postgres => self.at(column, path, &["boolean"], |text| text.cast_as(Alias::new("boolean"))),
            Self::Sqlite => self.at(column, path, &["true", "false"], |found| found),
        }
    }

    /// Whether a path leads nowhere, or to null.
    pub(crate) fn nothing_at(self, column: Expr, path: &JsonPath) -> Expr {
        Expr::from(Func::coalesce([self.type_at(column, path), Expr::val("null")])).eq("null")
    }

    /// A double in the form that numbers at the end of a path have.
    pub(crate) fn number(self, double: f64) -> Expr {
        match self {
            Self::Postgres => Expr::val(double),
            // It reads all of them from their digits, and is not always exact: so it does with this one.
            Self::Sqlite => {
                let digits = Func::cust(Alias::new("json_extract")).arg(Value::from(double).to_string()).arg("$");
                Expr::from(digits).cast_as(Alias::new("REAL"))
            }
        }
    }

    /// What is at the end of a path if it is of one of these types: on PostgreSQL as text, on SQLite as a value.
    fn at(self, column: Expr, path: &JsonPath, types: &[&str], read: impl Fn(Expr) -> Expr) -> Expr {
        let fits = self.type_at(column.clone(), path).is_in(types.iter().copied());
        let found = match self {
            Self::Postgres => Expr::cust_with_expr("$1 #>> '{}'", found(column, path)),
            Self::Sqlite => Func::cust(Alias::new("json_extract")).arg(column).arg(text(path)).into(),
        };
        CaseStatement::new().case(fits, read(found)).into()
    }

    /// The type of what is at the end of a path, as the database calls it; null where there is nothing.
    fn type_at(self, column: Expr, path: &JsonPath) -> Expr {
        match self {
            Self::Postgres => Func::cust(Alias::new("jsonb_typeof")).arg(found(column, path)).into(),
            Self::Sqlite => Func::cust(Alias::new("json_type")).arg(column).arg(text(path)).into(),
        }
    }
}

/// What PostgreSQL finds at the end of a path. The operator `->` would take a value that is no list for one of its own.
fn found(column: Expr, path: &JsonPath) -> Expr {
    let path = Expr::val(format!("strict {}", text(path))).cast_as(Alias::new("jsonpath"));
    let silent = Expr::val(true);
    let variables = Expr::val(Value::Object(serde_json::Map::new()));
    Func::cust(Alias::new("jsonb_path_query_first")).arg(column).arg(path).arg(variables).arg(silent).into()
}

/// A path as both databases write it.
fn text(path: &JsonPath) -> String {
    path.steps().iter().fold("$".to_owned(), |path, step| match step {
        JsonStep::Member(name) => format!("{path}.{}", Value::from(name.as_str())),
        JsonStep::Element(at) => format!("{path}[{at}]"),
    })
}
