//! Ids as clients have them: a prefix that says what they name, and the parts behind it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::number::SAFE_MAX;
use crate::text::with_article;
use crate::{Entity, Invalid, Key};

/// An id whose prefix says what it names, not yet matched with an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnyId {
    /// The TypeID's prefix.
    pub prefix: String,
    /// What stands behind it.
    pub parts: Vec<Part>,
}

/// A part of an id: most have one, those of rows that are known by their place under a parent have more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A UUID: 26 digits of base 32.
    Uuid(Uuid),
    /// A number from 0 to 2⁵³−1.
    Number(i64),
}

impl Part {
    /// The UUID, where it is one.
    pub fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) => Some(uuid),
            Self::Number(_) => None,
        }
    }
}

impl AnyId {
    /// The id of an `E`.
    pub fn of<E: Entity>(key: E::Id) -> Self {
        Self { prefix: E::PREFIX.to_owned(), parts: key.parts() }
    }

    /// The parts of a text that is the id of an `E`.
    pub(crate) fn parts_of<E: Entity>(text: &str) -> Result<Vec<Part>, Invalid> {
        let any: Self = text.parse()?;
        if any.prefix == E::PREFIX {
            return Ok(any.parts);
        }
        let message = format!("the id of {} was expected, which begins with \"{}_\"", with_article(E::NAME), E::PREFIX);
        Err(Invalid::new("id", message))
    }

    pub(crate) fn malformed() -> Invalid {
        Invalid::new("id", "an id has the form prefix_ and 26 digits, like paper_01h455vb4pex5vsknk084sn02q")
    }
}

impl FromStr for AnyId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (prefix, parts) = text.rsplit_once('_').ok_or_else(Self::malformed)?;
        let bounded =
            prefix.starts_with(|c: char| c.is_ascii_lowercase()) && prefix.ends_with(|c: char| c.is_ascii_lowercase());
        let known = prefix.len() <= 63 && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let parts: Option<Vec<_>> = parts.split('.').map(parse_part).collect();
        match parts.filter(|parts| bounded && known && matches!(parts.first(), Some(Part::Uuid(_)))) {
            Some(parts) => Ok(Self { prefix: prefix.to_owned(), parts }),
            None => Err(Self::malformed()),
        }
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            f.write_str(if at == 0 { &self.prefix } else { "." })?;
            match part {
                Part::Uuid(uuid) if at == 0 => write!(f, "_{}", Digits(*uuid))?,
                Part::Uuid(uuid) => write!(f, "{}", Digits(*uuid))?,
                Part::Number(number) => write!(f, "{number}")?,
            }
        }
        Ok(())
    }
}

/// A part, in the one form that it has.
fn parse_part(text: &str) -> Option<Part> {
    if let Some(uuid) = parse_digits(text) {
        return Some(Part::Uuid(uuid));
    }
    let number: i64 = text.parse().ok()?;
    let plain = (0..=SAFE_MAX).contains(&number) && number.to_string() == text;
    plain.then_some(Part::Number(number))
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The 26 base32 digits of a UUID, as the TypeID specification has them.
pub(crate) struct Digits(pub(crate) Uuid);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bits = self.0.as_u128();
        let mut text = [0; 26];
        for digit in text.iter_mut().rev() {
            *digit = ALPHABET[usize::try_from(bits & 31).map_err(|_| fmt::Error)?];
            bits >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

fn parse_digits(text: &str) -> Option<Uuid> {
    let digits = text.as_bytes();
    if digits.len() != 26 || digits[0] > b'7' {
        return None;
    }
    let mut bits = 0_u128;
    for digit in digits {
        let value = ALPHABET.iter().position(|known| known == digit)?;
        bits = (bits << 5) | u128::try_from(value).ok()?;
    }
    Some(Uuid::from_u128(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The valid vectors that the TypeID specification publishes.
    #[test]
    fn the_published_vectors_hold() {
        for (text, uuid) in [
            ("prefix_0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
            ("prefix_01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
            ("pre_fix_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
            ("prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ] {
            let any: AnyId = text.parse().unwrap();
            assert_eq!(any.parts, [Part::Uuid(uuid.parse().unwrap())]);
            assert_eq!(any.to_string(), text);
        }
    }

    /// The invalid vectors that the TypeID specification publishes; an empty prefix is none of ours.
    #[test]
    fn the_published_mistakes_are_refused() {
        for text in [
            "PREFIX_00000000000000000000000000",
            "12345_00000000000000000000000000",
            "pre.fix_00000000000000000000000000",
            "préfix_00000000000000000000000000",
            "  prefix_00000000000000000000000000",
            "_00000000000000000000000000",
            "00000000000000000000000000",
            "_",
            "",
            "prefix_1234567890123456789012345",
            "prefix_123456789012345678901234567",
            "prefix_1234567890123456789012345 ",
            "prefix_0123456789ABCDEFGHJKMNPQRS",
            "prefix_123456789-123456789-123456",
            "prefix_ooooooooooooooooooooooooooo",
            "prefix_i23456789ol23456789oi23456",
            "prefix_123456789-0123456789-0123456",
            "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "_prefix_00000000000000000000000000",
            "prefix__00000000000000000000000000",
            "prefix_17",
            "prefix_00000000000000000000000000.",
            "prefix_00000000000000000000000000.017",
            "prefix_00000000000000000000000000.-1",
            "prefix_00000000000000000000000000.9007199254740992",
        ] {
            assert!(text.parse::<AnyId>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn a_place_under_a_parent_is_an_id() {
        let text = "eventlog_01h455vb4pex5vsknk084sn02q.17";
        let any: AnyId = text.parse().unwrap();
        assert_eq!(any.parts.last(), Some(&Part::Number(17)));
        assert_eq!(any.to_string(), text);
    }
}
