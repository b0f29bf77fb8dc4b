//! Pictures of papers and of runs, as SVG: what they show, and how they are drawn. The server serves them, the command
//! writes them, and both get the same bytes: a picture follows from the rows alone.
//!
//! # Adding a picture
//!
//! A picture is a folder beside `gaps` and `curves`, with
//!
//! - `mod.rs`: what it shows, as a value that needs no database;
//! - `read.rs`: reads that value through the reader of whoever asks, in so many statements as its form says and no more for
//!   more rows; what the reader does not see is not there;
//! - `draw.rs`: makes the picture of the value with the `kit`: texts are escaped by the canvas, keep to their room by
//!   `Font::fit` and `Font::wrap`, and colours are the classes of the theme;
//! - `tests.rs`: that nothing lies over another with much and with little, by `boxes.rs`.
//!
//! Then it gets a variant in `picture.rs`, which says its address; a route in `crates/server/src/http/pictures.rs`; a field
//! of what it is of, as `Paper.gapsPicture` is one in `crates/graphql/src/literature/paper.rs`; and a word of
//! `reprograph plot` in `crates/server/src/command/plot.rs`. Look at what you drew, at 400 and 800 pixels, light and dark:
//! `scripts/look-at-pictures` makes the images.

#[cfg(test)]
mod boxes;
pub mod curves;
mod gaps;
mod kit;
mod picture;

pub use kit::theme::Theme;
pub use picture::{Picture, Subject};

use storage::{End, Page};

use kit::canvas::{Canvas, MARGIN, Script, WIDTH};
use kit::text::Font;

/// The first rows of a list.
fn first(size: u64) -> Page {
    Page { end: End::First, size, after: None, before: None }
}

/// What a metric is called, with its unit where it has one.
fn with_unit(metric: &str, unit: Option<&str>) -> String {
    unit.map_or_else(|| metric.to_owned(), |unit| format!("{metric} ({unit})"))
}

/// Writes what a picture is called, and what stands beneath; answers where these end.
fn head(canvas: &mut Canvas, title: &str, beneath: &str) -> f64 {
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = MARGIN;
    for line in Font::TITLE.wrap(title, room, 2) {
        canvas.text((MARGIN, y + 12.0), Script::new(Font::TITLE, "text"), &line);
        y += 18.0;
    }
    canvas.text((MARGIN, y + 11.0), Script::new(Font::SMALL, "quiet"), &Font::SMALL.fit(beneath, room));
    y + 28.0
}

/// Writes a sentence, and answers where it ends.
fn remark(canvas: &mut Canvas, top: f64, sentence: &str) -> f64 {
    let lines = Font::SMALL.wrap(sentence, WIDTH - 2.0 * MARGIN, 3);
    let mut y = top;
    for line in lines {
        canvas.text((MARGIN, y + 11.0), Script::new(Font::SMALL, "quiet"), &line);
        y += 15.0;
    }
    y + 8.0
}
