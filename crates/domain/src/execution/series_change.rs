//! What a batch did to a series: how it was before and is now, the points that came, and those that they replaced.

use super::{Mark, Reading, RunSeries};

/// What a batch did to a series.
#[derive(Clone, Debug)]
pub struct SeriesChange {
    /// The series before; none where the batch began it.
    pub before: Option<RunSeries>,
    /// The series after; its `first` is what it begins with.
    pub after: RunSeries,
    /// The points that came, in the order of their steps.
    pub new: Vec<Mark>,
    /// The points that went, since others came at their steps, in the order of their steps.
    pub replaced: Vec<Mark>,
    /// What the batch said that the series comes to in the end.
    pub terminal: Option<Reading>,
}

impl SeriesChange {
    /// The points that came at or before the last step that was there.
    pub fn late(&self) -> impl Iterator<Item = &Mark> {
        let last = self.before.as_ref().and_then(|before| before.last_step);
        self.new.iter().take_while(move |(step, _)| last.is_some_and(|last| *step <= last))
    }
}
