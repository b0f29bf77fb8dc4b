//! The key of the audit chain: each entry is an HMAC under it over the one before and over what it says, and each head is
//! sealed with it. The database does not hold it.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Number, Value};

use super::{AuditEntry, LedgerHead};
use crate::number::SAFE_MAX;
use crate::{Invalid, JsonObject, Secret, Sha256, hex};

/// The key of the audit chain, kept outside of the database.
#[derive(Clone, Debug)]
pub struct AuditKey(Secret<[u8; 32]>);

impl AuditKey {
    /// A key of 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// The digest of a row, before or after a change.
    pub fn digest(&self, row: &JsonObject) -> Result<Sha256, Invalid> {
        self.mac("row", row.value())
    }

    /// The hash of an entry that comes after the one with the hash `previous`.
    pub fn hash(&self, entry: &AuditEntry, previous: Option<&Sha256>) -> Result<Sha256, Invalid> {
        let mut said = entry.said();
        said.insert("previous".into(), previous.map(Sha256::as_str).into());
        self.mac("entry", &Value::Object(said))
    }

    /// The seal of a head.
    pub fn seal(&self, head: &LedgerHead) -> Result<Sha256, Invalid> {
        self.mac("head", &head.said())
    }

    /// The HMAC of what a value is, a line feed, and its canonical form.
    fn mac(&self, what: &str, value: &Value) -> Result<Sha256, Invalid> {
        let text = serde_json_canonicalizer::to_string(&exact(value))
            .map_err(|why| Invalid::new("canonical", why.to_string()))?;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.0.reveal())
            .map_err(|why| Invalid::new("audit_key", why.to_string()))?;
        mac.update(what.as_bytes());
        mac.update(b"\n");
        mac.update(text.as_bytes());
        crate::Leaf::parse(hex(&mac.finalize().into_bytes()))
    }
}

const INTEGER: &str = "integer ";
const TEXT: &str = "text ";

/// The value with whole numbers that the canonical form would round written as text, however a database printed them.
fn exact(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(exact).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), exact(value))).collect(),
        Value::Number(number) => match whole(number) {
            Some(whole) if whole.abs() > i128::from(SAFE_MAX) => format!("{INTEGER}{whole}").into(),
            _ => value.clone(),
        },
        // A text that looks like such a number says that it is one.
        Value::String(text) if text.starts_with(INTEGER) || text.starts_with(TEXT) => format!("{TEXT}{text}").into(),
        Value::String(_) | Value::Bool(_) | Value::Null => value.clone(),
    }
}

fn whole(number: &Number) -> Option<i128> {
    let printed =
        || number.as_f64().filter(|real| real.fract() == 0.0 && real.abs() < 1e19).map(|real| format!("{real:.0}"));
    number.as_i128().or_else(|| printed()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_has_one_digest_however_it_is_printed() {
        let key = AuditKey::new([7; 32]);
        let digest = |text: &str| key.mac("row", &serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(digest("[1e16, 100.0]"), digest("[10000000000000000, 100]"));
        assert_ne!(digest("9007199254740993"), digest("9007199254740992"));
        assert_ne!(digest("9007199254740993"), digest(r#""integer 9007199254740993""#));
        assert_ne!(digest(r#""integer 1""#), digest(r#""text integer 1""#));
    }
}
