//! Comparing runs: it owns what counts as a difference between them, and names nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Reading, Run, RunSeries};
use crate::number::SAFE_MAX;
use crate::text::Label;
use crate::{Count, Id, JsonPath, Leaf, Real, choice};

choice! {
    /// In what runs differ.
    DifferenceKind {
        /// In a field of theirs.
        Field = "FIELD",
        /// In what their settings have at a path.
        Config = "CONFIG",
        /// In having a tag.
        Tag = "TAG",
        /// In the last value of a series.
        SeriesLast = "SERIES_LAST",
        /// In the least value of a series.
        SeriesMin = "SERIES_MIN",
        /// In the greatest value of a series.
        SeriesMax = "SERIES_MAX",
    }
}

/// A difference between runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDifference {
    /// In what.
    pub kind: DifferenceKind,
    /// The name of the field, the path, the tag, or the metric.
    pub path: String,
    /// The split of the series.
    pub split: Option<Label>,
    /// What each run has, in their order; null for those that have nothing.
    pub values: Vec<Value>,
}

/// In what these runs differ, each with its series: fields, settings, tags and series, each by their names. A run that is
/// not there has nothing, and does not differ by that.
pub fn differences(runs: &[Option<(&Run, &[RunSeries])>]) -> Vec<RunDifference> {
    let mut table = Table { there: runs.iter().map(Option::is_some).collect(), rows: BTreeMap::new() };
    for (at, (run, series)) in runs.iter().enumerate().filter_map(|(at, run)| run.map(|run| (at, run))) {
        for (place, (name, value)) in fields(run).into_iter().enumerate() {
            table.set(at, (DifferenceKind::Field, Place::Nth(place, name), None), value);
        }
        for (path, value) in JsonPath::leaves(&run.config) {
            table.set(at, (DifferenceKind::Config, Place::At(path), None), value.clone());
        }
        for tag in run.tags.names() {
            table.set(at, (DifferenceKind::Tag, Place::Named(tag.clone()), None), true.into());
        }
        for series in series {
            let readings = [
                (DifferenceKind::SeriesLast, series.last),
                (DifferenceKind::SeriesMin, series.min.map(Reading::Finite)),
                (DifferenceKind::SeriesMax, series.max.map(Reading::Finite)),
            ];
            for (kind, reading) in readings {
                let row = (kind, Place::Named(series.metric.clone()), series.split.clone());
                table.set(at, row, reading.map_or(Value::Null, value_of));
            }
        }
    }
    table.differing()
}

/// What a row of the comparison is about.
type Row = (DifferenceKind, Place, Option<Label>);

/// Where a row stands among those of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Nth(usize, &'static str),
    At(JsonPath),
    Named(Label),
}

impl Place {
    fn path(self) -> String {
        match self {
            Self::Nth(_, name) => name.to_owned(),
            Self::At(path) => path.to_string(),
            Self::Named(name) => name.raw(),
        }
    }
}

/// What each run has, by what it is about.
struct Table {
    there: Vec<bool>,
    rows: BTreeMap<Row, Vec<Value>>,
}

impl Table {
    fn set(&mut self, at: usize, row: Row, value: Value) {
        let runs = self.there.len();
        let values = self.rows.entry(row).or_insert_with(|| vec![Value::Null; runs]);
        values[at] = value;
    }

    fn differing(self) -> Vec<RunDifference> {
        let Self { there, rows } = self;
        let differ = |values: &[Value]| {
            let mut had = values.iter().zip(&there).filter(|(_, there)| **there).map(|(value, _)| value);
            had.next().is_some_and(|first| had.any(|other| !same(first, other)))
        };
        let differing = rows.into_iter().filter(|(_, values)| differ(values));
        differing
            .map(|((kind, place, split), values)| RunDifference { kind, path: place.path(), split, values })
            .collect()
    }
}

