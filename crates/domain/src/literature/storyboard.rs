//! A storyboard: a paper told in five to seven pictures, each with words for those who cannot see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::User;
use crate::document::{Document, Documented};
use crate::execution::Run;
use crate::literature::Paper;
use crate::project::Project;
use crate::text::StoragePath;
use crate::{Id, Invalid, entity};

entity! {
    /// A storyboard of a paper.
    Storyboard "storyboard" as "storyboard" in "storyboards", edited {
        /// The project of the paper.
        project_id: Id<Project>,
        /// The paper that it tells.
        paper_id: Id<Paper>,
        /// The run whose results it tells, when it tells those.
        run_id: Option<Id<Run>>,
        /// The pages and the glossary.
        document: Documented<StoryboardDocument>,
        /// Where the document is stored as a file.
        storage_path: StoragePath,
        /// Who made it.
        created_by: Option<Id<User>>,
    }
}

/// What a storyboard shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoryboardDocument {
    /// The pages, in order: five to seven.
    pub pages: Vec<Page>,
    /// The words that it explains.
    #[serde(default)]
    pub glossary: Vec<GlossaryEntry>,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// One page of a storyboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The page's heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the page tells.
    pub text: String,
    /// The picture on it.
    pub picture: Picture,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The picture of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// What the picture shows, for those who cannot see it.
    pub alt: String,
    /// Where the picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A word and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GlossaryEntry {
    /// The word.
    pub term: String,
    /// What it means.
    pub definition: String,
    /// Fields that this version does not know, kept as they are.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Document for StoryboardDocument {
    const NAME: &'static str = "storyboard";
    const VERSIONS: &'static [&'static str] = &["1.0"];

    fn check(&self) -> Result<(), Invalid> {
        if !(5..=7).contains(&self.pages.len()) {
            return Err(Invalid::new("pages", format!("must have 5 to 7 pages, not {}", self.pages.len())));
        }
        for (at, page) in self.pages.iter().enumerate() {
            require(&page.text, &format!("pages.{at}.text"))?;
            require(&page.picture.alt, &format!("pages.{at}.picture.alt"))?;
        }
        for (at, entry) in self.glossary.iter().enumerate() {
            require(&entry.term, &format!("glossary.{at}.term"))?;
            require(&entry.definition, &format!("glossary.{at}.definition"))?;
        }
        Ok(())
    }
}

fn require(text: &str, place: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new("blank", format!("{place} must not be blank")));
    }
    Ok(())
}
