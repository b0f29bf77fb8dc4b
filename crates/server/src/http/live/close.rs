//! Why connections are closed, as the protocol and its clients understand it.

use axum::extract::ws::{CloseFrame, Message};

/// Why a connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// A message is not one.
    Mistaken(String),
    /// An operation comes before the connection was opened.
    Early,
    /// Who it is does not hold, or not any more.
    Forbidden,
    /// The client speaks another protocol.
    OtherProtocol,
    /// The client did not say who it is.
    Silent,
    /// There is an operation of this name.
    Taken(String),
    /// The client says who it is once more.
    Again,
    /// A message is larger than it may be.
    TooLarge,
    /// The server stops; another, or the next, goes on.
    Restart,
    /// The client reads too slowly; it may go on where it was.
    Slow,
}

impl Close {
    fn code(&self) -> u16 {
        match self {
            Self::Mistaken(_) => 4400,
            Self::Early => 4401,
            Self::Forbidden => 4403,
            Self::OtherProtocol => 4406,
            Self::Silent => 4408,
            Self::Taken(_) => 4409,
            Self::Again => 4429,
            Self::TooLarge => 1009,
            Self::Restart => 1012,
            Self::Slow => 1013,
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Mistaken(why) => why.clone(),
            Self::Early => "Unauthorized".into(),
            Self::Forbidden => "Forbidden".into(),
            Self::OtherProtocol => "Subprotocol not acceptable".into(),
            Self::Silent => "Connection initialisation timeout".into(),
            Self::Taken(id) => format!("Subscriber for {id} already exists"),
            Self::Again => "Too many initialisation requests".into(),
            Self::TooLarge => "Message too large".into(),
            Self::Restart => "Service restart".into(),
            Self::Slow => "Try again later".into(),
        }
    }

    /// The last message.
    pub(super) fn message(&self) -> Message {
        let reason = self.reason();
        // A control frame has room for no more.
        let end = reason.floor_char_boundary(123);
        Message::Close(Some(CloseFrame { code: self.code(), reason: reason[..end].into() }))
    }
}
