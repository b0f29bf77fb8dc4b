//! The limits of a document's text, by which it is safe to parse.

use super::{Exceeded, MAX_NESTING, MAX_TOKENS, NESTING, TOKENS};

/// Refuses a text that would take too long to parse, or more of the stack than there is.
pub(super) fn check(text: &str) -> Result<(), Exceeded> {
    let size = Size::of(text, usize::MAX);
    TOKENS.check(size.tokens)?;
    NESTING.check(size.depth)
}

/// How many names, values and signs a text has that is safe to parse; one that is not is not read to its end.
pub(crate) fn tokens(text: &str) -> Option<u64> {
    let most = usize::try_from(MAX_TOKENS).unwrap_or(usize::MAX);
    let size = Size::of(text, most.saturating_add(1));
    (size.tokens <= MAX_TOKENS && size.depth <= MAX_NESTING).then_some(size.tokens)
}

/// How many names, values and signs a text has, and how deep its brackets are nested.
#[derive(Default)]
struct Size {
    tokens: u64,
    depth: u64,
}

impl Size {
    fn of(text: &str, most: usize) -> Self {
        let (mut size, mut depth) = (Self::default(), 0_u64);
        for first in (Tokens { rest: text.as_bytes() }).take(most) {
            size.tokens += 1;
            match first {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            size.depth = size.depth.max(depth);
        }
        size
    }
}

/// The first byte of each name, value and sign; a string is one, however long it is.
struct Tokens<'a> {
    rest: &'a [u8],
}

impl Iterator for Tokens<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let first = *self.rest.first()?;
            let (length, is_token) = match first {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => (1, false),
                b'#' => (self.rest.iter().position(|b| *b == b'\n').unwrap_or(self.rest.len()), false),
                b'"' => (string(self.rest), true),
                b if is_word(b) => (self.rest.iter().position(|b| !is_word(*b)).unwrap_or(self.rest.len()), true),
                _ => (1, true),
            };
            self.rest = &self.rest[length..];
            if is_token {
                return Some(first);
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the string, or the block string, that the text begins with; all of the text where it does not end.
fn string(text: &[u8]) -> usize {
    let is_block = text.starts_with(b"\"\"\"");
    let quotes: &[u8] = if is_block { b"\"\"\"" } else { b"\"" };
    let mut at = quotes.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quotes) {
            return at + quotes.len();
        }
        let escaped = if is_block { rest.starts_with(b"\\\"\"\"") } else { rest.starts_with(b"\\") };
        at += match (escaped, is_block) {
            (true, true) => 4,
            (true, false) => 2,
            (false, _) => 1,
        };
    }
    text.len()
}
