//! A subscription that runs for one subscriber alone.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use domain::Viewer;
use futures_util::stream::{self, BoxStream, StreamExt};
use storage::Reader;
use tokio::sync::watch;

use super::Frame;
use crate::live::Place;

/// A subscription that runs alone.
pub(super) struct Alone {
    answers: BoxStream<'static, Frame>,
    reader: Reader,
    place: Place,
    /// The position of which it was told last that it waits there.
    waited_after: Option<i64>,
}

/// What becomes of it.
pub(super) enum Step {
    /// It answers.
    Said(Frame),
    /// It has answered all up to this position, and waits for what comes.
    Waits(i64),
    /// Nothing more comes.
    Ended,
}

impl Alone {
    pub(super) fn new(answers: BoxStream<'static, Frame>, reader: Reader, place: Place) -> Self {
        Self { answers, reader, place, waited_after: None }
    }

    /// What comes next; that it waits is told once for each position.
    pub(super) async fn step(&mut self, viewer: &mut watch::Receiver<Arc<Viewer>>) -> Step {
        let Self { answers, reader, place, waited_after } = self;
        loop {
            tokio::select! {
                biased;
                Ok(()) = viewer.changed() => reader.set_viewer(Viewer::clone(&viewer.borrow_and_update())),
                answer = answers.next() => return answer.map_or(Step::Ended, Step::Said),
                // This is asked only when there is no answer yet.
                position = poll_fn(|_| waits(place, waited_after)) => return Step::Waits(position),
            }
        }
    }

    /// Its answers from now on, for others as well; nothing more comes of itself.
    pub(super) fn take(&mut self) -> BoxStream<'static, Frame> {
        std::mem::replace(&mut self.answers, stream::empty().boxed())
    }
}

fn waits(place: &Place, waited_after: &mut Option<i64>) -> Poll<i64> {
    match place.waits_after() {
        Some(position) if waited_after.replace(position) != Some(position) => Poll::Ready(position),
        _ => Poll::Pending,
    }
}
