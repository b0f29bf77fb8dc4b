//! Which document a request means: by its text, by its name, or by both, which offers it to be kept under the name.

use graphql::Named;
use serde_json::{Map, Value};

use crate::http::answer::Refusal;

/// What a name begins with that is the SHA-256 of the document.
const DIGEST: &str = "sha256:";

/// The document that these members mean. A name is the `documentId` of GraphQL over HTTP, or Apollo's
/// `extensions.persistedQuery`.
pub(super) fn named(members: &mut Map<String, Value>) -> Result<Named, Refusal> {
    let query = text(members, "query")?;
    let id = text(members, "documentId")?.map(|id| id.strip_prefix(DIGEST).map_or_else(|| id.clone(), str::to_owned));
    let digest = digest(members.get("extensions"))?;
    let name = match (id, digest) {
        (Some(id), Some(digest)) if id != digest => {
            return Err(Refusal::bad_input("documentId and extensions.persistedQuery name two documents"));
        }
        (id, digest) => id.or(digest),
    };
    match (query, name) {
        // Some clients cannot leave it out.
        (Some(text), Some(name)) if text.is_empty() => Ok(Named::Name(name)),
        (Some(text), Some(name)) => Ok(Named::Both(text, name)),
        (Some(text), None) => Ok(Named::Text(text)),
        (None, Some(name)) => Ok(Named::Name(name)),
        (None, None) => Err(Refusal::bad_input("query is missing")),
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(Refusal::bad_input(format!("{name} must be a string"))),
    }
}

/// The digest in `extensions.persistedQuery`, which is a protocol of its own with a version.
fn digest(extensions: Option<&Value>) -> Result<Option<String>, Refusal> {
    let Some(persisted) = extensions.and_then(|extensions| extensions.get("persistedQuery")) else { return Ok(None) };
    if persisted.is_null() {
        return Ok(None);
    }
    if persisted.get("version").and_then(Value::as_u64) != Some(1) {
        return Err(Refusal::bad_input("extensions.persistedQuery.version must be 1"));
    }
    let digest = persisted.get("sha256Hash").and_then(Value::as_str).map(str::to_owned);
    digest.map(Some).ok_or_else(|| Refusal::bad_input("extensions.persistedQuery.sha256Hash must be a string"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(members: Value) -> Result<String, Refusal> {
        let Value::Object(mut members) = members else { unreachable!("it is an object") };
        Ok(match named(&mut members)? {
            Named::Text(text) => text,
            Named::Name(name) => format!("#{name}"),
            Named::Both(text, name) => format!("{text}#{name}"),
        })
    }

    #[test]
    fn a_document_is_meant_by_its_text_or_its_name() {
        let apollo = |version: u64| json!({ "persistedQuery": { "version": version, "sha256Hash": "ab" } });
        for (members, meant) in [
            (json!({ "query": "{a}" }), "{a}"),
            (json!({ "query": null, "documentId": "sha256:ab" }), "#ab"),
            (json!({ "query": "", "documentId": "my-own" }), "#my-own"),
            (json!({ "extensions": apollo(1) }), "#ab"),
            (json!({ "query": "{a}", "extensions": apollo(1) }), "{a}#ab"),
            (json!({ "documentId": "sha256:ab", "extensions": apollo(1) }), "#ab"),
            (json!({ "query": "{a}", "extensions": { "persistedQuery": null, "other": 1 } }), "{a}"),
        ] {
            assert_eq!(read(members).unwrap(), meant);
        }
        for wrong in [
            json!({}),
            json!({ "documentId": 7 }),
            json!({ "extensions": apollo(2) }),
            json!({ "extensions": { "persistedQuery": { "version": 1 } } }),
            json!({ "documentId": "sha256:cd", "extensions": apollo(1) }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