/// Whether two values are the same: 1 and 1.0 are.
fn same(one: &Value, other: &Value) -> bool {
    if let (Value::Number(one), Value::Number(other)) = (one, other)
        && one.is_f64() != other.is_f64()
    {
        let exact = |number: &serde_json::Number| number.as_i64().is_none_or(|whole| whole.abs() <= SAFE_MAX);
        return exact(one) && exact(other) && one.as_f64() == other.as_f64();
    }
    one == other
}

/// What tells runs apart beside settings, tags and series, by the names that the API has. Names and times are not among it:
/// hardly any two runs share them.
fn fields(run: &Run) -> [(&'static str, Value); 19] {
    let (subject, state) = (&run.subject, &run.state);
    [
        ("kind", subject.kind().raw().into()),
        ("status", state.status().raw().into()),
        ("errorCode", state.error().and_then(|error| error.code.as_ref()).map(Leaf::raw).into()),
        ("origin", run.origin.raw().into()),
        ("attempt", state.attempt.raw().into()),
        ("paper", id(subject.paper())),
        ("plan", id(subject.plan())),
        ("planHash", subject.plan_hash().map(Leaf::raw).into()),
        ("envHash", subject.env_hash().map(Leaf::raw).into()),
        ("seed", subject.seed().map(|seed| seed.0.to_string()).into()),
        ("unitMode", id(subject.unit_mode())),
        ("equationVersion", subject.equation_version().map(Leaf::raw).into()),
        ("containerHash", subject.container_hash().map(Leaf::raw).into()),
        ("totalSteps", subject.total_steps().map(Count::get).into()),
        ("group", run.group.as_ref().map(Leaf::raw).into()),
        ("repository", id(run.repository_id)),
        ("commitSha", run.commit_sha.as_ref().map(Leaf::raw).into()),
        ("dirty", run.dirty.into()),
        ("command", run.command.as_ref().map(Leaf::raw).into()),
    ]
}

fn id<T: crate::Entity>(id: Option<Id<T>>) -> Value {
    id.map(|id| id.to_string()).into()
}

fn value_of(reading: Reading) -> Value {
    match reading {
        Reading::Finite(real) => Real::get(real).into(),
        Reading::Special(special) => special.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::execution::{RunOrigin, RunState, RunSubject, Seed, SeriesName, Tags};
    use crate::text::Title;
    use crate::{JsonObject, Lifecycle, Revision, Timestamp};

    fn run(config: Value, tags: &[&str], seed: Option<i64>) -> Run {
        let uuid = "0190aaaa-bbbb-7000-8000-000000000000".parse().unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        Run {
            id: Id::try_new(uuid).unwrap(),
            project_id: Id::try_new(uuid).unwrap(),
            subject: RunSubject::Experiment { seed: seed.map(Seed), paper_id: None, plan_id: None, plan_hash: None },
            parent_run_id: None,
            name: Title::try_new("Run").unwrap(),
            description: None,
            origin: RunOrigin::Queued,
            state: RunState::queued(now),
            config: JsonObject::parse(config).unwrap(),
            tags: Tags::try_new(tags.iter().map(|tag| Label::try_new(*tag).unwrap()).collect()).unwrap(),
            group: None,
            repository_id: None,
            commit_sha: None,
            dirty: None,
            command: None,
            archived_at: None,
            metadata: JsonObject::empty(),
            created_by: None,
            lifecycle: Lifecycle::Live,
            revision: Revision::FIRST,
            created_at: now,
            updated_at: now,
        }
    }

    fn series(run: &Run, split: Option<&str>, last: f64) -> RunSeries {
        let label = |text: &str| Label::try_new(text).unwrap();
        let name = SeriesName { metric: label("loss"), split: split.map(label) };
        let uuid = "0190aaaa-bbbb-7000-8000-000000000001".parse().unwrap();
        let mut series =
            RunSeries::begun(Id::try_new(uuid).unwrap(), (run.project_id, run.id), Count::of(1), name, run.created_at);
        series.log(&[(Count::of(1), Reading::new(0.5)), (Count::of(2), Reading::new(last))], &[]);
        series
    }

    /// The kind, the path and the values of each.
    fn told(runs: &[Option<(&Run, &[RunSeries])>]) -> Vec<(DifferenceKind, String, Vec<Value>)> {
        differences(runs).into_iter().map(|found| (found.kind, found.path, found.values)).collect()
    }

    #[test]
    fn only_what_differs_is_named() {
        let one = run(json!({ "lr": 1, "layers": [8, 16], "same": { "x": "y" }, "none": null }), &["a", "b"], Some(7));
        let two = run(json!({ "lr": 1.0, "layers": [8, 32], "same": { "x": "y" } }), &["b"], None);
        assert_eq!(
            told(&[Some((&one, &[])), Some((&two, &[]))]),
            [
                (DifferenceKind::Field, "seed".to_owned(), vec![json!("7"), Value::Null]),
                (DifferenceKind::Config, "layers[1]".to_owned(), vec![json!(16), json!(32)]),
                (DifferenceKind::Tag, "a".to_owned(), vec![json!(true), Value::Null]),
            ]
        );
        assert_eq!(told(&[Some((&one, &[])), Some((&one, &[]))]), []);
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn what_is_made_of_parts_here_and_not_there_differs_at_both() {
        let (one, two) = (run(json!({ "a": { "b": 1 } }), &[], None), run(json!({ "a": [] }), &[], None));
        assert_eq!(
            told(&[Some((&one, &[])), Some((&two, &[]))]),
            [
                (DifferenceKind::Config, "a".to_owned(), vec![Value::Null, json!([])]),
                (DifferenceKind::Config, "a.b".to_owned(), vec![json!(1), Value::Null]),
            ]
        );
    }

    #[test]
    fn a_run_that_is_not_there_differs_by_nothing() {
        let (one, two) = (run(json!({ "a": 1, "b": 1 }), &[], None), run(json!({ "a": 2, "b": 1 }), &[], None));
        assert_eq!(
            told(&[Some((&one, &[])), None, Some((&two, &[]))]),
            [(DifferenceKind::Config, "a".to_owned(), vec![json!(1), Value::Null, json!(2)])]
        );
        assert_eq!(told(&[None, Some((&one, &[]))]), []);
    }

    #[test]
    fn series_are_told_apart_by_their_splits_and_compared_by_what_they_came_to() {
        let run = run(json!({}), &[], None);
        let (one, two) = ([series(&run, None, 0.25), series(&run, Some("test"), 2.0)], [series(&run, None, f64::NAN)]);
        let found = differences(&[Some((&run, &one)), Some((&run, &two))]);
        let told: Vec<_> = found
            .iter()
            .map(|found| (found.kind.raw(), found.split.as_ref().map(Leaf::raw), found.values.clone()))
            .collect();
        let test = || Some("test".to_owned());
        assert_eq!(
            told,
            [
                ("SERIES_LAST".to_owned(), None, vec![json!(0.25), json!("NaN")]),
                ("SERIES_LAST".to_owned(), test(), vec![json!(2.0), Value::Null]),
                ("SERIES_MIN".to_owned(), None, vec![json!(0.25), json!(0.5)]),
                ("SERIES_MIN".to_owned(), test(), vec![json!(0.5), Value::Null]),
                ("SERIES_MAX".to_owned(), test(), vec![json!(2.0), Value::Null]),
            ]
        );
        assert!(found.iter().all(|found| found.path == "loss"));
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (one, other, alike) in [
            (json!(1), json!(1.0), true),
            (json!(-0.0), json!(0), true),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0), false),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_993_i64), true),
            (json!("1"), json!(1), false),
        ] {
            assert_eq!(same(&one, &other), alike, "{one} {other}");
        }
    }
}
