//! Pictures of runs with much and with little.

use super::{Curves, Line, Panel, draw};
use crate::boxes::{Boxed, boxed};
use crate::kit::theme::Theme;

/// The curve of a training: so many points, with some noise.
fn course(points: u32, from: f64, to: f64, noise: f64) -> Vec<(f64, f64)> {
    let at = |at: u32| {
        let part = f64::from(at) / f64::from(points);
        let wave = (f64::from(at) * 12.9898).sin() * 43_758.545_3;
        (f64::from(at * 50), to + (from - to) * (-5.0 * part).exp() + noise * (wave.fract() - 0.5))
    };
    (0..points).map(at).collect()
}

fn panel(metric: &str, unit: Option<&str>, lines: Vec<Line>) -> Panel {
    Panel { metric: metric.to_owned(), unit: unit.map(str::to_owned), lines }
}

fn one_run(panels: Vec<Panel>) -> Curves {
    let splits = vec![Some("train".to_owned()), Some("validation".to_owned())];
    Curves {
        runs: vec!["ResNet on ImageNet: lower learning rate (made up)".into()],
        splits,
        panels,
        ..Curves::default()
    }
}

fn line(run: usize, split: usize, points: Vec<(f64, f64)>) -> Line {
    Line { run, split, points }
}

fn shown(name: &str, curves: &Curves) -> Vec<Boxed> {
    for (theme, ending) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        boxed(&format!("curves-{name}-{ending}"), &draw(curves, theme));
    }
    boxed(&format!("curves-{name}"), &draw(curves, Theme::Preferred))
}

#[test]
fn metrics_of_a_run_have_panels_and_its_splits_lines() {
    let curves = one_run(vec![
        panel(
            "Loss",
            Some("nats"),
            vec![line(0, 0, course(300, 6.9, 1.1, 0.2)), line(0, 1, course(60, 7.0, 1.6, 0.05))],
        ),
        panel("Top-1 accuracy", Some("%"), vec![line(0, 1, course(60, 2.0, 76.1, 1.0))]),
        panel("Learning rate", None, vec![line(0, 0, course(300, 0.1, 0.000_02, 0.0))]),
    ]);
    let texts = shown("one", &curves);
    for wanted in ["Loss (nats)", "Top-1 accuracy (%)", "Learning rate", "train", "validation", "step"] {
        assert!(texts.iter().any(|text| text.text == wanted), "{wanted} is not shown");
    }
}

#[test]
fn several_runs_have_colours_and_a_legend() {
    let runs: Vec<String> =
        (1..=6).map(|at| format!("Conformer on LibriSpeech test-other: seed {at} (made up)")).collect();
    let lines = (0..6).flat_map(|run| {
        let to = 3.9 + f64::from(u32::try_from(run).unwrap()) * 4.0;
        [line(run, 0, course(200, 60.0, to, 1.0)), line(run, 1, course(200, 62.0, to + 6.0, 0.3))]
    });
    let curves = Curves { runs, ..one_run(vec![panel("Word error rate", Some("%"), lines.collect())]) };
    shown("several", &curves);
}

#[test]
fn a_line_breaks_where_a_value_is_not_finite() {
    let mut points = course(40, 3.0, 1.0, 0.1);
    for (at, value) in [(5, f64::NAN), (7, f64::INFINITY), (20, f64::NEG_INFINITY), (39, f64::NAN)] {
        points[at].1 = value;
    }
    let curves = Curves { odd: 4, ..one_run(vec![panel("loss", None, vec![line(0, 0, points)])]) };
    let svg = draw(&curves, Theme::Light);
    let texts = shown("broken", &curves);
    assert_eq!((svg.matches("<path").count(), svg.matches("<circle").count()), (3, 1));
    assert!(texts.iter().any(|text| text.text.starts_with("4 values are not finite")));
    assert!(!svg.contains("NaN") && !svg.contains("inf,") && !svg.contains(">inf"));
}

#[test]
fn nothing_and_next_to_nothing_can_be_drawn() {
    let empty = shown("empty", &one_run(Vec::new()));
    assert!(empty.iter().any(|text| text.text.starts_with("There are no points yet")));
    let only = |points| one_run(vec![panel("loss", None, vec![line(0, 0, points)])]);
    shown("point", &only(vec![(7.0, 0.25)]));
    shown("odd", &only(vec![(7.0, f64::NAN), (8.0, f64::NAN)]));
    shown("flat", &only(vec![(0.0, 3.0), (9_007_199_254_740_991.0, 3.0)]));
    shown("wide", &only(vec![(0.0, f64::MIN), (1.0, f64::MAX), (2.0, 5e-324)]));
}
