//! SHA-256 digests in lower-case hex, of bytes and of JSON in its canonical form (RFC 8785).

use sha2::Digest;

use crate::{Invalid, Json, Leaf};

/// A SHA-256 digest: 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sha256(String);

impl Sha256 {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&sha2::Sha256::digest(bytes)))
    }

    /// The digest of the value's canonical form.
    pub fn of_json(value: &Json) -> Result<Self, Invalid> {
        value.canonical().map(|text| Self::of(text.as_bytes()))
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for Sha256 {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if raw.len() == 64 && raw.bytes().all(digit) {
            Ok(Self(raw))
        } else {
            Err(Invalid::new("format", "must be a SHA-256 in 64 lower-case hex digits"))
        }
    }

    fn raw(&self) -> String {
        self.0.clone()
    }
}

/// Digests bytes that arrive piece by piece.
#[derive(Clone, Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// Takes one more piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Sha256 {
        Sha256(hex(&self.0.finalize()))
    }
}

/// The 32 bytes that 64 hex digits stand for.
pub fn bytes_of_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
