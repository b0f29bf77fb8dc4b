//! Pictures of papers with much and with little.

use domain::execution::{Comparison, Direction, Scale};
use domain::{Real, Tolerance};

use super::{Claimed, Gaps, Panel, draw};
use crate::boxes::{Boxed, boxed};
use crate::kit::number::short;
use crate::kit::theme::Theme;

fn real(number: f64) -> Real {
    Real::try_new(number).unwrap()
}

fn claimed(of: &str, number: f64, observed: Option<f64>, direction: Direction) -> Claimed {
    let scale = Scale { tolerance: Some(Tolerance::try_new(number.abs() * 0.01).unwrap()), direction: Some(direction) };
    let observed = observed.map(|observed| Comparison::try_new(real(number), real(observed), scale).unwrap());
    let run = observed.map(|_| format!("A run of {of} (made up)"));
    Claimed { of: of.to_owned(), number: real(number), observed, run }
}

fn panel(metric: &str, unit: Option<&str>, direction: Direction, claims: Vec<Claimed>) -> Panel {
    Panel { metric: metric.to_owned(), unit: unit.map(str::to_owned), direction: Some(direction), claims }
}

fn gaps(panels: Vec<Panel>) -> Gaps {
    let title = "SpecAugment: A Simple Data Augmentation Method for Automatic Speech Recognition".to_owned();
    Gaps { title, panels, more: false }
}

/// A paper of so many claims, of several metrics, with all verdicts.
fn paper(claims: usize) -> Gaps {
    let metrics = [
        ("Top-1 accuracy", Some("%"), Direction::Maximize, 76.5),
        ("Perplexity", None, Direction::Minimize, 18.3),
        ("Word error rate", Some("%"), Direction::Minimize, 5.8),
        ("Parameters that were trained", Some("millions"), Direction::Minimize, 1_250.0),
        ("Fréchet inception distance", None, Direction::Minimize, 0.000_317),
    ];
    let sets = ["ImageNet, validation", "WMT 2014 English-German", "LibriSpeech test-clean, test", "CIFAR-10"];
    let parts = [None, Some(0.984), Some(1.004), Some(1.023), Some(0.992), Some(1.0), Some(1.008), Some(0.9)];
    let mut panels: Vec<Panel> = Vec::new();
    for at in 0..claims {
        let (metric, unit, direction, number) = metrics[at * metrics.len() / claims];
        let number = number + f64::from(u32::try_from(at).unwrap()) * number * 0.01;
        let number = format!("{number:.3e}").parse().unwrap();
        let part = if claims == 1 { parts[1] } else { parts[at % parts.len()] };
        let observed = part.map(|part| format!("{:.3e}", number * part).parse().unwrap());
        let claim = claimed(sets[at % sets.len()], number, observed, direction);
        match panels.last_mut().filter(|panel| panel.metric == metric) {
            Some(panel) => panel.claims.push(claim),
            None => panels.push(panel(metric, unit, direction, vec![claim])),
        }
    }
    gaps(panels)
}

fn shown(name: &str, gaps: &Gaps) -> Vec<Boxed> {
    for (theme, ending) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        boxed(&format!("gaps-{name}-{ending}"), &draw(gaps, theme));
    }
    boxed(&format!("gaps-{name}"), &draw(gaps, Theme::Preferred))
}

#[test]
fn one_five_and_forty_claims_have_room_and_their_own_numbers() {
    for count in [1, 5, 40] {
        let gaps = paper(count);
        let texts = shown(&count.to_string(), &gaps);
        let claims: Vec<&Claimed> = gaps.panels.iter().flat_map(|panel| &panel.claims).collect();
        assert_eq!(claims.len(), count);
        for claim in claims {
            let number = short(claim.number.get());
            let wanted = match claim.observed {
                Some(observed) => format!("{number} → {}", short(observed.observed().get())),
                None => number.clone(),
            };
            assert!(texts.iter().any(|text| text.text == wanted), "{wanted} is not shown");
            let exactly: f64 = number.replace('−', "-").parse().unwrap();
            assert_eq!(exactly.to_bits(), claim.number.get().to_bits());
        }
        for panel in &gaps.panels {
            assert!(texts.iter().any(|text| text.text == panel.name()), "{} is not named", panel.name());
        }
    }
}

#[test]
fn long_names_and_extreme_numbers_have_room() {
    let long = "Common Voice Corpus 17.0 in Kinyarwanda, test without speakers of the training data";
    let word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung";
    let claims = vec![
        claimed(long, -1.234_567_890_123e-200, Some(-1.3e-200), Direction::Maximize),
        claimed(word, 1.5e300, None, Direction::Maximize),
        claimed("画像認識データセット、検証用の分割を含む長い名前", 0.0, Some(-0.0), Direction::Minimize),
        claimed("W", f64::MIN, Some(f64::MIN / 2.0), Direction::Minimize),
    ];
    let mut gaps =
        gaps(vec![panel(&format!("{word} {word}"), Some("furlongs per fortnight"), Direction::Maximize, claims)]);
    gaps.title = format!("{word} {long} {word} {long}");
    gaps.more = true;
    shown("long", &gaps);
}

#[test]
fn without_claims_it_says_so() {
    let texts = shown("empty", &gaps(Vec::new()));
    assert!(texts.iter().any(|text| text.text.contains("no claims yet")));
    assert!(draw(&gaps(Vec::new()), Theme::Light).contains("no claims yet"));
}

#[test]
fn a_name_is_no_markup() {
    let mut gaps =
        gaps(vec![panel("<b>", None, Direction::Maximize, vec![claimed("<script>", 1.0, None, Direction::Maximize)])]);
    gaps.title = "]]><script>alert(1)</script>&amp;".to_owned();
    let texts = shown("markup", &gaps);
    assert!(texts.iter().any(|text| text.text == gaps.title) && texts.iter().any(|text| text.text == "<script>"));
}

#[test]
fn the_same_is_drawn_alike_and_a_theme_has_its_own_colours() {
    let gaps = paper(5);
    assert_eq!(draw(&gaps, Theme::Dark), draw(&gaps, Theme::Dark));
    let prefers = |theme| draw(&gaps, theme).contains("prefers-color-scheme");
    assert_eq!([Theme::Preferred, Theme::Light, Theme::Dark].map(prefers), [true, false, false]);
    assert_ne!(draw(&gaps, Theme::Light), draw(&gaps, Theme::Dark));
}
