//! How numbers are written in pictures: short, and with a real minus sign.

/// The number in at most some eight characters: as it is where it is that short, else rounded.
pub(crate) fn short(number: f64) -> String {
    let exact = number.to_string();
    let ordinary = number == 0.0 || (1e-3..1e7).contains(&number.abs());
    let text = match exact {
        exact if ordinary && exact.trim_start_matches('-').len() <= 7 => exact,
        _ if ordinary => trimmed(&format!("{number:.*}", decimals(number))),
        _ => {
            let text = format!("{number:.3e}");
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{}e{exponent}", trimmed(mantissa))
        }
    };
    with_minus(&text)
}

/// The number to its last digit, as it is said in words.
pub(crate) fn exact(number: f64) -> String {
    if number == 0.0 || (1e-6..1e15).contains(&number.abs()) { number.to_string() } else { format!("{number:e}") }
}

/// How far something is off, with its sign. What only rounding leaves is not written.
pub(crate) fn signed(number: f64) -> String {
    let rounded = format!("{number:.5e}").parse().unwrap_or(number);
    match short(rounded) {
        text if rounded > 0.0 => format!("+{text}"),
        text if rounded == 0.0 => format!("±{text}"),
        text => text,
    }
}

/// A place in a picture, to the tenth of its unit.
pub(crate) fn place(place: f64) -> String {
    match trimmed(&format!("{place:.1}")).as_str() {
        "-0" | "NaN" | "inf" | "-inf" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// The text of a number with a minus sign in place of a hyphen.
pub(crate) fn with_minus(text: &str) -> String {
    text.replace('-', "−")
}

/// How many decimals leave five digits that say something.
fn decimals(number: f64) -> usize {
    usize::try_from(4 - exponent(number)).unwrap_or(0)
}

/// The power of ten of a number's first digit, but for what rounding took away from it; 0 of 0.
pub(crate) fn exponent(number: f64) -> i32 {
    let text = format!("{number:.9e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// This power of ten.
pub(crate) fn power(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// How many there are, as a number to calculate with.
pub(crate) fn count(items: usize) -> f64 {
    u32::try_from(items).map_or(f64::from(u32::MAX), f64::from)
}

fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_they_are_or_short() {
        for (number, text) in [
            (28.4, "28.4"),
            (-0.99, "−0.99"),
            (0.0, "0"),
            (100.0, "100"),
            (1_234.567_8, "1234.6"),
            (0.123_456_789, "0.12346"),
            (1e-7, "1e−7"),
            (-1.2345e12, "−1.234e12"),
            (f64::MAX, "1.798e308"),
        ] {
            assert_eq!(short(number), text, "{number}");
            assert!(short(number).chars().count() <= 10);
        }
        assert_eq!((signed(35.2 - 36.8), signed(0.25), signed(0.0)), ("−1.6".into(), "+0.25".into(), "±0".into()));
    }

    #[test]
    fn places_are_plain() {
        assert_eq!([place(1.0), place(-0.01), place(2.25), place(f64::NAN)], ["1", "0", "2.2", "0"]);
    }
}
