//! A plot: a grid with its numbers, and lines over it.

use crate::kit::canvas::{Anchor, Canvas, MARGIN, Place, Script, WIDTH};
use crate::kit::number::short;
use crate::kit::scale::Scale;
use crate::kit::text::Font;

/// Where a plot is, and what its places mean.
pub(super) struct Frame {
    /// Where it begins.
    pub(super) top: f64,
    /// How high it is.
    pub(super) height: f64,
    /// From steps to places from side to side.
    pub(super) steps: Scale,
    /// From values to places below its beginning.
    pub(super) values: Scale,
}

impl Frame {
    /// Draws the grid, and the numbers of the values.
    pub(super) fn grid(&self, canvas: &mut Canvas, left: f64) {
        let bottom = self.top + self.height;
        for tick in self.steps.ticks_with_room(|label| Font::SMALL.width(label)) {
            let x = self.steps.at(tick.at);
            canvas.line((x, self.top), (x, bottom), "class=\"grid\"");
        }
        for tick in self.values.ticks(5) {
            let y = self.top + self.values.at(tick.at);
            canvas.line((left, y), (WIDTH - MARGIN, y), "class=\"grid\"");
            let script = Script::new(Font::SMALL, "quiet").held(Anchor::End);
            canvas.text((left - 6.0, y + 4.0), script, &tick.label);
        }
    }

    /// Draws a line, broken where a value is not finite; what stands alone between two breaks is a point.
    pub(super) fn line(&self, canvas: &mut Canvas, points: &[(f64, f64)], stroke: &str) {
        for piece in points.split(|(_, value)| !value.is_finite()) {
            let places: Vec<Place> = piece.iter().map(|point| self.place(*point)).collect();
            match places.as_slice() {
                [] => {}
                [only] => canvas.circle(*only, 2.0, &format!("fill=\"currentColor\" {stroke}")),
                _ => canvas.path(&places, "", &format!("fill=\"none\" stroke-linejoin=\"round\" {stroke}")),
            }
        }
    }

    fn place(&self, (step, value): (f64, f64)) -> Place {
        (self.steps.at(step), self.top + self.values.at(value))
    }
}

/// The sign of a line, around its middle.
pub(super) fn sample(canvas: &mut Canvas, (x, y): Place, stroke: &str) {
    canvas.line((x - 9.0, y), (x + 9.0, y), stroke);
}

/// How a line goes, in words.
pub(super) fn course(points: &[(f64, f64)]) -> String {
    let finite: Vec<_> = points.iter().filter(|(_, value)| value.is_finite()).collect();
    match finite.as_slice() {
        [] => "no finite values".to_owned(),
        [(step, value)] => format!("{} at step {step}", short(*value)),
        [(from, first), .., (to, last)] => {
            format!("from {} at step {from} to {} at step {to}", short(*first), short(*last))
        }
    }
}
