//! How the object store misbehaves when it is told to.

use std::time::Duration;

use axum::http::StatusCode;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Every request is answered with this status: 507 is a store that is full.
    Status(StatusCode),
    /// The connection breaks off once so many bytes of a body were received or sent.
    BreakOffAfter(u64),
    /// Every request, and every piece of a body, takes so much longer.
    Slow(Duration),
}

/// The trouble of one request, of each kind the last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Troubles {
    status: Option<StatusCode>,
    limit: Option<u64>,
    delay: Option<Duration>,
}

impl Troubles {
    pub(super) fn of(troubles: Vec<Trouble>) -> Self {
        let mut all = Self::default();
        for trouble in troubles {
            match trouble {
                Trouble::Status(status) => all.status = Some(status),
                Trouble::BreakOffAfter(bytes) => all.limit = Some(bytes),
                Trouble::Slow(delay) => all.delay = Some(delay),
            }
        }
        all
    }

    /// The status to answer with, whatever was asked.
    pub(super) const fn status(self) -> Option<StatusCode> {
        self.status
    }

    /// Whether the connection breaks off after so many bytes of a body.
    pub(super) fn breaks_off(self, after: u64) -> bool {
        self.limit.is_some_and(|limit| after >= limit)
    }

    /// Takes its time.
    pub(super) async fn pause(self) {
        if let Some(delay) = self.delay {
            tokio::time::sleep(delay).await;
        }
    }
}

/// Closes the connection without an answer: its task ends as by a panic, without the message of one.
pub(super) fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("the object store was told to break off"))
}
