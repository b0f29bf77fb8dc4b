//! A row: a claim, where it stands on its scale, and its numbers.

use domain::execution::{Comparison, Verdict};

use super::{Claimed, Panel};
use crate::kit::canvas::{Anchor, Canvas, MARGIN, Place, Script, WIDTH};
use crate::kit::number::{exact, short, signed};
use crate::kit::scale::Scale;
use crate::kit::text::Font;

/// How high a row is: two lines of text, and what is free between two rows.
pub(super) const HEIGHT: f64 = 36.0;

/// How much room there is for what claims are of.
pub(super) fn names<'a>(claims: impl Iterator<Item = &'a Claimed>) -> f64 {
    claims.map(|claim| Font::BODY.width(&claim.of)).fold(92.0, f64::max).min(150.0)
}

/// The columns of a panel.
pub(super) struct Columns {
    /// How much room there is for what a claim is of.
    names: f64,
    /// Where the scale begins and ends.
    pub(super) plot: (f64, f64),
}

impl Columns {
    /// The columns for these claims, beside what they are of.
    pub(super) fn of(names: f64, claims: &[Claimed]) -> Self {
        let numbers = claims.iter().map(|claim| {
            let (above, below) = numbers(claim);
            Font::BODY.width(&above).max(Font::SMALL.width(&below))
        });
        let end = WIDTH - MARGIN - numbers.fold(96.0, f64::max) - 14.0;
        Self { names, plot: (MARGIN + names + 14.0, end) }
    }
}

/// Draws a row from this height on.
pub(super) fn draw(canvas: &mut Canvas, top: f64, claim: &Claimed, (scale, columns): (Scale, &Columns)) {
    let y = top + HEIGHT / 2.0;
    let lines = Font::BODY.wrap(&claim.of, columns.names, 2);
    for (line, base) in lines.iter().zip(if lines.len() == 1 { [4.0, 0.0] } else { [-3.0, 11.0] }) {
        canvas.text((MARGIN, y + base), Script::new(Font::BODY, "text"), line);
    }
    canvas.line((columns.plot.0, y), (columns.plot.1, y), "class=\"grid\"");
    let claimed = scale.at(claim.number.get());
    if let Some(observed) = claim.observed {
        if let Some((least, most)) = tolerance(observed) {
            band(canvas, (scale.within(least), scale.within(most)), y);
        }
        let at = scale.at(observed.observed().get());
        let style = format!("class=\"{}\"", class(observed.verdict()));
        canvas.rectangle((at.min(claimed), y - 1.0), (at.max(claimed), y + 1.0), &style);
        ring(canvas, (claimed, y));
        mark(canvas, (at, y), observed.verdict());
    } else {
        ring(canvas, (claimed, y));
    }
    let (above, below) = numbers(claim);
    let end = WIDTH - MARGIN;
    canvas.text((end, y - 3.0), Script::new(Font::BODY, "text").held(Anchor::End), &above);
    canvas.text((end, y + 11.0), Script::new(Font::SMALL, "quiet").held(Anchor::End), &below);
}

/// The claimed and the observed number, and the gap.
fn numbers(claim: &Claimed) -> (String, String) {
    let claimed = short(claim.number.get());
    match claim.observed {
        Some(observed) => {
            (format!("{claimed} → {}", short(observed.observed().get())), signed(observed.gap_abs().get()))
        }
        None => (claimed, "not observed".to_owned()),
    }
}

/// From which number to which an observed one is within the tolerance, where there is one.
pub(super) fn tolerance(observed: Comparison) -> Option<(f64, f64)> {
    let (claimed, tolerance) = (observed.claimed().get(), observed.scale().tolerance?.get());
    (tolerance > 0.0).then_some((claimed - tolerance, claimed + tolerance))
}

/// The sign of what is claimed.
pub(super) fn ring(canvas: &mut Canvas, place: Place) {
    canvas.circle(place, 6.0, "fill=\"none\" stroke-width=\"2\" class=\"ring\"");
}

/// The sign of a tolerance.
pub(super) fn band(canvas: &mut Canvas, (from, to): (f64, f64), y: f64) {
    canvas.rectangle((from, y - 9.0), (to, y + 9.0), "rx=\"2\" class=\"band\"");
}

/// The sign of what was observed.
pub(super) fn mark(canvas: &mut Canvas, (x, y): Place, verdict: Verdict) {
    let style = format!("class=\"{}\"", class(verdict));
    let shape: &[Place] = match verdict {
        Verdict::Reproduced => return canvas.circle((x, y), 4.5, &style),
        Verdict::Exceeded => &[(0.0, -5.5), (5.5, 4.5), (-5.5, 4.5)],
        Verdict::WithinTolerance => &[(0.0, -5.8), (5.8, 0.0), (0.0, 5.8), (-5.8, 0.0)],
        Verdict::NotReproduced => &[(-4.4, -4.4), (4.4, -4.4), (4.4, 4.4), (-4.4, 4.4)],
    };
    let places: Vec<Place> = shape.iter().map(|(across, down)| (x + across, y + down)).collect();
    canvas.path(&places, "Z", &style);
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exceeded => "exceeded",
        Verdict::Reproduced => "reproduced",
        Verdict::WithinTolerance => "within",
        Verdict::NotReproduced => "missed",
    }
}

/// A verdict in words.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exceeded => "exceeded",
        Verdict::Reproduced => "reproduced",
        Verdict::WithinTolerance => "within tolerance",
        Verdict::NotReproduced => "not reproduced",
    }
}

/// A row in words.
pub(super) fn sentence(panel: &Panel, claim: &Claimed) -> String {
    let (metric, of) = (&panel.metric, &claim.of);
    let unit = panel.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let number = exact(claim.number.get());
    match claim.observed {
        None => format!("{metric}, {of}: claimed {number}{unit}, not observed yet."),
        Some(observed) => {
            let (seen, verdict) = (exact(observed.observed().get()), word(observed.verdict()));
            let run = claim.run.as_ref().map(|run| format!(" by {run}")).unwrap_or_default();
            format!("{metric}, {of}: claimed {number}{unit}, observed {seen}{unit}{run}: {verdict}.")
        }
    }
}
