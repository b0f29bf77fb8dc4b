//! The audit chain: each entry is an HMAC over the one before it and over what it says, under a key that the database
//! does not hold.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Number, Value, json};
use uuid::Uuid;

use crate::number::SAFE_MAX;
use crate::project::Project;
use crate::{Id, Invalid, Secret, Sha256, Timestamp, choice, hex};

choice! {
    /// What was done to a row.
    Operation {
        /// It was made.
        Create = "CREATE",
        /// It was changed.
        Update = "UPDATE",
        /// It was deleted.
        Delete = "DELETE",
        /// It was brought back.
        Restore = "RESTORE",
        /// It was removed for good.
        Purge = "PURGE",
    }
}

/// What was done to one row: what the unit of work collects.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The project of the row; none for accounts.
    pub project_id: Option<Id<Project>>,
    /// The row's table.
    pub table: &'static str,
    /// The row.
    pub row: Uuid,
    /// What was done.
    pub operation: Operation,
    /// The row before, without secrets.
    pub before: Option<Value>,
    /// The row after, without secrets.
    pub after: Option<Value>,
}

/// A change with its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// The digest of the row before.
    pub before_digest: Option<Sha256>,
    /// The digest of the row after.
    pub after_digest: Option<Sha256>,
    /// The entry's link in the chain.
    pub hash: Sha256,
}

/// The key of the audit chain, kept outside of the database.
#[derive(Clone, Debug)]
pub struct AuditKey(Secret<[u8; 32]>);

impl AuditKey {
    /// A key of 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// A change's entry at this place of a chain, after the entry with the hash `previous`.
    pub fn entry(&self, change: &Change, link: &Link<'_>) -> Result<AuditEntry, Invalid> {
        let digest = |row: &Option<Value>| row.as_ref().map(|row| self.digest(row)).transpose();
        let (before_digest, after_digest) = (digest(&change.before)?, digest(&change.after)?);
        let said = json!({
            "previous": link.previous.map(Sha256::as_str),
            "position": link.position,
            "project": change.project_id.map(|id| id.to_string()),
            "table": change.table,
            "row": change.row.to_string(),
            "operation": change.operation.as_str(),
            "before": before_digest.as_ref().map(Sha256::as_str),
            "after": after_digest.as_ref().map(Sha256::as_str),
            "actor": link.actor,
            "request": link.request,
            "at": link.at.to_string(),
        });
        let hash = self.digest(&said)?;
        Ok(AuditEntry { before_digest, after_digest, hash })
    }

    /// The seal of a chain's head: whoever cuts entries off cannot make the head fit again.
    pub fn seal(&self, head: Uuid, count: i64, last: Option<&Sha256>) -> Result<Sha256, Invalid> {
        self.digest(&json!({ "head": head.to_string(), "count": count, "last": last.map(Sha256::as_str) }))
    }

    fn digest(&self, value: &Value) -> Result<Sha256, Invalid> {
        let text = serde_json_canonicalizer::to_string(&exact(value))
            .map_err(|why| Invalid::new("canonical", why.to_string()))?;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.0.reveal())
            .map_err(|why| Invalid::new("audit_key", why.to_string()))?;
        mac.update(text.as_bytes());
        crate::Leaf::parse(hex(&mac.finalize().into_bytes()))
    }
}

/// Where an entry stands in its chain, and who made it.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// The hash of the entry before it.
    pub previous: Option<&'a Sha256>,
    /// Its place, from 1.
    pub position: i64,
    /// Who did it: the actor's kind and name.
    pub actor: &'a str,
    /// The request in which it was done.
    pub request: Option<&'a str>,
    /// When it was done.
    pub at: Timestamp,
}

/// The value with whole numbers that the canonical form would round written as text, however a database printed them.
fn exact(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(exact).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), exact(value))).collect(),
        Value::Number(number) => match whole(number) {
            Some(whole) if whole.abs() > i128::from(SAFE_MAX) => Value::String(format!("integer {whole}")),
            _ => value.clone(),
        },
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
        let digest = |text: &str| key.digest(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(digest("[1e16, 100.0]"), digest("[10000000000000000, 100]"));
        assert_ne!(digest("9007199254740993"), digest("9007199254740992"));
    }
}
