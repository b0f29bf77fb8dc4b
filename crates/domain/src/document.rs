//! Documents: JSON with a version and a type. Older versions are brought up to the newest, unknown versions are refused,
//! unknown fields are kept.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Invalid, Json, Leaf};

/// A typed document: the newest version's fields, how older ones become it, and its rules.
pub trait Document: DeserializeOwned + Serialize + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// What people call it: `storyboard`.
    const NAME: &'static str;
    /// The versions that are read, oldest first; the last is the one that is written.
    const VERSIONS: &'static [&'static str];

    /// Brings a document of the version at this place in `VERSIONS` to the next one.
    fn upcast(_version: usize, document: Value) -> Result<Value, Invalid> {
        Ok(document)
    }

    /// The rules beyond the fields' types.
    fn check(&self) -> Result<(), Invalid>;
}

/// A document that keeps its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Documented<D>(D);

impl<D: Document> Documented<D> {
    /// The version that is written.
    pub const VERSION: &'static str = D::VERSIONS[D::VERSIONS.len() - 1];

    /// A document that is written by us, checked.
    pub fn try_new(document: D) -> Result<Self, Invalid> {
        document.check()?;
        Ok(Self(document))
    }

    /// The document's fields.
    pub fn get(&self) -> &D {
        &self.0
    }

    /// The document as JSON, with its version.
    pub fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(&self.0).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("version".into(), Self::VERSION.into());
        }
        value
    }
}

impl<D: Document> Leaf for Documented<D> {
    type Raw = Value;

    fn parse(raw: Value) -> Result<Self, Invalid> {
        let mut document = Json::try_new(raw)?.raw();
        let version = take_version::<D>(&mut document)?;
        for step in version..D::VERSIONS.len() - 1 {
            document = D::upcast(step, document)?;
        }
        let typed = serde_json::from_value(document)
            .map_err(|why| Invalid::new("document", format!("must be a {} document: {why}", D::NAME)))?;
        Self::try_new(typed)
    }

    fn raw(&self) -> Value {
        self.to_json()
    }
}

/// Removes the version from the document and finds it among those that are read; without one it is the newest.
fn take_version<D: Document>(document: &mut Value) -> Result<usize, Invalid> {
    let object = document
        .as_object_mut()
        .ok_or_else(|| Invalid::new("document", format!("must be a {} document, which is a JSON object", D::NAME)))?;
    let Some(version) = object.remove("version") else { return Ok(D::VERSIONS.len() - 1) };
    let known = D::VERSIONS.iter().position(|known| version.as_str() == Some(known));
    known.ok_or_else(|| {
        let known = D::VERSIONS.join(", ");
        Invalid::new("version", format!("the version of a {} document is one of: {known}", D::NAME))
    })
}
