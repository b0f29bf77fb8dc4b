//! A paper, and the ways in which the world names it.

use crate::account::User;
use crate::project::Project;
use crate::text::{Name, Prose, StoragePath, Title, WebUrl, check_length, no_spaces, text};
use crate::{Id, Invalid, Leaf, Sha256, choice, entity};

choice! {
    /// How far the intake of a paper has come.
    PaperStatus {
        /// It is being taken in.
        Processing = "PROCESSING",
        /// It can be worked with.
        Ready = "READY",
        /// Its intake failed.
        Failed = "FAILED",
    }
}

#[expect(clippy::derivable_impls, reason = "`choice!` declares the enumeration")]
impl Default for PaperStatus {
    fn default() -> Self {
        Self::Ready
    }
}

entity! {
    /// A paper whose claims are checked.
    Paper "paper" as "paper" in "papers", deletable {
        /// The project that it belongs to.
        project_id: Id<Project>,
        /// The title.
        title: Title,
        /// The abstract.
        r#abstract: Option<Prose>,
        /// The authors, in the paper's order.
        authors: Authors,
        /// Where it was found.
        source_url: Option<WebUrl>,
        /// Its DOI, unique in the project.
        doi: Option<Doi>,
        /// Its arXiv id without a version, unique in the project.
        arxiv_id: Option<ArxivId>,
        /// The uploaded PDF.
        pdf: Option<Pdf>,
        /// Where its text is indexed, unique in the project.
        vector_store_id: Option<VectorStoreId>,
        /// How far its intake has come.
        status: PaperStatus,
        /// Who added it.
        created_by: Option<Id<User>>,
    }
}

/// A stored PDF: where it is and what it holds are known together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Pdf {
    /// Where the PDF is stored.
    pub storage_path: StoragePath,
    /// The SHA-256 of its bytes, unique in the project.
    pub sha256: Sha256,
}

impl Pdf {
    /// The two columns of a row.
    pub fn columns(pdf: Option<Self>) -> (Option<StoragePath>, Option<Sha256>) {
        pdf.map(|pdf| (pdf.storage_path, pdf.sha256)).unzip()
    }

    /// Reads the two columns of a row.
    pub fn from_columns(storage_path: Option<StoragePath>, sha256: Option<Sha256>) -> Result<Option<Self>, Invalid> {
        match (storage_path, sha256) {
            (None, None) => Ok(None),
            (Some(storage_path), Some(sha256)) => Ok(Some(Self { storage_path, sha256 })),
            _ => Err(Invalid::new("pdf", "a PDF has both a place and a digest")),
        }
    }
}

/// The authors of a paper, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authors(Vec<Name>);

impl Authors {
    /// The most that a paper may have.
    pub const MAX: usize = 1000;

    /// Checks how many there are.
    pub fn try_new(names: Vec<Name>) -> Result<Self, Invalid> {
        if names.len() > Self::MAX {
            return Err(Invalid::new("length", format!("must have at most {} names", Self::MAX)));
        }
        Ok(Self(names))
    }

    /// The names, in order.
    pub fn names(&self) -> &[Name] {
        &self.0
    }
}

impl Leaf for Authors {
    type Raw = serde_json::Value;

    fn parse(raw: serde_json::Value) -> Result<Self, Invalid> {
        let names = serde_json::from_value(raw).map_err(|why| Invalid::new("authors", why.to_string()))?;
        Self::try_new(names)
    }

    fn raw(&self) -> serde_json::Value {
        self.0.iter().map(Name::as_str).collect()
    }
}

text! {
    /// A DOI, in lower case and without a resolver's address before it.
    Doi(1..=255, doi);
    /// An arXiv id, without its version.
    ArxivId(1..=32, arxiv_id);
    /// The name of a vector store: `vs_68e332…`.
    VectorStoreId(1..=200, no_spaces);
}

fn doi(text: &str) -> Result<String, Invalid> {
    let lower = text.to_lowercase();
    let bare = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let sound = bare.strip_prefix("10.").and_then(|rest| rest.split_once('/')).is_some_and(|(registrant, name)| {
        registrant.len() >= 4 && registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !name.is_empty()
    });
    if sound { no_spaces(bare) } else { Err(Invalid::new("format", "must be a DOI like 10.1000/182")) }
}

fn arxiv_id(text: &str) -> Result<String, Invalid> {
    check_length(text, 1, 200)?;
    let lower = text.to_lowercase();
    let bare = ["https://arxiv.org/abs/", "http://arxiv.org/abs/", "https://arxiv.org/pdf/", "arxiv:"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let bare = without_version(bare);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let new = bare.split_once('.').is_some_and(|(month, number)| {
        month.len() == 4 && digits(month) && (4..=5).contains(&number.len()) && digits(number)
    });
    let old = bare.split_once('/').is_some_and(|(archive, number)| {
        let named = archive.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'.');
        !archive.is_empty() && named && number.len() == 7 && digits(number)
    });
    if new || old {
        Ok(bare.to_owned())
    } else {
        Err(Invalid::new("format", "must be an arXiv id like 1706.03762 or hep-th/9901001"))
    }
}

fn without_version(id: &str) -> &str {
    match id.rsplit_once('v') {
        Some((id, version)) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => id,
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_has_one_form_however_it_is_given() {
        for given in ["10.18653/v1/N19-1423", "https://doi.org/10.18653/V1/n19-1423", "doi:10.18653/v1/N19-1423"] {
            assert_eq!(Doi::try_new(given).unwrap().as_str(), "10.18653/v1/n19-1423");
        }
        for mistaken in ["", "11.1000/182", "10.1000", "10.1000/", "10.1000/a b", "10.x/1"] {
            assert!(Doi::try_new(mistaken).is_err(), "{mistaken:?}");
        }
    }

    #[test]
    fn an_arxiv_id_has_one_form_however_it_is_given() {
        for given in ["1706.03762", "arXiv:1706.03762v5", "https://arxiv.org/abs/1706.03762v7"] {
            assert_eq!(ArxivId::try_new(given).unwrap().as_str(), "1706.03762");
        }
        assert_eq!(ArxivId::try_new("hep-th/9901001v2").unwrap().as_str(), "hep-th/9901001");
        for mistaken in ["", "1706", "170.03762", "1706.037", "1706.0376x", "/9901001"] {
            assert!(ArxivId::try_new(mistaken).is_err(), "{mistaken:?}");
        }
    }
}
