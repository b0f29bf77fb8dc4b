//! Many rows as the parameters of one statement: an array a column on PostgreSQL, one JSON text on SQLite. The statement is
//! written once for both; `{rows}` in it stands for the table of these rows.
//!
//! A real number that is not finite is null in its column, and its name stands in the column `…_special`. SQLite reads
//! decimal digits with an error in the last bit, so a real number goes there as a whole number times a power of two.

use std::fmt::Write;

use domain::{Leaf, Timestamp};
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{DbBackend, Statement, StatementBuilder};
use uuid::Uuid;

/// A column of the rows.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Real numbers, finite or not.
    Real(Vec<f64>),
    /// Texts.
    Text(Vec<String>),
    /// UUIDs.
    Uuid(Vec<Uuid>),
    /// Moments.
    Time(Vec<Timestamp>),
    /// Texts of JSON.
    Json(Vec<String>),
}

/// A statement with rows among its parameters, which come after its other values.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    text: &'static str,
    values: Vec<Value>,
    columns: Vec<(&'static str, Cells)>,
}

impl Bulk {
    /// The statement of this text, with these values and these rows.
    pub(crate) fn new(text: &'static str, values: Vec<Value>, columns: Vec<(&'static str, Cells)>) -> Self {
        Self { text, values, columns }
    }
}

impl StatementBuilder for Bulk {
    fn build(&self, backend: &DbBackend) -> Statement {
        let (mut values, first) = (self.values.clone(), self.values.len() + 1);
        let table = if *backend == DbBackend::Postgres {
            values.extend(self.columns.iter().map(|(_, cells)| array(cells)));
            postgres(&self.columns, first)
        } else {
            values.push(json(&self.columns).into());
            let (least, greatest) = exponents(&self.columns);
            values.extend([least.into(), greatest.into()]);
            sqlite(&self.columns, first)
        };
        // A statement without rows has no parameters for them.
        values.truncate(if self.columns.is_empty() { self.values.len() } else { values.len() });
        Statement::from_sql_and_values(*backend, self.text.replace("{rows}", &table), values)
    }
}

/// The names of what is not finite.
const SPECIAL: &str = "('NaN', 'Infinity', '-Infinity')";

