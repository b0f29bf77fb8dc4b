//! Typed ids: a `UUIDv7` that knows what it names, and its TypeID form outside the database.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Invalid, Leaf};

/// What an id can name: each table of rows is one.
pub trait Entity: Sized + Send + Sync + 'static {
    /// The TypeID's prefix, unique among all entities: `projectmember`.
    const PREFIX: &'static str;
    /// The table's name: `project_members`.
    const TABLE: &'static str;
    /// What people call one of them: `project member`.
    const NAME: &'static str;
}

/// The id of a `T`.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// An id from a `UUIDv7`.
    pub fn try_new(uuid: Uuid) -> Result<Self, Invalid> {
        if uuid.get_version_num() == 7 {
            Ok(Self { uuid, of: PhantomData })
        } else {
            Err(Invalid::new("id", "an id must be a UUID of version 7"))
        }
    }

    /// The UUID itself.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T: Entity> Leaf for Id<T> {
    type Raw = Uuid;

    fn parse(raw: Uuid) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> Uuid {
        self.uuid
    }
}

impl<T: Entity> FromStr for Id<T> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let any: AnyId = text.parse()?;
        if any.prefix == T::PREFIX {
            Self::try_new(any.uuid)
        } else {
            Err(Invalid::new(
                "id",
                format!("the id of a {} was expected, which begins with \"{}_\"", T::NAME, T::PREFIX),
            ))
        }
    }
}

impl<T: Entity> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", T::PREFIX, Digits(self.uuid))
    }
}

impl<T: Entity> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

/// An id whose prefix says what it names, not yet matched with an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnyId {
    /// The TypeID's prefix.
    pub prefix: String,
    /// The UUID behind it.
    pub uuid: Uuid,
}

impl FromStr for AnyId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed =
            || Invalid::new("id", "an id has the form prefix_ and 26 digits, like paper_01h455vb4pex5vsknk084sn02q");
        let (prefix, digits) = text.rsplit_once('_').ok_or_else(malformed)?;
        let bounded =
            prefix.starts_with(|c: char| c.is_ascii_lowercase()) && prefix.ends_with(|c: char| c.is_ascii_lowercase());
        let known = prefix.len() <= 63 && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !bounded || !known {
            return Err(malformed());
        }
        Ok(Self { prefix: prefix.to_owned(), uuid: parse_digits(digits).ok_or_else(malformed)? })
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.prefix, Digits(self.uuid))
    }
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The 26 base32 digits of a UUID, as the TypeID specification has them.
struct Digits(Uuid);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.as_u128();
        for place in (0..26).rev() {
            let digit = usize::try_from((bits >> (place * 5)) & 31).map_err(|_| fmt::Error)?;
            write!(f, "{}", char::from(ALPHABET[digit]))?;
        }
        Ok(())
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
            assert_eq!(any.uuid, uuid.parse::<Uuid>().unwrap());
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
        ] {
            assert!(text.parse::<AnyId>().is_err(), "{text:?} was accepted");
        }
    }
}
