//! The settings of the API: which documents are executed, what can be explored, and which other sites may ask.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, value_parser};
use graphql::{Checker, Documents, Explore, Limits, Trusted};

use super::value::{origin, size_or_none};
use crate::http::Playground;

/// What is asked, by whom, and how much at once.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "API")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ApiSettings {
    /// How many requests one body may hold in an array. 0 takes no arrays.
    #[arg(long, value_name = "COUNT", default_value_t = 0, value_parser = value_parser!(u16).range(0..=1000))]
    pub max_batch: u16,
    /// How much memory keeps the documents that are sent with their SHA-256, to be named by it the next time (automatic
    /// persisted queries). 0 keeps none.
    #[arg(long, value_name = "SIZE", default_value = "8MiB", value_parser = size_or_none)]
    pub kept_documents_bytes: u64,
    /// A file of documents by their names, as graphql-codegen and relay-compiler write it. With it, no other document is
    /// executed.
    #[arg(long, value_name = "FILE")]
    pub only_trusted_documents: Option<PathBuf>,
    /// Whether the schema can be asked for by introspection. Without it, errors name nothing that was not asked for either.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub introspection: bool,
    /// Whether the page on which the graph is explored in a browser is at `/`.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub playground: bool,
    /// Whether an error proposes the name that was meant.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub suggestions: bool,
    /// Whether what stands in objects' tables is answered directly, without a resolver for each field. The answers are the
    /// same, and take longer without it.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub direct_answers: bool,
    /// The other sites whose pages may use the API, like `https://app.example.org`. They are trusted with whatever their
    /// visitors may do.
    #[arg(long, value_name = "ORIGIN,…", value_delimiter = ',', value_parser = origin, action = ArgAction::Append)]
    pub cors_origins: Vec<String>,
}

impl ApiSettings {
    /// How much of the schema can be explored.
    pub fn explore(&self) -> Explore {
        match (self.introspection, self.suggestions) {
            (true, true) => Explore::Helped,
            (true, false) => Explore::Unhelped,
            (false, _) => Explore::Nothing,
        }
    }

    /// Whether the playground is served.
    pub fn playground(&self) -> Playground {
        if self.playground { Playground::Served } else { Playground::Absent }
    }

    /// The documents that requests may name, within these limits.
    pub async fn documents(&self, limits: Limits) -> Result<Documents, String> {
        let Some(path) = &self.only_trusted_documents else { return Ok(Documents::kept(self.kept_documents_bytes)) };
        let trusted = read(path, limits).await;
        trusted.map(Documents::only).map_err(|why| format!("only_trusted_documents: {}: {why}", path.display()))
    }
}

async fn read(path: &Path, limits: Limits) -> Result<Trusted, String> {
    let text = tokio::fs::read_to_string(path).await.map_err(|why| why.to_string())?;
    let checker = Checker::new(limits);
    Trusted::read(&text, async |document| checker.check(document).await).await
}
