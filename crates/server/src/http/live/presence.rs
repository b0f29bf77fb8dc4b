//! Who is at the other end, for as long as the connection lasts: looked at again when something changed who they are or what
//! they see, when what they showed ends, and whenever they ask for something.

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::{Leaf, Viewer};
use serde_json::{Map, Value};
use storage::live::{Ear, any_heard};
use storage::viewers::signals;

use crate::http::App;
use crate::http::answer::Refusal;

/// After which time it is looked at again although nothing was heard.
const AGAIN: Duration = Duration::from_mins(1);
/// The least time from one look to the next.
const PAUSE: Duration = Duration::from_millis(100);

/// Who is at the other end.
pub(super) struct Presence {
    app: App,
    head: Parts,
    viewer: Viewer,
    ears: Vec<Ear>,
}

impl Presence {
    /// Whoever the head of the request shows, or what was said when the connection was opened.
    pub(super) async fn of(app: App, mut head: Parts, said: &Map<String, Value>) -> Result<Self, Refusal> {
        let said = ["Authorization", "authorization"].iter().find_map(|name| said.get(*name)?.as_str());
        if let Some(said) = said {
            let said = HeaderValue::from_str(said).map_err(|_| Refusal::unauthenticated("this is no token"))?;
            head.headers.insert(AUTHORIZATION, said);
        }
        let viewer = app.parts().authenticate.viewer(&head).await?;
        let ears = ears(&app, &viewer);
        Ok(Self { app, head, viewer, ears })
    }

    /// Who it is.
    pub(super) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The request that opened the connection.
    pub(super) fn head(&self) -> &Parts {
        &self.head
    }

    /// Waits until it is time to look again.
    pub(super) async fn changes(&mut self) {
        let now = self.app.parts().store.now();
        let left = |ends_at: domain::Timestamp| u64::try_from(ends_at.since(now).raw()).unwrap_or(u64::MAX);
        let left =
            self.viewer.ends_at().map_or(AGAIN, |ends_at| Duration::from_millis(left(ends_at)).clamp(PAUSE, AGAIN));
        let _ = tokio::time::timeout(left, any_heard(&mut self.ears)).await;
    }

    /// Looks again; no when what was shown does not hold any more.
    pub(super) async fn look(&mut self) -> bool {
        match self.app.parts().authenticate.viewer(&self.head).await {
            Ok(viewer) if viewer.actor() == self.viewer.actor() => {
                // Ears that stay miss nothing of what happens meanwhile.
                if signals(&viewer) != signals(&self.viewer) {
                    self.ears = ears(&self.app, &viewer);
                }
                self.viewer = viewer;
                true
            }
            Ok(_) => false,
            // Where the database cannot be asked, what was known holds until it can.
            Err(refusal) => !refusal.is_unauthenticated(),
        }
    }
}

fn ears(app: &App, viewer: &Viewer) -> Vec<Ear> {
    let known = app.parts().store.signals();
    signals(viewer).into_iter().map(|signal| known.ear(signal)).collect()
}
