//! What the runs of a project measure, and what their settings are called.

use async_graphql::SimpleObject;
use domain::Id;
use domain::project::Project;
use storage::execution::run_names::{Named, NamesOf};

use crate::input::Argument;
use crate::paging;
use crate::prelude::*;

/// The names in the runs of a project that was read; how they begin, and how many at most.
pub async fn run_names(
    ctx: &Context<'_>,
    project: Id<Project>,
    named: Named,
    (prefix, first): (Argument<Option<Parsed<String>>>, Argument<Option<i32>>),
) -> Result<RunNames> {
    let prefix = prefix.get("prefix")?.map(|prefix| prefix.0).unwrap_or_default();
    let size = paging::size("first", first.get("first")?)?;
    let found = loader(ctx)?.load(NamesOf { project, named, prefix, size }).await?.unwrap_or_default();
    let shown = found.names.iter().map(|(name, runs)| RunName { name: name.clone(), run_count: whole(runs) });
    Ok(RunNames { names: shown.collect(), has_next_page: found.more })
}

/// Names that runs use.
#[derive(SimpleObject)]
pub struct RunNames {
    /// The names, by their bytes.
    names: Vec<RunName>,
    /// Whether there are more after these.
    has_next_page: bool,
}

/// A name that runs use.
#[derive(SimpleObject)]
pub struct RunName {
    /// The name.
    name: String,
    /// How many runs have it.
    run_count: SafeInt,
}
