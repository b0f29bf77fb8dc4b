//! Subscriptions that run once for all who ask the same with the same rights.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures_util::stream::{BoxStream, StreamExt};
use tokio::sync::broadcast::{self, Receiver, Sender, WeakSender};
use tokio::task::AbortHandle;

use super::Frame;
use super::asking::Key;

/// How many times it may answer before whoever has not heard it goes on alone.
const BEHIND: usize = 64;
/// How many answers it may give at a time.
const AT_ONCE: usize = 500;

/// Answers that came at once; none where nothing more comes.
type Said = Option<Arc<[Arc<Frame>]>>;

/// The subscriptions that run for all who ask the same.
#[derive(Default)]
pub(crate) struct Together(Mutex<Running>);

type Running = HashMap<Arc<Key>, Weak<Shared>>;

/// A subscription that runs for all who ask the same, for as long as anybody does.
struct Shared {
    said: WeakSender<Said>,
    last: Arc<Last>,
    running: AbortHandle,
}

/// The position of what was answered last; it is known before the answer is there.
struct Last(AtomicI64);

impl Drop for Shared {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Together {
    /// Joins those who ask this, after a position, or begins with answers that go on after it; none while the others have
    /// been answered more.
    pub(super) fn join(
        &self,
        key: &Arc<Key>,
        position: i64,
        begin: impl FnOnce() -> BoxStream<'static, Frame>,
    ) -> Option<With> {
        let mut running = self.lock();
        let found = running.get_key_value(key).and_then(|(key, shared)| Some((Arc::clone(key), shared.upgrade()?)));
        let found = found.and_then(|(key, shared)| Some((key, shared.said.upgrade()?.subscribe(), shared)));
        let (key, said, shared) = match found {
            Some((_, _, shared)) if shared.last.0.load(Ordering::Acquire) > position => return None,
            Some(found) => found,
            None => {
                running.retain(|_, shared| shared.strong_count() > 0);
                let (sender, said) = broadcast::channel(BEHIND);
                let (weak, last) = (sender.downgrade(), Arc::new(Last(AtomicI64::new(position))));
                let task = tokio::spawn(run(begin(), sender, Arc::clone(&last))).abort_handle();
                let shared = Arc::new(Shared { said: weak, last, running: task });
                running.insert(Arc::clone(key), Arc::downgrade(&shared));
                (Arc::clone(key), said, shared)
            }
        };
        Some(With { key, shared, said, frames: (Arc::from([]), 0), position })
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers all who ask, until nothing more comes.
async fn run(answers: BoxStream<'static, Frame>, said: Sender<Said>, last: Arc<Last>) {
    let mut answers = answers.ready_chunks(AT_ONCE);
    while let Some(answers) = answers.next().await {
        if let Some(position) = answers.iter().rev().find_map(Frame::position) {
            last.0.store(position, Ordering::Release);
        }
        // Nobody there to hear it is no failure.
        let _ = said.send(Some(answers.into_iter().map(Arc::new).collect()));
    }
    let _ = said.send(None);
}

/// Somebody's part in a subscription that runs for several.
pub(super) struct With {
    pub(super) key: Arc<Key>,
    #[expect(dead_code, reason = "it runs for as long as somebody follows it")]
    shared: Arc<Shared>,
    said: Receiver<Said>,
    frames: (Arc<[Arc<Frame>]>, usize),
    pub(super) position: i64,
}

/// What comes of it.
pub(super) enum Heard {
    /// An answer.
    Said(Arc<Frame>),
    /// More than could be heard: it goes on after the position.
    Missed,
    /// Nothing more comes.
    Ended,
}

impl With {
    /// What comes next that was not answered before.
    pub(super) async fn next(&mut self) -> Heard {
        loop {
            while let Some(frame) = self.frames.0.get(self.frames.1) {
                self.frames.1 += 1;
                let position = frame.position().unwrap_or(i64::MAX);
                if position > self.position {
                    self.position = frame.position().unwrap_or(self.position);
                    return Heard::Said(Arc::clone(frame));
                }
            }
            match self.said.recv().await {
                Ok(Some(frames)) => self.frames = (frames, 0),
                Ok(None) => return Heard::Ended,
                Err(_) => return Heard::Missed,
            }
        }
    }
}
