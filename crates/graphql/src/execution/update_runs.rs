//! Changes of many runs at once.

use async_graphql::SimpleObject;
use domain::Invalid;
use domain::execution::{Run as Entity, Tags};
use domain::text::Label;
use storage::execution::update_runs::{MOST, Mode, Which, update_all};

use super::Run;
use super::run::RunFilter;
use super::run_changes::RunChanges;
use crate::filter::Filter;
use crate::paging::limited;
use crate::prelude::*;

input! {
    /// Changes of many runs: either of those that are named, or of those that pass a filter.
    UpdateRunsInput {
        /// Which runs: 1 to 1000. The viewer must see each, and be one who may change it.
        ids: Given<List<GlobalId<Entity>>>,
        /// Which runs, among those that the viewer may change: at most 1000.
        filter: Given<RunFilter>,
        /// What is changed of each.
        changes: Given<RunChanges>,
        /// Tags that each is given beside those that it has.
        add_tags: Given<List<Parsed<Label>>>,
        /// Tags that are taken from each.
        remove_tags: Given<List<Parsed<Label>>>,
        /// Whether it is only told what would be changed.
        dry_run: Given<bool>,
    }
}

/// The answer of changing many runs.
#[derive(SimpleObject)]
pub struct UpdateRunsPayload {
    /// How many runs were changed, or with `dryRun` would be.
    count: SafeInt,
    /// These runs, by their ids, as they are now, or with `dryRun` would be. Those that the changes leave as they were are
    /// not among them.
    runs: Vec<Run>,
}

impl UpdateRunsInput {
    fn which(&self) -> Result<Which> {
        match (&self.ids.0, &self.filter.0) {
            (Some(ids), None) if (1..=MOST).contains(&ids.0.len()) => {
                Ok(Which::These(ids.0.iter().map(|id| id.0).collect()))
            }
            (Some(ids), None) => {
                let why = Invalid::new("length", format!("must have 1 to {MOST} ids, not {}", ids.0.len()));
                Err(Failure::refused(&["input", "ids"], &why))
            }
            (None, Some(filter)) => limited(filter.clone().predicate(), &["input", "filter"]).map(Which::Passing),
            _ => Err(Failure::refused(&["input"], &Invalid::new("one_of", "give ids or a filter, not both"))),
        }
    }

    fn apply(&self, run: &mut Entity, now: domain::Timestamp) -> storage::Result<()> {
        if let Some(changes) = &self.changes.0 {
            changes.clone().apply(run, now)?;
        }
        let names = |given: &Given<List<Parsed<Label>>>| -> Vec<Label> {
            given.0.iter().flat_map(|names| names.0.iter().map(|name| name.0.clone())).collect()
        };
        let (added, removed) = (names(&self.add_tags), names(&self.remove_tags));
        let kept = run.tags.names().iter().filter(|name| !removed.contains(name)).cloned();
        let refused = |why: Invalid| storage::Error::refused(&["input", "addTags"], why.rule, why.message);
        run.tags = Tags::try_new(kept.chain(added).collect()).map_err(refused)?;
        Ok(())
    }
}

/// Changes runs, all or none.
pub async fn update_runs(ctx: &Context<'_>, input: UpdateRunsInput) -> Result<UpdateRunsPayload> {
    let which = input.which()?;
    let mode = if input.dry_run.0.unwrap_or_default() { Mode::DryRun } else { Mode::Write };
    let changed = mutate::unit(ctx, |work| {
        let (input, which) = (input.clone(), which.clone());
        Box::pin(async move {
            let now = work.now();
            update_all(work, &which, mode, |run| input.apply(run, now)).await
        })
    })
    .await?;
    let count = SafeInt(i64::try_from(changed.len()).unwrap_or(i64::MAX));
    Ok(UpdateRunsPayload { count, runs: changed.into_iter().map(|run| Run::new(run.into())).collect() })
}
