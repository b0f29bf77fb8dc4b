//! Readable ids: a row's id follows from its name, names stand for ids in what cases ask and in what they are answered.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{AnyId, Entity, Id, Part};
use serde_json::Value;
use uuid::Uuid;

/// What was named so far in this process.
static NAMED: LazyLock<Mutex<HashMap<Uuid, String>>> = LazyLock::new(Mutex::default);

/// The id that messages give as an example.
const EXAMPLE: &str = "paper_01h455vb4pex5vsknk084sn02q";

/// The UUID that stands for a name: `paper:bert`.
pub fn named(name: &str) -> Uuid {
    let digest = domain::Sha256::of(name.as_bytes());
    let bytes: Vec<u8> =
        (0..10).map(|at| u8::from_str_radix(&digest.as_str()[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let uuid = uuid::Builder::from_unix_timestamp_millis(1_767_225_600_000, &bytes.try_into().unwrap()).into_uuid();
    NAMED.lock().unwrap_or_else(PoisonError::into_inner).insert(uuid, name.to_owned());
    uuid
}

/// The id of the `E` of this name: `bert` for the paper `paper:bert`.
pub fn id<E: Entity>(name: &str) -> Id<E> {
    Id::try_new(named(&format!("{}:{name}", E::PREFIX))).unwrap()
}

/// The names that stand in one case: those that it gives, and those that it is given for what the server makes.
#[derive(Debug, Default)]
pub struct Names {
    uuids: HashMap<String, Uuid>,
    made: HashMap<Uuid, String>,
    hexes: HashMap<String, String>,
    counts: HashMap<String, usize>,
}

impl Names {
    /// The text with ids for names: `<paper:bert>`, `<claim#1>`; with cursors for `<cursor:TITLE_ASC|BERT|paper:bert>`;
    /// and with `<repeat:x|1000>` written out.
    pub fn to_ids(&self, text: &str) -> String {
        // Twice, for names within what is repeated.
        self.replaced(&self.replaced(text))
    }

    fn replaced(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(before);
            let found = after.split_once('>').and_then(|(name, after)| Some((self.meant(name)?, after)));
            let (text, left) = found.unwrap_or_else(|| ("<".to_owned(), after));
            out.push_str(&text);
            rest = left;
        }
        out + rest
    }

    fn meant(&self, name: &str) -> Option<String> {
        if let Some(repeat) = name.strip_prefix("repeat:") {
            let (what, times) = repeat.split_once('|')?;
            return Some(what.repeat(times.parse().ok()?));
        }
        if let Some(cursor) = name.strip_prefix("cursor:") {
            let mut parts = cursor.split('|');
            let (order, key, row) = (parts.next()?, parts.next()?, parts.next()?);
            let key = serde_json::from_str(key).unwrap_or_else(|_| Value::from(key));
            let mut cursor = vec![order.into(), key, self.uuid(row)?.simple().to_string().into()];
            cursor.extend(parts.map(|number| serde_json::from_str::<Value>(number).expect("a number")));
            return Some(URL_SAFE_NO_PAD.encode(Value::Array(cursor).to_string()));
        }
        let prefix = name.split(['#', ':']).next()?.to_owned();
        Some(AnyId { prefix, parts: vec![Part::Uuid(self.uuid(name)?)] }.to_string())
    }

    fn uuid(&self, name: &str) -> Option<Uuid> {
        let word =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if name.contains('#') {
            return Some(*self.uuids.get(name).unwrap_or_else(|| panic!("there was no {name} yet")));
        }
        let (prefix, rest) = name.split_once(':')?;
        (word(prefix) && word(rest)).then(|| named(name))
    }

    /// The answer with names for ids and cursors.
    pub fn to_names(&mut self, mut value: Value) -> Value {
        self.each_text(&mut value, &mut Self::name_ids);
        self.each_text(&mut value, &mut |names, text| names.name_cursor(text).unwrap_or_else(|| text.to_owned()));
        value
    }

    fn each_text(&mut self, value: &mut Value, change: &mut impl FnMut(&mut Self, &str) -> String) {
        match value {
            Value::String(text) => *text = change(self, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.each_text(item, change)),
            Value::Object(members) => members.values_mut().for_each(|member| self.each_text(member, change)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text with names for the ids and the digits within it.
    fn name_ids(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
            let (token, after) =
                rest.split_at(if end == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { end });
            match token.parse::<AnyId>() {
                Ok(AnyId { prefix, parts }) if is_made(&parts) && token != EXAMPLE => {
                    let uuid = parts.into_iter().find_map(Part::uuid).expect("an id begins with a UUID");
                    out.extend(["<", &self.name_of(uuid, &prefix), ">"]);
                }
                _ if is_digits(token) => out.push_str(&self.name_of_digits(token)),
                _ => out.push_str(token),
            }
            rest = after;
        }
        out
    }

    /// Digits of an object or of an error: they differ from run to run.
    fn name_of_digits(&mut self, digits: &str) -> String {
        let next = self.hexes.len() + 1;
        self.hexes.entry(digits.to_owned()).or_insert_with(|| format!("<digits#{next}>")).clone()
    }

    fn name_cursor(&mut self, text: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let parts: Vec<Value> = serde_json::from_slice(&bytes).ok()?;
        let [Value::String(order), key, Value::String(row), numbers @ ..] = parts.as_slice() else { return None };
        let row = self.name_of(Uuid::parse_str(row).ok()?, "row");
        let numbers: String = numbers.iter().map(|number| format!("|{number}")).collect();
        let key = match key {
            Value::String(text) if serde_json::from_str::<Value>(text).is_err() => text.clone(),
            other => other.to_string(),
        };
        Some(format!("<cursor:{order}|{key}|{row}{numbers}>"))
    }

    fn name_of(&mut self, uuid: Uuid, prefix: &str) -> String {
        if let Some(name) = NAMED.lock().unwrap_or_else(PoisonError::into_inner).get(&uuid) {
            return name.clone();
        }
        if let Some(name) = self.made.get(&uuid) {
            return name.clone();
        }
        let count = self.counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        let name = format!("{prefix}#{count}");
        self.uuids.insert(name.clone(), uuid);
        self.made.insert(uuid, name.clone());
        name
    }
}

/// Whether an id was made here, and is no example.
fn is_made(parts: &[Part]) -> bool {
    matches!(parts, [Part::Uuid(uuid)] if uuid.get_version_num() == 7)
}

fn is_digits(token: &str) -> bool {
    token.len() == 32 && token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_becomes_an_id_and_is_read_back() {
        let mut names = Names::default();
        let id = names.to_ids("<paper:bert>");
        assert!(id.starts_with("paper_"));
        assert_eq!(names.to_names(json!({ "at": format!("papers/{id}/x") })), json!({ "at": "papers/<paper:bert>/x" }));
        assert_eq!(names.to_ids("a < b > c <repeat:ab|3>"), "a < b > c ababab");
    }

    #[test]
    fn what_the_server_made_is_numbered_by_its_appearance() {
        let mut names = Names::default();
        let made = |n: u8| AnyId {
            prefix: "claim".into(),
            parts: vec![Part::Uuid(uuid::Builder::from_unix_timestamp_millis(1, &[n; 10]).into_uuid())],
        };
        let (one, two) = (made(1).to_string(), made(2).to_string());
        assert_eq!(names.to_names(json!([two, one, two])), json!(["<claim#1>", "<claim#2>", "<claim#1>"]));
        assert_eq!(names.to_ids("<claim#2>"), one);
    }

    #[test]
    fn a_cursor_can_be_read_and_written() {
        let mut names = Names::default();
        for cursor in [
            "<cursor:TITLE_ASC|BERT|paper:bert>",
            "<cursor:CONFIDENCE_DESC|0.5|claim:a>",
            "<cursor:PATH_ASC|null|asset:a>",
            "<cursor:POSITION_ASC|3|ledgerhead:a|3>",
        ] {
            let written = names.to_ids(cursor);
            assert_eq!(names.to_names(json!(written)), json!(cursor));
        }
    }
}