fn postgres(columns: &[(&'static str, Cells)], first: usize) -> String {
    let (mut shown, mut arrays, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (name, cells)) in columns.iter().enumerate() {
        arrays.push(format!("${}::{}[]", first + at, type_of(cells)));
        names.push(*name);
        if let Cells::Real(_) = cells {
            shown.push(format!("CASE WHEN {name} NOT IN {SPECIAL} THEN {name} END AS {name}"));
            shown.push(format!("CASE WHEN {name} IN {SPECIAL} THEN {name}::text END AS {name}_special"));
        } else if let Cells::Json(_) = cells {
            shown.push(format!("{name}::jsonb AS {name}"));
        } else {
            shown.push((*name).to_owned());
        }
    }
    let (shown, arrays, names) = (shown.join(", "), arrays.join(", "), names.join(", "));
    format!("(SELECT {shown} FROM unnest({arrays}) AS given ({names})) AS r")
}

fn type_of(cells: &Cells) -> &'static str {
    match cells {
        Cells::Whole(_) => "bigint",
        Cells::Real(_) => "double precision",
        Cells::Text(_) | Cells::Json(_) => "text",
        Cells::Uuid(_) => "uuid",
        Cells::Time(_) => "timestamptz",
    }
}

fn array(cells: &Cells) -> Value {
    let (ty, values): (_, Vec<Value>) = match cells {
        Cells::Whole(cells) => (ArrayType::BigInt, cells.iter().map(|whole| (*whole).into()).collect()),
        Cells::Real(cells) => (ArrayType::Double, cells.iter().map(|real| (*real).into()).collect()),
        Cells::Text(cells) | Cells::Json(cells) => {
            (ArrayType::String, cells.iter().map(|text| text.as_str().into()).collect())
        }
        Cells::Uuid(cells) => (ArrayType::Uuid, cells.iter().map(|uuid| (*uuid).into()).collect()),
        Cells::Time(cells) => {
            (ArrayType::TimeDateTimeWithTimeZone, cells.iter().map(|time| time.raw().into()).collect())
        }
    };
    Value::Array(ty, Some(Box::new(values)))
}

fn sqlite(columns: &[(&'static str, Cells)], first: usize) -> String {
    let (mut shown, mut joined, mut cell) = (Vec::new(), String::new(), 0);
    for (name, cells) in columns {
        match cells {
            Cells::Uuid(_) => shown.push(format!("unhex(given.value ->> {cell}) AS {name}")),
            Cells::Json(_) => shown.push(format!("given.value -> {cell} AS {name}")),
            Cells::Real(_) => {
                let power = cell + 1;
                shown.push(format!("(given.value ->> {cell}) * of_{name}.x AS {name}"));
                shown.push(format!(
                    "iif(given.value -> {cell} = 'null', given.value ->> {power}, NULL) AS {name}_special"
                ));
                let _ = write!(joined, " LEFT JOIN powers AS of_{name} ON of_{name}.e = given.value ->> {power}");
                cell += 1;
            }
            Cells::Whole(_) | Cells::Text(_) | Cells::Time(_) => {
                shown.push(format!("given.value ->> {cell} AS {name}"));
            }
        }
        cell += 1;
    }
    let powers = if joined.is_empty() { String::new() } else { powers(first) };
    format!("({powers}SELECT {} FROM json_each(${first}) AS given{joined}) AS r", shown.join(", "))
}

/// The powers of two that the rows need, each exact.
fn powers(first: usize) -> String {
    let (least, greatest) = (first + 1, first + 2);
    format!(
        "WITH RECURSIVE down (e, x) AS (SELECT 0, 1.0 UNION ALL SELECT e - 1, x * 0.5 FROM down WHERE e > ${least}), \
         up (e, x) AS (SELECT 1, 2.0 UNION ALL SELECT e + 1, x * 2.0 FROM up WHERE e < ${greatest}), \
         powers AS MATERIALIZED (SELECT e, x FROM down UNION ALL SELECT e, x FROM up) "
    )
}

/// The rows, each as a list of its cells.
fn json(columns: &[(&'static str, Cells)]) -> String {
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let mut text = String::with_capacity(rows.saturating_mul(columns.len()).saturating_mul(16));
    text.push('[');
    for row in 0..rows {
        text.push_str(if row == 0 { "[" } else { ",[" });
        for (at, (_, cells)) in columns.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            cells.write(row, &mut text);
        }
        text.push(']');
    }
    text.push(']');
    text
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Whole(cells) => cells.len(),
            Self::Real(cells) => cells.len(),
            Self::Text(cells) | Self::Json(cells) => cells.len(),
            Self::Uuid(cells) => cells.len(),
            Self::Time(cells) => cells.len(),
        }
    }

    fn write(&self, row: usize, text: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Whole(cells) => write!(text, "{}", cells[row]),
            Self::Real(cells) => match parts(cells[row]) {
                Some((whole, power)) => write!(text, "{whole},{power}"),
                None => write!(text, "null,\"{}\"", name(cells[row])),
            },
            Self::Text(cells) => write!(text, "{}", serde_json::Value::from(cells[row].as_str())),
            Self::Uuid(cells) => write!(text, "\"{}\"", cells[row].simple()),
            Self::Time(cells) => write!(text, "\"{}\"", cells[row]),
            Self::Json(cells) => text.write_str(&cells[row]),
        };
    }
}

/// A finite double as a whole number times a power of two.
fn parts(double: f64) -> Option<(i64, i64)> {
    if !double.is_finite() {
        return None;
    }
    let bits = double.to_bits();
    let exponent = i64::try_from((bits >> 52) & 0x7FF).ok()?;
    let fraction = i64::try_from(bits & ((1 << 52) - 1)).ok()?;
    let whole = if exponent == 0 { fraction } else { fraction | (1 << 52) };
    if whole == 0 {
        return Some((0, 0));
    }
    let even = whole.trailing_zeros();
    let whole = whole >> even;
    Some((if double < 0.0 { -whole } else { whole }, exponent.max(1) - 1075 + i64::from(even)))
}

/// What a double is that is not finite.
fn name(double: f64) -> &'static str {
    match double {
        _ if double.is_nan() => "NaN",
        _ if double > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// The least and the greatest power of two among the rows.
fn exponents(columns: &[(&'static str, Cells)]) -> (i64, i64) {
    let reals = columns.iter().filter_map(|(_, cells)| if let Cells::Real(cells) = cells { Some(cells) } else { None });
    let powers = reals.flatten().filter_map(|real| parts(*real)).map(|(_, power)| power);
    powers.fold((0, 1), |(least, greatest), power| (least.min(power), greatest.max(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_a_whole_number_times_a_power_of_two() {
        for (double, whole, power) in [
            (0.0, 0, 0),
            (3.0, 3, 0),
            (-0.75, -3, -2),
            (f64::MAX, (1 << 53) - 1, 971),
            (5e-324, 1, -1074),
            (f64::MIN_POSITIVE, 1, -1022),
        ] {
            assert_eq!(parts(double), Some((whole, power)), "{double}");
        }
        assert_eq!(parts(f64::NAN), None);
    }
}
