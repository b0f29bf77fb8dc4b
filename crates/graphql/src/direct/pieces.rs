//! Pieces: what was written for each of several rows, one after the other in one text.

use super::text::Text;

/// What was written for each row.
#[derive(Debug, Default)]
pub struct Pieces {
    text: Text,
    ends: Vec<End>,
}

/// Where a piece ends, and how many values there are up to there.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    at: usize,
    values: u64,
}

impl Pieces {
    /// Writes a piece for each of these.
    pub(super) fn of<T>(
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut write: impl FnMut(&mut Text, T),
    ) -> Self {
        let items = items.into_iter();
        let mut pieces = Self { text: Text::default(), ends: Vec::with_capacity(items.len()) };
        let mut left = items.len();
        for item in items {
            write(&mut pieces.text, item);
            pieces.ends.push(End { at: pieces.text.len(), values: pieces.text.values() });
            left -= 1;
            if pieces.ends.len() == 1 {
                // The others will be about as long as the first.
                pieces.text.reserve(pieces.text.len().saturating_mul(left));
            }
        }
        pieces
    }

    /// The piece of the nth row, with how many values it has.
    pub(super) fn nth(&self, nth: usize) -> (&[u8], u64) {
        let begin = nth.checked_sub(1).map_or_else(End::default, |before| self.ends[before]);
        let end = self.ends[nth];
        (&self.text.as_bytes()[begin.at..end.at], end.values - begin.values)
    }
}
