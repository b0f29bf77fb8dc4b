//! Draws the curves: the panels under each other, and what the lines mean beneath.

use super::plot::{self, Frame};
use super::{Curves, Line};
use crate::kit::canvas::{Anchor, Canvas, MARGIN, Script, WIDTH};
use crate::kit::legend::{self, Entry};
use crate::kit::scale::Scale;
use crate::kit::text::Font;
use crate::kit::theme::{LINES, Theme};
use crate::{head, remark};

/// The picture.
pub(crate) fn draw(curves: &Curves, theme: Theme) -> String {
    let mut canvas = Canvas::default();
    let (title, beneath) = titles(curves);
    let mut y = head(&mut canvas, &title, &beneath);
    if curves.panels.is_empty() {
        y = remark(&mut canvas, y + 8.0, "There are no points yet: nothing can be drawn.");
    } else {
        y = draw_panels(&mut canvas, y, curves);
    }
    if curves.odd > 0 {
        let (values, are) = if curves.odd == 1 { ("value", "is") } else { ("values", "are") };
        y = remark(&mut canvas, y, &format!("{} {values} {are} not finite: the lines break there.", curves.odd));
    }
    if curves.more {
        y = remark(&mut canvas, y, "There are more series: metrics that are named are shown instead.");
    }
    y = legend::draw(&mut canvas, y, &entries(curves));
    canvas.finish(y + MARGIN, theme, (&format!("Curves: {title}"), &said(curves)))
}

/// What the picture is called, and what stands beneath: of one run its name, of several what is measured.
fn titles(curves: &Curves) -> (String, String) {
    let metrics: Vec<&str> = curves.panels.iter().map(|panel| panel.metric.as_str()).collect();
    match curves.runs.as_slice() {
        [run] => (run.clone(), "By step".to_owned()),
        runs if metrics.is_empty() => (format!("{} runs", runs.len()), "By step".to_owned()),
        runs => (metrics.join(", "), format!("{} runs, by step", runs.len())),
    }
}

fn draw_panels(canvas: &mut Canvas, top: f64, curves: &Curves) -> f64 {
    let height = if curves.panels.len() == 1 { 200.0 } else { 130.0 };
    let lines = || curves.panels.iter().flat_map(|panel| &panel.lines);
    let values: Vec<Scale> = curves
        .panels
        .iter()
        .map(|panel| {
            let values = panel.lines.iter().flat_map(|line| &line.points).map(|(_, value)| *value);
            Scale::around(values, (height, 0.0))
        })
        .collect();
    let labels = values.iter().flat_map(|scale| scale.ticks(5)).map(|tick| Font::SMALL.width(&tick.label));
    let left = MARGIN + labels.fold(0.0, f64::max) + 8.0;
    let steps = lines().flat_map(|line| &line.points).map(|(step, _)| *step);
    let steps = Scale::spanning(steps, (left, WIDTH - MARGIN - 8.0));
    let mut y = top;
    for (panel, values) in curves.panels.iter().zip(values) {
        let name = Font::HEADING.fit(&panel.name(), WIDTH - 2.0 * MARGIN);
        canvas.text((MARGIN, y + 12.0), Script::new(Font::HEADING, "text"), &name);
        let frame = Frame { top: y + 22.0, height, steps, values };
        frame.grid(canvas, left);
        for line in &panel.lines {
            frame.line(canvas, &line.points, &stroke(curves, line.run, line.split));
        }
        y += height + 36.0;
    }
    let ticks = steps.ticks_with_room(|label| Font::SMALL.width(label));
    for tick in ticks {
        let script = Script::new(Font::SMALL, "quiet").held(Anchor::Middle);
        canvas.text((steps.at(tick.at), y), script, &tick.label);
    }
    let middle = left.midpoint(WIDTH - MARGIN);
    canvas.text((middle, y + 15.0), Script::new(Font::SMALL, "quiet").held(Anchor::Middle), "step");
    y + 26.0
}

/// How the line of a run and a split is drawn.
fn stroke(curves: &Curves, run: usize, split: usize) -> String {
    let (colour, dashes) = if curves.runs.len() > 1 { (run, split) } else { (split % LINES, split / LINES) };
    let dashes = ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 3\"", " stroke-dasharray=\"9 3 2 3\""][dashes % 4];
    format!("class=\"line{}\" stroke=\"currentColor\" stroke-width=\"1.8\"{dashes}", colour % LINES)
}

/// The lines that occur, with what they mean.
fn entries(curves: &Curves) -> Vec<Entry<'_>> {
    let used = |of: &dyn Fn(&Line) -> bool| curves.panels.iter().flat_map(|panel| &panel.lines).any(of);
    let entry = |meaning, stroke: String| {
        let sign = move |canvas: &mut Canvas, (x, y): (f64, f64)| plot::sample(canvas, (x, y), &stroke);
        Entry { meaning, sign: Box::new(sign) }
    };
    let several = curves.runs.len() > 1;
    let mut entries: Vec<Entry<'_>> = Vec::new();
    if several {
        let runs = curves.runs.iter().enumerate().filter(|(run, _)| used(&|line| line.run == *run));
        entries.extend(runs.map(|(run, name)| entry(name.as_str(), stroke(curves, run, 0))));
    }
    // One split without a name says nothing.
    if curves.splits.iter().any(Option::is_some) {
        let splits = curves.splits.iter().enumerate().filter(|(split, _)| used(&|line| line.split == *split));
        entries.extend(splits.map(|(split, name)| {
            let stroke = if several { quiet(stroke(curves, 0, split)) } else { stroke(curves, 0, split) };
            entry(name.as_deref().unwrap_or("all data"), stroke)
        }));
    }
    entries
}

/// The same line in no run's colour.
fn quiet(stroke: String) -> String {
    stroke.replace("class=\"line0\" stroke=\"currentColor\"", "class=\"ring\"")
}

/// The picture in words.
fn said(curves: &Curves) -> String {
    let sentences = curves.panels.iter().flat_map(|panel| {
        panel.lines.iter().map(move |line| {
            let (run, split) = (&curves.runs[line.run], &curves.splits[line.split]);
            let split = split.as_ref().map(|split| format!(" ({split})")).unwrap_or_default();
            format!("{}{split} of {run}: {}.", panel.name(), plot::course(&line.points))
        })
    });
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() { "There are no points yet.".to_owned() } else { sentences.join(" ") }
}
