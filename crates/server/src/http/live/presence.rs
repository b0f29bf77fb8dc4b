//! Who is at the other end, for as long as the connection lasts: looked at again when something changed who sees what.

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::Viewer;
use serde_json::{Map, Value};
use storage::live::{Ear, Signal};

use crate::http::App;
use crate::http::answer::Refusal;

/// After which time it is looked at again although nothing changed: a sign-in may have ended.
const AGAIN: Duration = Duration::from_mins(1);

/// Who is at the other end.
pub(super) struct Presence {
    app: App,
    head: Parts,
    viewer: Viewer,
    access: Ear,
}

impl Presence {
    /// Whoever the head of the request shows, or what was said when the connection was opened.
    pub(super) async fn of(app: App, mut head: Parts, said: &Map<String, Value>) -> Result<Self, Refusal> {
        let said = ["Authorization", "authorization"].iter().find_map(|name| said.get(*name)?.as_str());
        if let Some(said) = said {
            let said = HeaderValue::from_str(said).map_err(|_| Refusal::unauthenticated("this is no token"))?;
            head.headers.insert(AUTHORIZATION, said);
        }
        let access = app.parts().store.signals().ear(Signal::Access);
        let viewer = app.parts().authenticate.viewer(&head).await?;
        Ok(Self { app, head, viewer, access })
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
        let _ = tokio::time::timeout(AGAIN, self.access.heard()).await;
    }

    /// Looks again; no when what was shown does not hold any more.
    pub(super) async fn look(&mut self) -> bool {
        match self.app.parts().authenticate.viewer(&self.head).await {
            Ok(viewer) if viewer.account() == self.viewer.account() => {
                self.viewer = viewer;
                true
            }
            Ok(_) => false,
            // Where the database cannot be asked, what was known holds until it can.
            Err(refusal) => !refusal.is_unauthenticated(),
        }
    }
}
