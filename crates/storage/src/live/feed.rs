//! A feed: rows that follow each other by numbers, as they are committed.

use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;

use super::Signal;
use crate::error::Result;
use crate::reader::Reader;

/// What can be followed. Positions rise in the order of the commits: whoever saw one has seen, or could have seen, all
/// before it.
pub trait Feed: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// What stands at a position.
    type Item: Clone + Send + Sync + 'static;

    /// The signals that say that there may be more, or that what is followed is gone.
    fn signals(&self) -> Vec<Signal>;

    /// The last position that there is; none where what is followed is not there.
    fn head(&self, reader: &Reader) -> impl Future<Output = Result<Option<i64>>> + Send;

    /// What stands after a position, in order; none where what is followed is not there any more.
    fn after(&self, reader: &Reader, position: i64) -> impl Future<Output = Result<Option<Read<Self::Item>>>> + Send;
}

/// What was read of a feed.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// What there is, each with its position.
    pub items: Vec<(i64, T)>,
    /// Whether there may be more after it.
    pub more: bool,
}

impl<T> Read<T> {
    /// The same with other items.
    pub(crate) fn map<U>(self, mut item: impl FnMut(T) -> U) -> Read<U> {
        let items = self.items.into_iter().map(|(position, found)| (position, item(found))).collect();
        Read { items, more: self.more }
    }
}
