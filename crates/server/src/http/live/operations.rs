//! The operations of a connection, each under the name that the client gave it.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::ServerError;
use domain::Viewer;
use futures_util::future::AbortHandle;
use futures_util::stream::{self, BoxStream, SelectAll, StreamExt};
use graphql::limits::OPERATIONS;
use graphql::subscribers::SeenAs;
use graphql::{Followed, Frame};

/// What comes of an operation.
pub(super) enum Answer {
    /// An answer.
    Said(Arc<Frame>),
    /// It cannot be run, and nothing more comes.
    Refused(Vec<ServerError>),
    /// Nothing more comes.
    End,
}

/// An answer of the operation that has this name and this number; none at its end.
type Answered = (String, u64, Option<Arc<Frame>>);

/// The operations that run.
#[derive(Default)]
pub(super) struct Operations {
    running: HashMap<String, Running>,
    answers: SelectAll<BoxStream<'static, Answered>>,
    begun: u64,
}

/// An operation that runs.
struct Running {
    /// What tells it from one of the same name before it.
    number: u64,
    seen_as: Option<SeenAs>,
    end: AbortHandle,
    answered: bool,
}

impl Operations {
    /// Whether there may be one more.
    pub(super) fn have_room(&self) -> bool {
        u64::try_from(self.running.len()).is_ok_and(|running| running < OPERATIONS.allowed)
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    /// Runs an operation that is followed.
    pub(super) fn follow(&mut self, id: String, followed: Followed) {
        self.add(id, followed.frames, Some(followed.seen_as));
    }

    /// Runs an operation that answers once.
    pub(super) fn once(&mut self, id: String, answer: impl Future<Output = Frame> + Send + 'static) {
        self.add(id, stream::once(async { Arc::new(answer.await) }).boxed(), None);
    }

    fn add(&mut self, id: String, frames: BoxStream<'static, Arc<Frame>>, seen_as: Option<SeenAs>) {
        self.begun += 1;
        let number = self.begun;
        let answers = frames.map(Some).chain(stream::once(async { None }));
        let (answers, end) = stream::abortable(answers);
        self.running.insert(id.clone(), Running { number, seen_as, end, answered: false });
        self.answers.push(answers.map(move |answer| (id.clone(), number, answer)).boxed());
    }

    /// Ends an operation; nothing more comes of it.
    pub(super) fn end(&mut self, id: &str) {
        if let Some(running) = self.running.remove(id) {
            running.end.abort();
        }
    }

    /// Tells the operations who the viewer is by now.
    pub(super) fn see_as(&self, viewer: &Viewer) {
        for seen_as in self.running.values().filter_map(|running| running.seen_as.as_ref()) {
            seen_as.is(viewer);
        }
    }

    /// What comes next, of whichever operation.
    pub(super) async fn next(&mut self) -> (String, Answer) {
        loop {
            let Some((id, number, frame)) = self.answers.next().await else {
                return std::future::pending().await;
            };
            // One that was ended, and whose name may have another by now, says nothing more.
            let Some(running) = self.running.get_mut(&id).filter(|running| running.number == number) else { continue };
            let first = !std::mem::replace(&mut running.answered, true);
            let Some(frame) = frame else {
                self.running.remove(&id);
                return (id, Answer::End);
            };
            let refusal = frame.refusal().filter(|_| first).map(<[_]>::to_vec);
            let Some(errors) = refusal else { return (id, Answer::Said(frame)) };
            self.end(&id);
            return (id, Answer::Refused(errors));
        }
    }
}
