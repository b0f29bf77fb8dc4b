//! Tests of what stands at the end of a path in a JSON column. Whatever a test asks for is of a type: what is there of
//! another type does not pass.

use domain::JsonPath;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Value};

use super::Test;
use crate::dialect::Dialect;

impl Test {
    pub(super) fn condition_at(&self, column: Expr, path: &JsonPath, dialect: Dialect) -> Condition {
        let number = || dialect.number_at(column.clone(), path);
        let bound = |value: &Value| operand(dialect, value);
        let condition = match self {
            Self::Eq(value) => equals(dialect, column, path, value),
            Self::In(values) => {
                let none = values.is_empty().then(|| Expr::val(1).eq(0));
                let each = values.iter().map(|value| equals(dialect, column.clone(), path, value));
                return each.chain(none).fold(Condition::any(), Condition::add);
            }
            Self::Lt(value) => number().lt(bound(value)),
            Self::Lte(value) => number().lte(bound(value)),
            Self::Gt(value) => number().gt(bound(value)),
            Self::Gte(value) => number().gte(bound(value)),
            Self::IsNull(true) => dialect.nothing_at(column, path),
            Self::IsNull(false) => dialect.nothing_at(column, path).not(),
            Self::Contains(_) | Self::StartsWith(_) | Self::EndsWith(_) | Self::Has(_) => {
                self.condition(dialect.text_at(column, path), dialect)
            }
        };
        Condition::all().add(condition)
    }
}

fn equals(dialect: Dialect, column: Expr, path: &JsonPath, value: &Value) -> Expr {
    let found = match value {
        Value::Double(_) => dialect.number_at(column, path),
        Value::Bool(_) => dialect.flag_at(column, path),
        _ => dialect.text_at(column, path),
    };
    found.eq(operand(dialect, value))
}

fn operand(dialect: Dialect, value: &Value) -> Expr {
    match value {
        Value::Double(Some(double)) => dialect.number(*double),
        other => Expr::val(other.clone()),
    }
}
