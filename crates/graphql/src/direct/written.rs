//! What was written, as it stands in the library's answer and as it leaves.

use async_graphql::{Response, Value};
use bytes::Bytes;

use super::text::Text;
use crate::engine::is_unexecuted;

/// How many bytes say how many values there are.
const HEAD: usize = 8;

/// What was written, as a value of the library: how many values it has, and its text. Nothing else is a value of bytes.
pub(super) fn written((text, values): (&[u8], u64)) -> Value {
    Value::Binary([&values.to_le_bytes(), text].concat().into())
}

/// How many values were written there.
pub(crate) fn count(written: &Bytes) -> u64 {
    written.first_chunk::<HEAD>().map_or(0, |head| u64::from_le_bytes(*head))
}

/// The text that was written there.
fn text(written: &Bytes) -> &[u8] {
    written.get(HEAD..).unwrap_or_default()
}

/// The data of an answer as values all through, however it was answered.
pub fn resolved(data: &Value) -> Value {
    let mut out = Text::default();
    write(data, &mut out);
    serde_json::from_slice(out.as_bytes()).unwrap_or_default()
}

/// A response as it leaves: without data where nothing was executed.
pub fn body(response: &Response) -> String {
    let mut out = Text::default();
    let mut begin = "{";
    let mut member = |out: &mut Text, name: &str| {
        out.raw(std::mem::replace(&mut begin, ","));
        out.raw(name);
    };
    if !response.errors.is_empty() {
        member(&mut out, "\"errors\":");
        out.value(&response.errors);
    }
    if !is_unexecuted(response) {
        member(&mut out, "\"data\":");
        write(&response.data, &mut out);
    }
    if !response.extensions.is_empty() {
        member(&mut out, "\"extensions\":");
        out.value(&response.extensions);
    }
    out.raw("}");
    out.into_string()
}

fn write(value: &Value, out: &mut Text) {
    match value {
        Value::Binary(bytes) => out.piece((text(bytes), 0)),
        Value::Object(members) => {
            let mut begin = "{";
            for (name, value) in members {
                out.raw(std::mem::replace(&mut begin, ","));
                out.value(name.as_str());
                out.raw(":");
                write(value, out);
            }
            out.raw(if members.is_empty() { "{}" } else { "}" });
        }
        Value::List(items) => out.list(items, |out, item| write(item, out)),
        plain => out.value(plain),
    }
}
