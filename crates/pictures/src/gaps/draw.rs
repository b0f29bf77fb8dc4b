//! Draws the gaps: a panel for each metric, with a round scale above its claims.

use domain::execution::{Direction, Verdict};

use super::row::{self, Columns};
use super::{Claimed, Gaps, Panel};
use crate::kit::canvas::{Anchor, Canvas, MARGIN, Script, WIDTH};
use crate::kit::legend::{self, Entry};
use crate::kit::scale::Scale;
use crate::kit::text::Font;
use crate::kit::theme::Theme;
use crate::{head, remark};

/// The picture.
pub(crate) fn draw(gaps: &Gaps, theme: Theme) -> String {
    let mut canvas = Canvas::default();
    let mut y = head(&mut canvas, &gaps.title, "Claimed → observed, and the gap between them");
    if gaps.panels.is_empty() {
        y = remark(&mut canvas, y + 8.0, "The paper has no claims yet: nothing can be compared.");
    }
    let names = row::names(gaps.panels.iter().flat_map(|panel| &panel.claims));
    for panel in &gaps.panels {
        y = draw_panel(&mut canvas, y, panel, &Columns::of(names, &panel.claims));
    }
    if gaps.more {
        y = remark(&mut canvas, y, "The paper has more claims: the first of them are shown.");
    }
    y = legend::draw(&mut canvas, y, &entries(gaps));
    if let Some(runs) = runs(gaps) {
        y = remark(&mut canvas, y + 6.0, &runs) - 8.0;
    }
    canvas.finish(y + MARGIN, theme, (&format!("Claimed and observed: {}", gaps.title), &said(gaps)))
}

/// Draws the claims of a metric from this height on, and answers where they end.
fn draw_panel(canvas: &mut Canvas, top: f64, panel: &Panel, columns: &Columns) -> f64 {
    let name = Font::HEADING.fit(&panel.name(), WIDTH - 2.0 * MARGIN);
    canvas.text((MARGIN, top + 12.0), Script::new(Font::HEADING, "text"), &name);
    let better = match panel.direction {
        Some(Direction::Maximize) => "more is better",
        Some(Direction::Minimize) => "less is better",
        None => "",
    };
    let (axis, first) = (top + 28.0, top + 34.0);
    canvas.text((MARGIN, axis), Script::new(Font::SMALL, "quiet"), better);
    let scale = Scale::around(numbers(&panel.claims).into_iter(), columns.plot);
    let end = panel.claims.iter().fold(first, |y, _| y + row::HEIGHT);
    for tick in scale.ticks_with_room(|label| Font::SMALL.width(label)) {
        let x = scale.at(tick.at);
        canvas.text((x, axis), Script::new(Font::SMALL, "quiet").held(Anchor::Middle), &tick.label);
        canvas.line((x, first), (x, end), "class=\"grid\"");
    }
    let mut y = first;
    for claim in &panel.claims {
        let said = row::sentence(panel, claim);
        canvas.group(&said, |canvas| row::draw(canvas, y, claim, (scale, columns)));
        y += row::HEIGHT;
    }
    end + 14.0
}

/// The numbers that a scale must hold. A tolerance belongs to them unless all else would be a point beside it.
fn numbers(claims: &[Claimed]) -> Vec<f64> {
    let observed = || claims.iter().filter_map(|claim| claim.observed);
    let mut numbers: Vec<f64> = claims.iter().map(|claim| claim.number.get()).collect();
    numbers.extend(observed().map(|observed| observed.observed().get()));
    let (least, most) = numbers.iter().fold((f64::MAX, f64::MIN), |(a, b), number| (a.min(*number), b.max(*number)));
    let ends =
        observed().filter_map(row::tolerance).filter(|(from, to)| most <= least || to - from <= 20.0 * (most - least));
    let ends: Vec<f64> = ends.flat_map(|(from, to)| [from, to]).collect();
    numbers.extend(ends);
    numbers
}

/// By which runs it was observed.
fn runs(gaps: &Gaps) -> Option<String> {
    let mut runs: Vec<&str> = Vec::new();
    for run in gaps.panels.iter().flat_map(|panel| &panel.claims).filter_map(|claim| claim.run.as_deref()) {
        if !runs.contains(&run) {
            runs.push(run);
        }
    }
    (!runs.is_empty()).then(|| format!("Observed by: {}.", runs.join("; ")))
}

/// The signs that occur, with what they mean.
fn entries(gaps: &Gaps) -> Vec<Entry<'static>> {
    let claims: Vec<_> = gaps.panels.iter().flat_map(|panel| &panel.claims).collect();
    let observed: Vec<_> = claims.iter().filter_map(|claim| claim.observed).collect();
    let mut entries = Vec::new();
    if !claims.is_empty() {
        entries.push(Entry { meaning: "claimed", sign: Box::new(row::ring) });
    }
    if observed.iter().any(|observed| row::tolerance(*observed).is_some()) {
        let sign = |canvas: &mut Canvas, (x, y): (f64, f64)| row::band(canvas, (x - 8.0, x + 8.0), y);
        entries.push(Entry { meaning: "tolerance", sign: Box::new(sign) });
    }
    for verdict in VERDICTS.into_iter().filter(|verdict| observed.iter().any(|one| one.verdict() == *verdict)) {
        let sign = move |canvas: &mut Canvas, place| row::mark(canvas, place, verdict);
        entries.push(Entry { meaning: row::word(verdict), sign: Box::new(sign) });
    }
    entries
}

const VERDICTS: [Verdict; 4] =
    [Verdict::Exceeded, Verdict::Reproduced, Verdict::WithinTolerance, Verdict::NotReproduced];

/// The picture in words.
fn said(gaps: &Gaps) -> String {
    let sentences = gaps.panels.iter().flat_map(|panel| panel.claims.iter().map(|claim| row::sentence(panel, claim)));
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() { "The paper has no claims yet.".to_owned() } else { sentences.join(" ") }
}
