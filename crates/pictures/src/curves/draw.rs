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
    let title = called(curves);
    let mut y = head(&mut canvas, &title, "By step");
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
    y = legend::draw(&mut canvas, y, &runs(curves));
    y = legend::draw(&mut canvas, y, &splits(curves));
    canvas.finish(y + MARGIN, theme, (&format!("Curves: {title}"), &said(curves)))
}

/// What the picture is called: of one run as that is.
fn called(curves: &Curves) -> String {
    match curves.runs.as_slice() {
        [run] => run.clone(),
        runs => format!("{} runs beside each other", runs.len()),
    }
}

fn draw_panels(canvas: &mut Canvas, top: f64, curves: &Curves) -> f64 {
    let height = if curves.panels.len() == 1 { 200.0 } else { 130.0 };
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
    let steps = lines(curves).flat_map(|line| &line.points).map(|(step, _)| *step);
    let steps = Scale::whole(steps, (left, WIDTH - MARGIN - 8.0));
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
    let dashes =
        ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 3\"", " stroke-dasharray=\"9 3 2 3\""][dashes % 4];
    format!("class=\"line{}\" stroke=\"currentColor\" stroke-width=\"1.8\"{dashes}", colour % LINES)
}

/// The runs that have lines, where there are several.
fn runs(curves: &Curves) -> Vec<Entry<'_>> {
    let used = |run| lines(curves).any(|line| line.run == run);
    let several = curves.runs.iter().enumerate().filter(|(run, _)| curves.runs.len() > 1 && used(*run));
    several.map(|(run, name)| entry(name, stroke(curves, run, 0))).collect()
}

/// The splits that have lines. A single one without a name says nothing.
fn splits(curves: &Curves) -> Vec<Entry<'_>> {
    let used = |split| lines(curves).any(|line| line.split == split);
    let named = curves.splits.iter().any(Option::is_some);
    let splits = curves.splits.iter().enumerate().filter(|(split, _)| named && used(*split));
    let drawn = |split| match curves.runs.len() {
        1 => stroke(curves, 0, split),
        _ => quiet(&stroke(curves, 0, split)),
    };
    splits.map(|(split, name)| entry(name.as_deref().unwrap_or("without a split"), drawn(split))).collect()
}

fn lines(curves: &Curves) -> impl Iterator<Item = &Line> {
    curves.panels.iter().flat_map(|panel| &panel.lines)
}

fn entry(meaning: &str, stroke: String) -> Entry<'_> {
    let sign = move |canvas: &mut Canvas, (x, y): (f64, f64)| plot::sample(canvas, (x, y), &stroke);
    Entry { meaning, sign: Box::new(sign) }
}

/// The same line in no run's colour.
fn quiet(stroke: &str) -> String {
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
