//! A list of documents, beside which no other is executed: the file that graphql-codegen's client preset and
//! relay-compiler write, whose keys are names, and whose values are the documents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use domain::Sha256;

use super::Named;

/// The documents of a list.
#[derive(Debug)]
pub struct Trusted {
    by_name: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

impl Trusted {
    /// Reads a list: an object of JSON, a document a name. Who calls says of each document why it could not be executed.
    pub async fn read(text: &str, check: impl AsyncFn(&str) -> Result<(), String>) -> Result<Self, String> {
        let listed: BTreeMap<String, String> = serde_json::from_str(text)
            .map_err(|why| format!("must be an object of JSON, whose values are documents: {why}"))?;
        let mut wrong = Vec::new();
        let (mut by_name, mut texts) = (HashMap::new(), HashSet::new());
        for (name, text) in listed {
            if let Err(why) = check(&text).await {
                wrong.push(format!("{name}: {why}"));
            }
            let text: Arc<str> = text.into();
            // A name that the list itself gives outweighs a digest.
            by_name.entry(Sha256::of(text.as_bytes()).as_str().to_owned()).or_insert_with(|| Arc::clone(&text));
            by_name.insert(name, Arc::clone(&text));
            texts.insert(text);
        }
        if wrong.is_empty() { Ok(Self { by_name, texts }) } else { Err(wrong.join("; ")) }
    }

    /// The text of the document that is meant, if it is one of these to the letter.
    pub(super) fn find(&self, named: &Named) -> Option<&str> {
        let by_name = |name: &str| self.by_name.get(name).map(|text| &**text);
        match named {
            Named::Text(text) => self.texts.get(text.as_str()).map(|text| &**text),
            Named::Name(name) => by_name(name),
            Named::Both(text, name) => by_name(name).filter(|listed| listed == text),
        }
    }
}
