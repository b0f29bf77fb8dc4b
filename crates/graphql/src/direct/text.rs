//! JSON text as it is written, with how many values it has.

use std::fmt::Display;
use std::io::Write;

use serde::Serialize;

/// JSON text, and how many values it has in the unit in which answers are measured.
#[derive(Debug, Default)]
pub struct Text {
    bytes: Vec<u8>,
    values: u64,
}

impl Text {
    /// Adds JSON that is already text.
    pub fn raw(&mut self, json: &str) {
        self.bytes.extend_from_slice(json.as_bytes());
    }

    /// Adds a piece that was written before.
    pub(super) fn piece(&mut self, (json, values): (&[u8], u64)) {
        self.bytes.extend_from_slice(json);
        self.values += values;
    }

    /// Adds a value that has a form in JSON.
    pub fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        let begin = self.bytes.len();
        if serde_json::to_writer(&mut self.bytes, value).is_err() {
            self.bytes.truncate(begin);
            self.null();
        }
    }

    /// Adds what is shown as a text that needs no escapes.
    pub fn shown(&mut self, shown: &impl Display) {
        self.bytes.push(b'"');
        // Bytes take whatever is written to them.
        let _ = write!(self.bytes, "{shown}");
        self.bytes.push(b'"');
    }

    /// Adds a null.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// Says that there are so many values more.
    pub fn count(&mut self, values: u64) {
        self.values += values;
    }

    /// Adds an object: each of its members is a value.
    pub(super) fn object<N: AsRef<str>, M>(&mut self, members: &[(N, M)], mut write: impl FnMut(&mut Self, &M)) {
        self.listed(*b"{}", members, |text, (name, member)| {
            text.raw(name.as_ref());
            write(text, member);
        });
        self.count(u64::try_from(members.len()).unwrap_or(u64::MAX));
    }

    /// Adds a list.
    pub(crate) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, write: impl FnMut(&mut Self, T)) {
        self.listed(*b"[]", items, write);
    }

    fn listed<T>(
        &mut self,
        [open, close]: [u8; 2],
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        let mut before = open;
        for item in items {
            self.bytes.push(before);
            write(self, item);
            before = b',';
        }
        if before == open {
            self.bytes.push(open);
        }
        self.bytes.push(close);
    }

    /// Makes room for so many bytes more.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// How long it is.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How many values it has.
    pub(super) fn values(&self) -> u64 {
        self.values
    }

    /// The text.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text, no longer written to.
    pub(super) fn into_string(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}
