//! A legend: signs, each with what it means, in as many lines as it takes.

use super::canvas::{Canvas, MARGIN, Place, Script, WIDTH};
use super::text::Font;

/// How high a line of it is.
const LINE: f64 = 18.0;
/// How wide a sign is, with what is free after it.
const SIGN: f64 = 24.0;
/// What is free between two.
const BETWEEN: f64 = 14.0;

/// Draws a sign around the place of its middle.
pub(crate) type Sign<'a> = dyn Fn(&mut Canvas, Place) + 'a;

/// A sign, and what it means.
pub(crate) struct Entry<'a> {
    /// What it means.
    pub(crate) meaning: &'a str,
    /// Draws the sign around the place of its middle.
    pub(crate) sign: Box<Sign<'a>>,
}

/// Draws a legend from this height on, and answers where it ends.
pub(crate) fn draw(canvas: &mut Canvas, top: f64, entries: &[Entry<'_>]) -> f64 {
    let font = Font::SMALL;
    let (mut x, mut y) = (MARGIN, top);
    for entry in entries {
        let meaning = font.fit(entry.meaning, WIDTH - 2.0 * MARGIN - SIGN);
        let wide = SIGN + font.width(&meaning);
        if x > MARGIN && x + wide > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + LINE);
        }
        (entry.sign)(canvas, (x + SIGN / 2.0 - 3.0, y + LINE / 2.0));
        canvas.text((x + SIGN, y + LINE / 2.0 + 4.0), Script::new(font, "quiet"), &meaning);
        x += wide + BETWEEN;
    }
    if entries.is_empty() { top } else { y + LINE }
}
