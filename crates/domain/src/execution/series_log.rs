//! What a call logs for one series: columns of equal length, each step once. Whoever holds one holds a good one.

use super::{Mark, Reading, SeriesName};
use crate::{Count, Hasher, Invalid, Real, Timestamp};

/// The columns as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The steps.
    pub steps: Vec<Count>,
    /// The value at each.
    pub values: Vec<Reading>,
    /// The simulation's time at each.
    pub times: Option<Vec<Real>>,
    /// When each was measured.
    pub timestamps: Option<Vec<Timestamp>>,
}

/// What is wrong with a column, or with an item of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The column.
    pub column: &'static str,
    /// The item.
    pub item: Option<usize>,
    /// What is wrong.
    pub why: Invalid,
}

/// What a call logs for one series, in the order of the steps.
#[derive(Clone, Debug)]
pub struct SeriesLog {
    /// Which series.
    pub name: SeriesName,
    /// What it comes to in the end, beside its points.
    pub terminal_value: Option<Reading>,
    columns: Columns,
}

/// The most misfits that are named; what is wrong with the rest is much the same.
const NAMED: usize = 1000;

impl SeriesLog {
    /// Checks that the columns are of equal length and that no step stands twice, and sorts them by their steps.
    pub fn try_new(name: SeriesName, columns: Columns, terminal_value: Option<Reading>) -> Result<Self, Vec<Misfit>> {
        let misfits = unequal(&columns);
        if !misfits.is_empty() {
            return Err(misfits);
        }
        let mut order: Vec<usize> = (0..columns.steps.len()).collect();
        order.sort_by_key(|at| columns.steps[*at].get());
        let misfits = doubled(&columns.steps, &order);
        if !misfits.is_empty() {
            return Err(misfits);
        }
        if columns.steps.is_empty() && terminal_value.is_none() {
            let why = Invalid::new("length", "must have a step, or else there must be a terminal value");
            return Err(vec![Misfit { column: "steps", item: None, why }]);
        }
        Ok(Self { name, terminal_value, columns: columns.sorted(&order) })
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.columns.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.columns.steps.is_empty()
    }

    /// The columns, in the order of the steps.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The points, in the order of the steps.
    pub fn marks(&self) -> Vec<Mark> {
        self.columns.steps.iter().copied().zip(self.columns.values.iter().copied()).collect()
    }

    /// Puts what it says into a digest.
    pub fn digest(&self, hasher: &mut Hasher) {
        let mut text = |text: Option<&str>| {
            hasher.update(&text.map_or(u64::MAX, length).to_le_bytes());
            hasher.update(text.unwrap_or_default().as_bytes());
        };
        text(Some(self.name.metric.as_str()));
        text(self.name.split.as_ref().map(crate::text::Label::as_str));
        let columns = &self.columns;
        let mut bytes = Vec::with_capacity(self.len().saturating_mul(32));
        bytes.extend(length_of(&columns.steps).to_le_bytes());
        bytes.extend([u8::from(columns.times.is_some()), u8::from(columns.timestamps.is_some())]);
        bytes.extend(columns.steps.iter().flat_map(|step| step.get().to_le_bytes()));
        bytes.extend(columns.values.iter().flat_map(|value| value.get().to_bits().to_le_bytes()));
        let times = columns.times.iter().flatten();
        bytes.extend(times.flat_map(|t| t.get().to_bits().to_le_bytes()));
        let timestamps = columns.timestamps.iter().flatten();
        bytes.extend(timestamps.flat_map(|ts| ts.get().unix_timestamp_nanos().to_le_bytes()));
        bytes.extend([u8::from(self.terminal_value.is_some())]);
        bytes.extend(self.terminal_value.iter().flat_map(|value| value.get().to_bits().to_le_bytes()));
        hasher.update(&bytes);
    }
}

impl Columns {
    fn sorted(self, order: &[usize]) -> Self {
        if order.is_sorted() {
            return self;
        }
        let times = self.times.map(|times| order.iter().map(|at| times[*at]).collect());
        let timestamps = self.timestamps.map(|timestamps| order.iter().map(|at| timestamps[*at]).collect());
        Self {
            steps: order.iter().map(|at| self.steps[*at]).collect(),
            values: order.iter().map(|at| self.values[*at]).collect(),
            times,
            timestamps,
        }
    }
}

/// The columns that are not as long as the steps.
fn unequal(columns: &Columns) -> Vec<Misfit> {
    let steps = columns.steps.len();
    let lengths = [
        ("values", Some(columns.values.len())),
        ("times", columns.times.as_ref().map(Vec::len)),
        ("timestamps", columns.timestamps.as_ref().map(Vec::len)),
    ];
    let wrong = lengths.into_iter().filter_map(|(column, length)| Some((column, length.filter(|l| *l != steps)?)));
    let misfit = |(column, length)| Misfit {
        column,
        item: None,
        why: Invalid::new("length", format!("must have as many items as steps, {steps}, not {length}")),
    };
    wrong.map(misfit).collect()
}

/// The steps that stand twice, where they stand again.
fn doubled(steps: &[Count], order: &[usize]) -> Vec<Misfit> {
    let again = order.windows(2).filter(|pair| steps[pair[0]] == steps[pair[1]]).map(|pair| pair[1]);
    let misfit = |at: usize| Misfit {
        column: "steps",
        item: Some(at),
        why: Invalid::new("unique", format!("the step {} stands twice in one series", steps[at].get())),
    };
    again.take(NAMED).map(misfit).collect()
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn length_of<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Label;

    fn log(steps: &[usize], values: &[f64]) -> Result<SeriesLog, Vec<Misfit>> {
        let name = SeriesName { metric: Label::try_new("loss").unwrap(), split: None };
        let steps = steps.iter().map(|step| Count::of(*step)).collect();
        let values = values.iter().map(|value| Reading::new(*value)).collect();
        SeriesLog::try_new(name, Columns { steps, values, ..Columns::default() }, None)
    }

    #[test]
    fn a_step_stands_once_and_the_columns_are_as_long() {
        let places =
            |misfits: Vec<Misfit>| misfits.into_iter().map(|misfit| (misfit.column, misfit.item)).collect::<Vec<_>>();
        assert_eq!(places(log(&[3, 1, 3, 1], &[0.0; 4]).unwrap_err()), [("steps", Some(3)), ("steps", Some(2))]);
        assert_eq!(places(log(&[1, 2], &[0.0]).unwrap_err()), [("values", None)]);
        assert_eq!(places(log(&[], &[]).unwrap_err()), [("steps", None)]);
    }

    #[test]
    fn points_are_sorted_and_the_digest_does_not_care() {
        let digest = |log: &SeriesLog| {
            let mut hasher = Hasher::default();
            log.digest(&mut hasher);
            hasher.finish()
        };
        let (one, other) = (log(&[2, 1], &[20.0, 10.0]).unwrap(), log(&[1, 2], &[10.0, 20.0]).unwrap());
        assert_eq!(one.marks(), other.marks());
        assert_eq!(digest(&one), digest(&other));
        assert_ne!(digest(&one), digest(&log(&[1, 2], &[10.0, 20.5]).unwrap()));
    }
}
