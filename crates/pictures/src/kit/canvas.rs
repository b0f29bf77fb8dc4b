//! The canvas: writes SVG. Whatever text is put on it is escaped here, and nowhere else.

use std::fmt::Write;

use super::number::place;
use super::text::{Font, Weight};
use super::theme::Theme;

/// How wide every picture is, in its own units: at 400 pixels its texts are still of 9.
pub(crate) const WIDTH: f64 = 480.0;

/// What is free at the sides.
pub(crate) const MARGIN: f64 = 16.0;

/// A place.
pub(crate) type Place = (f64, f64);

/// At which of its ends a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Script {
    /// How large.
    pub(crate) font: Font,
    /// In which colour.
    pub(crate) class: &'static str,
    /// Where it is held.
    pub(crate) anchor: Anchor,
}

impl Script {
    /// A text of this size and colour, held at its beginning.
    pub(crate) const fn new(font: Font, class: &'static str) -> Self {
        Self { font, class, anchor: Anchor::Start }
    }

    /// The same, held elsewhere.
    pub(crate) const fn held(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// What was drawn so far.
#[derive(Debug, Default)]
pub(crate) struct Canvas(String);

impl Canvas {
    /// Writes a text; its place is that of its base line.
    pub(crate) fn text(&mut self, (x, y): Place, script: Script, text: &str) {
        let weight = if script.font.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
        let anchor = match script.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (size, class) = (place(script.font.size), script.class);
        self.put(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{weight}{anchor} class=\"{class}\">{}</text>",
            place(x),
            place(y),
            escaped(text)
        ));
    }

    /// Draws a line.
    pub(crate) fn line(&mut self, (x1, y1): Place, (x2, y2): Place, style: &str) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(place);
        self.put(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {style}/>"));
    }

    /// Draws a rectangle from one corner to the other.
    pub(crate) fn rectangle(&mut self, (x, y): Place, (to_x, to_y): Place, style: &str) {
        let [x, y, width, height] = [x, y, to_x - x, to_y - y].map(place);
        self.put(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}/>"));
    }

    /// Draws a circle.
    pub(crate) fn circle(&mut self, (x, y): Place, radius: f64, style: &str) {
        let [x, y, radius] = [x, y, radius].map(place);
        self.put(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {style}/>"));
    }

    /// Draws a path through these places.
    pub(crate) fn path(&mut self, places: &[Place], end: &str, style: &str) {
        let mut path = String::with_capacity(places.len() * 10);
        for (at, (x, y)) in places.iter().enumerate() {
            let letter = if at == 0 { 'M' } else { 'L' };
            // Writing to a String cannot fail.
            let _ = write!(path, "{letter}{} {}", place(*x), place(*y));
        }
        self.put(&format!("<path d=\"{path}{end}\" {style}/>"));
    }

    /// Draws things that belong together, and says what they are.
    pub(crate) fn group(&mut self, title: &str, draw: impl FnOnce(&mut Self)) {
        self.put(&format!("<g><title>{}</title>", escaped(title)));
        draw(self);
        self.put("</g>");
    }

    /// The picture, so high, with what it is called and what it shows in words.
    pub(crate) fn finish(self, height: f64, theme: Theme, (title, said): (&str, &str)) -> String {
        let (width, height) = (place(WIDTH), place(height.ceil()));
        let (title, said, style, drawn) = (escaped(title), escaped(said), theme.style(), self.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title said\" font-family=\"{FONTS}\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"said\">{said}</desc>\n<style>{style}</style>\n\
             <rect width=\"{width}\" height=\"{height}\" rx=\"6\" class=\"ground\"/>\n{drawn}</svg>\n"
        )
    }

    fn put(&mut self, element: &str) {
        self.0.push_str(element);
        self.0.push('\n');
    }
}

/// None of them is wider than the texts are taken to be.
const FONTS: &str = "Inter,'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif";

/// The text as XML has it. What XML cannot hold, and what would turn the direction of what is around it, is replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            c if c.is_whitespace() => escaped.push(' '),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup_and_every_text_is_xml() {
        let text = "<script>alert(\"&\")</script> \u{1}\u{1b}[31m\u{202e}\u{ffff}\u{7f} a\tb";
        let mut canvas = Canvas::default();
        canvas.text((1.0, 2.0), Script::new(Font::BODY, "text"), text);
        canvas.group(text, |_| {});
        let svg = canvas.finish(10.0, Theme::Preferred, (text, text));
        let tree = roxmltree::Document::parse(&svg).unwrap();
        assert!(tree.descendants().all(|node| node.tag_name().name() != "script"));
        let shown = "<script>alert(\"&\")</script> \u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd} a b";
        let texts = tree.descendants().filter(|node| node.is_text() && node.text().unwrap().contains("alert"));
        let texts: Vec<&str> = texts.filter_map(|node| node.text()).collect();
        assert_eq!(texts, [shown; 4]);
    }
}
