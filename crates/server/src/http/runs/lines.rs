//! The lines of an export: CSV with one record a row, or a JSON object a line. What is not finite is `NaN`, `Infinity` or
//! `-Infinity` in both.

use std::fmt::Write;

use domain::execution::{Reading, Run, RunSeries};
use domain::text::Label;
use domain::{Leaf, Real, Timestamp};
use serde_json::{Value, json};
use storage::execution::curve::Curve;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// Comma-separated values.
    Csv,
    /// JSON lines.
    Json,
}

impl Lines {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/jsonl",
        }
    }

    pub(super) fn disposition(self) -> &'static str {
        match self {
            Self::Csv => "attachment; filename=\"runs.csv\"",
            Self::Json => "attachment; filename=\"runs.jsonl\"",
        }
    }

    /// What stands before all.
    pub(super) fn head(self) -> String {
        match self {
            Self::Csv => "record,run,metric,split,step,value,t,ts,data\r\n".to_owned(),
            Self::Json => String::new(),
        }
    }

    /// What a run is.
    pub(super) fn run(self, run: &Run) -> String {
        let state = &run.state;
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let data = json!({
            "name": run.name.as_str(),
            "kind": run.subject.kind().as_str(),
            "status": state.status().as_str(),
            "tags": run.tags.raw(),
            "group": run.group.as_ref().map(Label::as_str),
            "seed": run.subject.seed().map(|seed| seed.0.to_string()),
            "config": run.config.value(),
            "metadata": run.metadata.value(),
            "queuedAt": state.queued_at.to_string(),
            "startedAt": time(state.started_at()),
            "endedAt": time(state.ended_at()),
            "durationMs": state.duration().map(domain::Count::get),
        });
        match self {
            Self::Csv => format!("run,{},,,,,,,{}\r\n", run.id, quoted(&data.to_string())),
            Self::Json => line("run", &[("run", run.id.to_string().into())], data),
        }
    }

    /// What the points of a series come to.
    pub(super) fn series(self, series: &RunSeries) -> String {
        let data = json!({
            "count": series.count.get(),
            "firstStep": series.first_step.map(domain::Count::get),
            "lastStep": series.last_step.map(domain::Count::get),
            "first": series.first.map(Value::from),
            "last": series.last.map(Value::from),
            "min": series.min.map(Real::get),
            "max": series.max.map(Real::get),
            "nonFiniteCount": series.non_finite_count.get(),
            "firstNonFiniteStep": series.first_non_finite_step.map(domain::Count::get),
            "terminalValue": series.terminal_value.map(Value::from),
        });
        match self {
            Self::Csv => format!("series,{},,,,,{}\r\n", name(series), quoted(&data.to_string())),
            Self::Json => line("series", &named(series), data),
        }
    }

    /// Points of a series.
    pub(super) fn points(self, series: &RunSeries, curve: &Curve) -> String {
        if curve.steps.is_empty() {
            return String::new();
        }
        match self {
            Self::Csv => rows(series, curve),
            Self::Json => {
                let data = json!({
                    "steps": curve.steps.iter().map(|step| step.get()).collect::<Vec<_>>(),
                    "values": curve.values.iter().map(|reading| Value::from(*reading)).collect::<Vec<_>>(),
                    "times": curve.times.iter().map(|t| t.map(Real::get)).collect::<Vec<_>>(),
                    "timestamps": curve.timestamps.iter().map(ToString::to_string).collect::<Vec<_>>(),
                });
                line("points", &named(series), data)
            }
        }
    }
}

/// A row for each point.
fn rows(series: &RunSeries, curve: &Curve) -> String {
    let name = name(series);
    let mut text = String::with_capacity(curve.steps.len().saturating_mul(name.len() + 64));
    let points = curve.steps.iter().zip(&curve.values).zip(curve.times.iter().zip(&curve.timestamps));
    for ((step, reading), (t, ts)) in points {
        let t = t.map(|t| format!("{:?}", t.get())).unwrap_or_default();
        let value = match reading {
            Reading::Finite(real) => format!("{:?}", real.get()),
            Reading::Special(special) => special.to_string(),
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "point,{name},{},{value},{t},{ts},\r\n", step.get());
    }
    text
}

/// The run, the metric and the split, as CSV has them.
fn name(series: &RunSeries) -> String {
    let split = series.split.as_ref().map(|split| quoted(split.as_str())).unwrap_or_default();
    format!("{},{},{split}", series.run_id, quoted(series.metric.as_str()))
}

/// The same as members of an object.
fn named(series: &RunSeries) -> [(&'static str, Value); 3] {
    [
        ("run", series.run_id.to_string().into()),
        ("metric", series.metric.as_str().into()),
        ("split", series.split.as_ref().map(Label::as_str).into()),
    ]
}

fn line(record: &str, named: &[(&'static str, Value)], mut data: Value) -> String {
    if let Value::Object(members) = &mut data {
        members.insert("record".into(), record.into());
        members.extend(named.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    format!("{data}\n")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
