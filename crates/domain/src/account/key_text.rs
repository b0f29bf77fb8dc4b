//! The text of a key: a beginning that scanners find and people know it by, a secret of 192 bits, and a checksum, by which
//! a key is told from any other text without asking the database. Only its digest is ever kept.

use crate::text::KeyPrefix;
use crate::{Invalid, Secret, Sha256};

/// The text of a key: `rpg_`, 8 digits that are shown, 33 that are secret, and 6 of a checksum, all in base 62.
#[derive(Clone, Debug)]
pub struct KeyText {
    prefix: KeyPrefix,
    text: Secret<String>,
}

/// What every key begins with.
const BEGINNING: &str = "rpg_";
/// How many digits are shown after the beginning.
const SHOWN: usize = 8;
/// How many digits hold 64 bits, and how many 128.
const OF_64: usize = 11;
const OF_128: usize = 22;
/// How many digits hold the checksum.
const CHECKSUM: usize = 6;
/// How long a key is.
const LENGTH: usize = BEGINNING.len() + SHOWN + OF_64 + OF_128 + CHECKSUM;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl KeyText {
    /// The key that these random bytes make.
    pub fn try_new(random: &Secret<[u8; 32]>) -> Result<Self, Invalid> {
        let (shown, secret) = random.reveal().split_at(8);
        let (short, long) = secret.split_at(8);
        let digits = [base62(shown, SHOWN), base62(short, OF_64), base62(long, OF_128)].concat();
        let body = format!("{BEGINNING}{digits}");
        Self::parse(&format!("{body}{}", checksum(&body)))
    }

    /// Reads a key that somebody shows. The refusal never quotes it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("format", "is no key: a key begins with rpg_ and ends in a checksum");
        let body = text.len().checked_sub(CHECKSUM).and_then(|at| text.split_at_checked(at));
        let (body, sum) = body.filter(|_| text.len() == LENGTH).ok_or_else(wrong)?;
        let digits = body.strip_prefix(BEGINNING).ok_or_else(wrong)?;
        if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) || checksum(body) != sum {
            return Err(wrong());
        }
        let prefix = text.get(..BEGINNING.len() + SHOWN).ok_or_else(wrong)?;
        Ok(Self { prefix: KeyPrefix::try_new(prefix)?, text: Secret::new(text.to_owned()) })
    }

    /// The part that is shown, by which people know the key.
    pub fn prefix(&self) -> &KeyPrefix {
        &self.prefix
    }

    /// The digest, which alone is kept.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(self.text.reveal().as_bytes())
    }

    /// The text itself, for the one answer that shows it.
    pub fn text(&self) -> &Secret<String> {
        &self.text
    }
}

/// The last digits, in base 62, of the number that these bytes are; at most sixteen bytes count.
fn base62(bytes: &[u8], width: usize) -> String {
    let mut rest = bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mut digits = vec![DIGITS[0]; width];
    for digit in digits.iter_mut().rev() {
        *digit = usize::try_from(rest % 62).map_or(DIGITS[0], |at| DIGITS[at]);
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

fn checksum(body: &str) -> String {
    base62(&crc32(body.as_bytes()).to_be_bytes(), CHECKSUM)
}

/// The CRC-32 of zlib and of other vendors' tokens.
fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(base62(&[0xFF; 4], CHECKSUM), "4gfFC3");
        assert_eq!(base62(&[0xFF; 16], OF_128), "7n42DGM5Tflk9n8mt7Fhc7");
    }

    #[test]
    fn a_key_has_its_form_and_shows_nothing() {
        let key = KeyText::try_new(&Secret::new([0; 32])).unwrap();
        assert_eq!(key.prefix().as_str(), "rpg_00000000");
        assert_eq!(key.text().reveal().len(), LENGTH);
        assert!(!format!("{key:?}").contains("000000000"));
    }
}
