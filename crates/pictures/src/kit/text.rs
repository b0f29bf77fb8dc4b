//! How wide texts are, and how they are kept within their room. Whoever looks at a picture has fonts of their own, so a
//! text is taken to be as wide as in `DejaVu Sans`, which is wider than most; what is narrower only leaves more room.

/// How strongly a text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// As most are.
    Normal,
    /// Bold.
    Bold,
}

/// A size, and how strongly it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Font {
    /// In the units of the picture.
    pub(crate) size: f64,
    /// How strongly.
    pub(crate) weight: Weight,
}

impl Font {
    /// What a picture is called.
    pub(crate) const TITLE: Self = Self { size: 14.0, weight: Weight::Bold };
    /// What a part of it is called.
    pub(crate) const HEADING: Self = Self { size: 12.0, weight: Weight::Bold };
    /// Most texts.
    pub(crate) const BODY: Self = Self { size: 12.0, weight: Weight::Normal };
    /// Ticks and remarks.
    pub(crate) const SMALL: Self = Self { size: 11.0, weight: Weight::Normal };

    /// How wide a text is at most.
    pub(crate) fn width(self, text: &str) -> f64 {
        let bold = if self.weight == Weight::Bold { 1.15 } else { 1.0 };
        text.chars().map(advance).sum::<f64>() * self.size * bold / 1000.0
    }

    /// The text, or as much of its beginning as has room.
    pub(crate) fn fit(self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut kept = String::new();
        for c in text.chars() {
            kept.push(c);
            if self.width(&kept) + self.width("…") > room {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }

    /// The text in at most so many lines, broken between words where that can be; what has no room ends in dots.
    pub(crate) fn wrap(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let joined = lines.last().map(|line| format!("{line} {word}")).filter(|line| self.width(line) <= room);
            if let Some(joined) = joined {
                lines.pop();
                lines.push(joined);
            } else if lines.len() < most {
                lines.push(word.to_owned());
            } else {
                let rest: Vec<&str> = std::iter::once(word).chain(words.by_ref()).collect();
                let last = lines.pop().unwrap_or_default();
                lines.push(format!("{last} {}", rest.join(" ")));
            }
        }
        lines.iter().map(|line| self.fit(line, room)).collect()
    }
}

/// How far a character goes on, in thousandths of the size.
fn advance(c: char) -> f64 {
    let at = u32::from(c).checked_sub(u32::from(' ')).and_then(|at| usize::try_from(at).ok());
    match at.and_then(|at| ASCII.get(at)) {
        Some(thousandths) => f64::from(*thousandths),
        None if c < '\u{250}' && c.is_lowercase() => 700.0,
        None if c < '\u{1f000}' => 1100.0,
        None => 1400.0,
    }
}

/// The characters from the space to `~` in `DejaVu Sans`.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_wider_than_its_room() {
        let long =
            "LibriSpeech test-other without any language model whatsoever, and Donaudampfschifffahrtsgesellschaft";
        for room in [40.0, 90.0, 151.0, 300.0] {
            assert!(Font::BODY.width(&Font::BODY.fit(long, room)) <= room);
            for most in [1, 2, 3] {
                let lines = Font::TITLE.wrap(long, room, most);
                assert!(lines.len() <= most && lines.iter().all(|line| Font::TITLE.width(line) <= room), "{lines:?}");
                assert!(lines[most - 1].ends_with('…') || lines.join(" ") == long, "{lines:?}");
            }
        }
        assert_eq!(Font::BODY.wrap("ImageNet", 200.0, 2), ["ImageNet"]);
        assert_eq!(Font::BODY.wrap("", 200.0, 2), Vec::<String>::new());
    }
}
