//! A tail: the end of a feed, read once for all on this node who follow it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use domain::Viewer;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::follow::TASK;
use super::signals::any_heard;
use super::{Ear, Feed};
use crate::error::Result;
use crate::meter::Meter;
use crate::reader::Reader;
use crate::store::Store;

/// How many reads somebody may be behind before they have to read for themselves.
const BEHIND: usize = 64;
/// After which time the database is asked although there was no signal: the node that wrote may have died before it gave one.
const CATCH_UP: Duration = Duration::from_secs(15);
/// How long to wait after the database could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// What was read at once, each with its position.
pub(super) type Items<T> = Arc<[(i64, T)]>;

/// The end of a feed.
pub(super) struct Tail<F: Feed> {
    items: broadcast::WeakSender<Items<F::Item>>,
    reading: AbortHandle,
}

impl<F: Feed> Tail<F> {
    /// What is read from now on; none where what was followed is gone.
    pub(super) fn receiver(&self) -> Option<broadcast::Receiver<Items<F::Item>>> {
        self.items.upgrade().map(|items| items.subscribe())
    }
}

impl<F: Feed> Drop for Tail<F> {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// The tails of a node, for as long as anybody follows them.
#[derive(Default)]
pub(crate) struct Tails {
    known: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
    /// What their reads came to.
    pub(crate) meter: Arc<Meter>,
}

impl Tails {
    /// The tail of a feed; none where what is to be followed is not there.
    pub(super) async fn of<F: Feed>(&self, store: &Store, feed: &F) -> Result<Option<Joined<F>>> {
        if let Some(joined) = self.with(|tails| join(tails, feed)) {
            return Ok(Some(joined));
        }
        // The ears are there before the head is read, so nothing is missed in between.
        let ears = feed.signals().into_iter().map(|signal| store.signals().ear(signal)).collect();
        let reader = Reader::metered(store.clone(), Viewer::system(TASK), Arc::clone(&self.meter));
        let Some(head) = feed.head(&reader).await? else { return Ok(None) };
        Ok(Some(self.with(|tails| {
            tails.retain(|_, tail| tail.strong_count() > 0);
            join(tails, feed).unwrap_or_else(|| {
                let (items, live) = broadcast::channel(BEHIND);
                let weak = items.downgrade();
                let reading = tokio::spawn(read(feed.clone(), reader, ears, head, items)).abort_handle();
                let tail = Arc::new(Tail { items: weak, reading });
                tails.insert(feed.clone(), Arc::downgrade(&tail));
                (tail, live)
            })
        })))
    }

    fn with<F: Feed, T>(&self, work: impl FnOnce(&mut Known<F>) -> T) -> T {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(TypeId::of::<F>()).or_insert_with(|| Box::new(Known::<F>::new()));
        match own.downcast_mut() {
            Some(tails) => work(tails),
            None => unreachable!("tails are kept under the type of their feed"),
        }
    }
}

/// A tail, and what it reads from now on.
pub(super) type Joined<F> = (Arc<Tail<F>>, broadcast::Receiver<Items<<F as Feed>::Item>>);

type Known<F> = HashMap<F, Weak<Tail<F>>>;

/// The tail of a feed, where somebody follows it already.
fn join<F: Feed>(tails: &Known<F>, feed: &F) -> Option<Joined<F>> {
    let tail = tails.get(feed)?.upgrade()?;
    let live = tail.receiver()?;
    Some((tail, live))
}

/// Reads a feed as it grows, until what is followed is gone.
async fn read<F: Feed>(
    feed: F,
    reader: Reader,
    mut ears: Vec<Ear>,
    mut position: i64,
    items: broadcast::Sender<Items<F::Item>>,
) {
    loop {
        match feed.after(&reader, position).await {
            Ok(Some(read)) => {
                if let Some((last, _)) = read.items.last() {
                    position = *last;
                    // Nobody there to hear it is no failure.
                    let _ = items.send(read.items.into());
                }
                if !read.more {
                    let _ = tokio::time::timeout(CATCH_UP, any_heard(&mut ears)).await;
                }
            }
            Ok(None) => return,
            Err(why) => {
                tracing::warn!(?why, ?feed, "what is live could not be read");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
