//! The operations of a connection, each under the name that the client gave it.

use std::collections::HashMap;

use async_graphql::{Response, ServerError, Value as Data};
use domain::Viewer;
use futures_util::future::AbortHandle;
use futures_util::stream::{self, BoxStream, SelectAll, StreamExt};
use graphql::Followed;
use graphql::engine::is_unexecuted;
use graphql::limits::OPERATIONS;
use storage::Reader;

/// What comes of an operation.
pub(super) enum Answer {
    /// A response.
    Response(Box<Response>),
    /// It cannot be run, and nothing more comes.
    Refused(Vec<ServerError>),
    /// Nothing more comes.
    End,
}

/// The operations that run.
#[derive(Default)]
pub(super) struct Operations {
    running: HashMap<String, Running>,
    answers: SelectAll<BoxStream<'static, (String, u64, Option<Response>)>>,
    begun: u64,
}

/// An operation that runs.
struct Running {
    /// What tells it from one of the same name before it.
    number: u64,
    reader: Option<Reader>,
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
        self.add(id, followed.responses, Some(followed.reader));
    }

    /// Runs an operation that answers once.
    pub(super) fn once(&mut self, id: String, response: impl Future<Output = Response> + Send + 'static) {
        self.add(id, stream::once(response).boxed(), None);
    }

    fn add(&mut self, id: String, responses: BoxStream<'static, Response>, reader: Option<Reader>) {
        self.begun += 1;
        let number = self.begun;
        let answers = responses.map(Some).chain(stream::once(async { None }));
        let (answers, end) = stream::abortable(answers);
        self.running.insert(id.clone(), Running { number, reader, end, answered: false });
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
        for reader in self.running.values().filter_map(|running| running.reader.as_ref()) {
            reader.set_viewer(viewer.clone());
        }
    }

    /// What comes next, of whichever operation.
    pub(super) async fn next(&mut self) -> (String, Answer) {
        loop {
            let Some((id, number, response)) = self.answers.next().await else {
                return std::future::pending().await;
            };
            // One that was ended, and whose name may have another by now, says nothing more.
            let Some(running) = self.running.get_mut(&id).filter(|running| running.number == number) else { continue };
            let first = !std::mem::replace(&mut running.answered, true);
            let Some(response) = response else {
                self.running.remove(&id);
                return (id, Answer::End);
            };
            let follows = running.reader.is_some();
            let refused = is_unexecuted(&response) || (follows && response.data == Data::Null);
            if first && refused {
                self.end(&id);
                return (id, Answer::Refused(response.errors));
            }
            return (id, Answer::Response(Box::new(response)));
        }
    }
}
