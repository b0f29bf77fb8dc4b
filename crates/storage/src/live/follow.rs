//! Following a feed: from a position on, over to what is live, without gap, doubling or disorder.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::project::Project;
use domain::{Id, Viewer};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;

use super::feed::{Feed, Read};
use super::tail::{Items, Tail};
use crate::error::Result;
use crate::meter::Meter;
use crate::reader::Reader;
use crate::store::Store;

/// What follows, where it acts for itself.
pub(super) const TASK: &str = "live";

/// Where somebody stands who follows a feed.
#[derive(Debug)]
pub struct Standing(AtomicI64);

/// The standing of who has something to do.
const BUSY: i64 = -1;

impl Default for Standing {
    fn default() -> Self {
        Self(AtomicI64::new(BUSY))
    }
}

impl Standing {
    /// The position after which they wait for what comes; none while they have something to do.
    pub fn waits_after(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|position| *position != BUSY)
    }

    fn wait_after(&self, position: i64) {
        self.0.store(position, Ordering::Relaxed);
    }

    fn work(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }
}

/// Somebody who follows a feed, for as long as they see the project that it is of, where it is of one. Whoever is slow
/// holds nothing up, and reads for themselves what they missed.
pub struct Follow<F: Feed> {
    feed: F,
    project: Option<Id<Project>>,
    viewer: watch::Receiver<Arc<Viewer>>,
    store: Store,
    meter: Arc<Meter>,
    #[expect(dead_code, reason = "it is read for as long as somebody follows it")]
    tail: Arc<Tail<F>>,
    live: Receiver<Items<F::Item>>,
    position: i64,
    /// What was read and not handed out yet, and from where on.
    items: (Items<F::Item>, usize),
    /// Whether there may be more in the database than was handed out and what is live will tell.
    behind: bool,
    standing: Arc<Standing>,
}

/// Where somebody begins to follow, and where it is said where they stand.
pub struct Begin {
    /// The position after which they begin; without one it is the present end.
    pub after: Option<i64>,
    /// Where they stand, from time to time.
    pub standing: Arc<Standing>,
}

/// Follows a feed, of a project that the viewer sees or of none; none where what is to be followed is not there.
pub async fn follow<F: Feed>(
    reader: &Reader,
    feed: F,
    project: Option<Id<Project>>,
    begin: Begin,
) -> Result<Option<Follow<F>>> {
    let viewer = reader.watch_viewer();
    let (store, meter) = (reader.store().clone(), Arc::clone(reader.meter()));
    let reader = reader.as_system(TASK);
    // Whatever is committed after this is in the tail, or in the database when it is read below.
    let Some((tail, live)) = store.tails().of(&store, &feed).await? else { return Ok(None) };
    let position = match begin.after {
        Some(position) => position,
        None => match feed.head(&reader).await? {
            Some(head) => head,
            None => return Ok(None),
        },
    };
    let (items, behind, standing) = ((Items::from([]), 0), begin.after.is_some(), begin.standing);
    Ok(Some(Follow { feed, project, viewer, store, meter, tail, live, position, items, behind, standing }))
}

impl<F: Feed> Follow<F> {
    /// What comes next, when it is there; none where what is followed is gone, or not for the viewer any more.
    pub async fn next(&mut self) -> Result<Option<F::Item>> {
        loop {
            let viewer = Arc::clone(&self.viewer.borrow_and_update());
            if self.project.is_some_and(|project| !viewer.sees_project(project)) {
                return Ok(None);
            }
            if let Some(item) = self.read() {
                return Ok(Some(item));
            }
            if !self.advance().await? {
                return Ok(None);
            }
        }
    }

    /// Who follows, as they are by now.
    pub fn viewer(&self) -> Arc<Viewer> {
        Arc::clone(&self.viewer.borrow())
    }

    /// The position of what came last.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The next item of those that were read.
    fn read(&mut self) -> Option<F::Item> {
        while let Some((position, item)) = self.items.0.get(self.items.1) {
            self.items.1 += 1;
            if *position > self.position {
                self.position = *position;
                return Some(item.clone());
            }
        }
        None
    }

    async fn catch_up(&self) -> Result<Option<Read<F::Item>>> {
        let reader = Reader::metered(self.store.clone(), Viewer::system(TASK), Arc::clone(&self.meter));
        self.feed.after(&reader, self.position).await
    }

    /// Waits until there is more to read, or another viewer; whether it goes on at all.
    async fn advance(&mut self) -> Result<bool> {
        if self.behind {
            // Whoever waits holds no room for a read, which is seldom.
            let Some(read) = Box::pin(self.catch_up()).await? else { return Ok(false) };
            self.behind = read.more;
            self.items = (read.items.into(), 0);
            return Ok(true);
        }
        self.standing.wait_after(self.position);
        tokio::select! {
            Ok(()) = self.viewer.changed() => {}
            items = self.live.recv() => match items {
                Ok(items) => self.items = (items, 0),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Ok(false),
            },
        }
        self.standing.work();
        Ok(true)
    }
}
