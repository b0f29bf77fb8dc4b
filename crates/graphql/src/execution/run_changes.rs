//! What people change of what runs say.

use domain::execution::{Run as Entity, Tags};
use domain::text::{Label, Prose, Title};
use domain::{Id, JsonObject, Revision, Timestamp};

use super::Run;
use crate::prelude::*;

/// The tags, given as a list; none by default.
pub struct TagList;

impl Field for TagList {
    type Value = Tags;
    type Create = Given<List<Parsed<Label>>>;
    type Update = Given<List<Parsed<Label>>>;

    fn first(given: Self::Create) -> storage::Result<Tags> {
        Ok(tags(given)?.unwrap_or_default())
    }

    fn change(tags: &mut Tags, given: Self::Update) -> storage::Result<()> {
        if let Some(given) = self::tags(given)? {
            *tags = given;
        }
        Ok(())
    }
}

fn tags(given: Given<List<Parsed<Label>>>) -> storage::Result<Option<Tags>> {
    let names = given.0.map(|names| names.0.into_iter().map(|name| name.0).collect());
    let tags = names.map(Tags::try_new).transpose();
    tags.map_err(|why| storage::Error::refused(&["input", "tags"], why.rule, why.message))
}

input! {
    /// What can be changed of a run at any time: what is left out stays, and null clears what may be absent.
    RunChanges {
        /// What it is called.
        name: Given<Parsed<Title>>,
        /// What it is for.
        description: Change<Parsed<Prose>>,
        /// By what it is found, in place of the tags that it has.
        tags: Given<List<Parsed<Label>>>,
        /// The group to which it belongs.
        group: Change<Parsed<Label>>,
        /// Whether it is archived.
        archived: Given<bool>,
        /// What else there is to say, in place of what was said.
        metadata: Given<Parsed<JsonObject>>,
    }
}

impl RunChanges {
    /// Changes a run, now.
    pub fn apply(self, run: &mut Entity, now: Timestamp) -> storage::Result<()> {
        Required::change(&mut run.name, self.name)?;
        Optional::change(&mut run.description, self.description)?;
        TagList::change(&mut run.tags, self.tags)?;
        Optional::change(&mut run.group, self.group)?;
        Required::change(&mut run.metadata, self.metadata)?;
        match self.archived.0 {
            Some(true) => run.archived_at = run.archived_at.or(Some(now)),
            Some(false) => run.archived_at = None,
            None => {}
        }
        Ok(())
    }
}

input! {
    /// Changes of a run.
    UpdateRunInput {
        /// Which run.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// What is changed.
        changes: RunChanges,
    }
}

/// Changes what is said of a run.
pub async fn update(ctx: &Context<'_>, input: UpdateRunInput) -> Result<Run> {
    let (id, expected): (Id<Entity>, _) = (input.id.0, input.expected_revision.0.map(|revision| revision.0));
    let run = mutate::unit(ctx, |work| {
        let changes = input.changes.clone();
        Box::pin(async move {
            let now = work.now();
            storage::write::update(work, id, expected, |run| changes.apply(run, now)).await
        })
    });
    run.await.map(Run::new)
}
