//! One request for each field of the roots: `requests.gql` holds them, each under the name of its field.
//!
//! `<paper:bert|beta-gpt>` stands for the paper of alpha, and, where it is asked for what is hidden, for that of beta.

use std::collections::BTreeMap;
use std::path::Path;

use tests::names::Names;

/// Which of its things a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Alpha's.
    Alpha,
    /// Beta's, which few see.
    Beta,
    /// What nobody has.
    Nothing,
}

/// The requests, by their fields.
pub(super) fn requests() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("requests.gql")).unwrap();
    let mut requests = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (field, document) = line.split_once(": ").unwrap_or_else(|| panic!("{line:?} is no request"));
        assert!(requests.insert(field.to_owned(), document.to_owned()).is_none(), "{field} stands twice");
    }
    requests
}

pub(super) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/cases/access"))
}

/// Whether a request names anything that can be hidden.
pub(super) fn names_something(request: &str) -> bool {
    request.contains('|')
}

/// The request with ids.
pub(super) fn meant(request: &str, of: Of) -> String {
    let mut out = String::new();
    let mut rest = request;
    while let Some((before, after)) = rest.split_once('<') {
        let (name, left) = after.split_once('>').unwrap();
        let (prefix, names) = name.split_once(':').unwrap();
        let (alpha, beta) = names.split_once('|').unwrap_or((names, names));
        let word = match of {
            Of::Alpha => alpha,
            Of::Beta => beta,
            Of::Nothing if alpha == beta => alpha,
            Of::Nothing => "nothing",
        };
        out.push_str(before);
        out.push_str(&Names::default().to_ids(&format!("<{prefix}:{word}>")));
        rest = left;
    }
    out + rest
}
