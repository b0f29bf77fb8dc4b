//! The colours of pictures, for light and for dark surroundings: each can be told from its ground, and from its neighbours
//! also by who does not see red or green. What colours say, shapes and dashes say as well.

use std::fmt::Write;

/// For which surroundings a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For those that whoever looks at it prefers.
    #[default]
    Preferred,
    /// For light ones.
    Light,
    /// For dark ones.
    Dark,
}

impl Theme {
    /// The theme of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// Its name, where it is not the default.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Preferred => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The rules of a picture.
    pub(crate) fn style(self) -> String {
        match self {
            Self::Light => rules(|ink| ink.light),
            Self::Dark => rules(|ink| ink.dark),
            Self::Preferred => {
                let (light, dark) = (rules(|ink| ink.light), rules(|ink| ink.dark));
                format!("{light}@media (prefers-color-scheme:dark){{{dark}}}")
            }
        }
    }
}

/// How something is coloured.
struct Ink {
    /// Its class.
    class: &'static str,
    /// What of it is coloured.
    property: &'static str,
    light: &'static str,
    dark: &'static str,
}

const fn ink(class: &'static str, property: &'static str, light: &'static str, dark: &'static str) -> Ink {
    Ink { class, property, light, dark }
}

/// How many lines have a colour of their own.
pub(crate) const LINES: usize = 6;

const INKS: [Ink; 16] = [
    ink("ground", "fill", "#ffffff", "#0d1117"),
    ink("text", "fill", "#1f2328", "#e6edf3"),
    ink("quiet", "fill", "#59636e", "#9ba5b0"),
    ink("grid", "stroke", "#dde1e6", "#2a313a"),
    ink("band", "fill", "#e3e8ee", "#262e38"),
    ink("ring", "stroke", "#59636e", "#9ba5b0"),
    ink("exceeded", "fill", "#1567a8", "#5b9bf0"),
    ink("reproduced", "fill", "#14957f", "#7ff0dc"),
    ink("within", "fill", "#6b4c10", "#f2b01e"),
    ink("missed", "fill", "#e8490f", "#d9674f"),
    ink("line0", "color", "#2a78b8", "#7db8f7"),
    ink("line1", "color", "#d9580d", "#f08a3c"),
    ink("line2", "color", "#12a17c", "#b9f5dd"),
    ink("line3", "color", "#dc2fcb", "#e052a8"),
    ink("line4", "color", "#5e4108", "#f5d93a"),
    ink("line5", "color", "#2a1f8f", "#6d7ff5"),
];

fn rules(shade: impl Fn(&Ink) -> &'static str) -> String {
    INKS.iter().fold(String::new(), |mut rules, ink| {
        // Writing to a String cannot fail.
        let _ = write!(rules, ".{}{{{}:{}}}", ink.class, ink.property, shade(ink));
        rules
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The linear red, green and blue of a colour.
    fn linear(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// How far a colour is from its ground, as WCAG has it.
    fn contrast(colour: &str, ground: &str) -> f64 {
        let light = |colour| {
            let [red, green, blue] = linear(colour);
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (a, b): (f64, f64) = (light(colour), light(ground));
        a.max(b) / a.min(b)
    }

    /// What of a colour is seen without the cones for red, and without those for green (Machado and others, 2009), in Oklab.
    fn seen(colour: &str, eyes: [[f64; 3]; 3]) -> [f64; 3] {
        let times = |matrix: [[f64; 3]; 3], [a, b, c]: [f64; 3]| matrix.map(|[x, y, z]| x * a + y * b + z * c);
        let seen = times(eyes, linear(colour)).map(|part| part.clamp(0.0, 1.0));
        let cones =
            [[0.412_221, 0.536_333, 0.051_446], [0.211_903, 0.680_700, 0.107_397], [0.088_302, 0.281_719, 0.629_979]];
        let lab = [
            [0.210_454, 0.793_618, -0.004_072],
            [1.977_998, -2.428_592, 0.450_594],
            [0.025_904, 0.782_772, -0.808_676],
        ];
        times(lab, times(cones, seen).map(f64::cbrt))
    }

    const EYES: [[[f64; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ];

    fn shades(of: impl Fn(&Ink) -> bool) -> [Vec<&'static str>; 2] {
        let of = |shade: fn(&Ink) -> &'static str| INKS.iter().filter(|ink| of(ink)).map(shade).collect();
        [of(|ink| ink.light), of(|ink| ink.dark)]
    }

    #[test]
    fn everything_can_be_told_from_its_ground() {
        let grounds = shades(|ink| ink.class == "ground");
        for (least, part) in [(4.5, &["text", "quiet"][..]), (3.0, &["ring", "line", "exc", "rep", "wit", "mis"])] {
            let shades = shades(|ink| part.iter().any(|class| ink.class.starts_with(class)));
            for (ground, colours) in grounds.iter().zip(shades) {
                assert!(colours.iter().all(|colour| contrast(colour, ground[0]) >= least), "{colours:?}");
            }
        }
    }

    #[test]
    fn colours_can_be_told_apart_by_all_eyes() {
        let verdicts = shades(|ink| ["exceeded", "reproduced", "within", "missed"].contains(&ink.class));
        let lines = shades(|ink| ink.class.starts_with("line"));
        for colours in verdicts.into_iter().chain(lines) {
            for eyes in EYES {
                for (at, a) in colours.iter().enumerate() {
                    for b in &colours[..at] {
                        let apart = seen(a, eyes).iter().zip(seen(b, eyes)).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
                        assert!(apart.sqrt() > 0.05, "{a} is too near to {b}: {}", apart.sqrt());
                    }
                }
            }
        }
    }

    #[test]
    fn there_are_as_many_lines_as_there_are_said_to_be() {
        assert_eq!(INKS.iter().filter(|ink| ink.class.starts_with("line")).count(), LINES);
    }
}
