//! Signals: that something was written, for whoever waits for it. They carry nothing, and any number of them at once is one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// A row of a table, or something of it that the table stands for.
    Row(&'static str, Uuid),
    /// Any row of a table.
    Rows(&'static str),
    /// Something in a project.
    Project(Uuid),
}

/// Who waits for which signals.
#[derive(Clone, Debug, Default)]
pub struct Signals(Arc<Mutex<HashMap<Signal, watch::Sender<()>>>>);

impl Signals {
    /// An ear for a signal: it hears all that are given from now on.
    pub fn ear(&self, signal: Signal) -> Ear {
        let receiver = self.lock().entry(signal).or_default().subscribe();
        Ear { signals: self.clone(), signal, receiver }
    }

    /// Gives a signal.
    pub fn give(&self, signal: Signal) {
        if let Some(sender) = self.lock().get(&signal) {
            sender.send_replace(());
        }
    }

    /// Gives all signals: some may have been lost.
    pub fn give_all(&self) {
        for sender in self.lock().values() {
            sender.send_replace(());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Signal, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until one of several ears hears something.
pub async fn any_heard(ears: &mut [Ear]) {
    if ears.is_empty() {
        return std::future::pending().await;
    }
    futures_util::future::select_all(ears.iter_mut().map(|ear| Box::pin(ear.heard()))).await;
    // One commit may give several signals, and whoever looks now looks for all of them.
    for ear in ears {
        ear.receiver.mark_unchanged();
    }
}

/// Waits for a signal.
#[derive(Debug)]
pub struct Ear {
    signals: Signals,
    signal: Signal,
    receiver: watch::Receiver<()>,
}

impl Ear {
    /// Waits until the signal was given since it was heard last.
    pub async fn heard(&mut self) {
        if self.receiver.changed().await.is_err() {
            // The sender is kept as long as there is an ear.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut senders = self.signals.lock();
        let last = senders.get(&self.signal).is_some_and(|sender| sender.receiver_count() <= 1);
        if last {
            senders.remove(&self.signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_ear_hears_what_was_given_before_it_listened_but_not_before_it_was_there() {
        let (signals, one) = (Signals::default(), Signal::Project(Uuid::from_u128(1)));
        signals.give(one);
        let mut ear = signals.ear(one);
        signals.give(Signal::Project(Uuid::from_u128(2)));
        assert!(futures_util::FutureExt::now_or_never(ear.heard()).is_none());
        signals.give(one);
        signals.give(one);
        assert!(futures_util::FutureExt::now_or_never(ear.heard()).is_some());
        assert!(futures_util::FutureExt::now_or_never(ear.heard()).is_none());
        signals.give_all();
        assert!(futures_util::FutureExt::now_or_never(ear.heard()).is_some());
    }

    #[tokio::test]
    async fn what_several_ears_hear_at_once_is_heard_once() {
        let (signals, row) = (Signals::default(), Signal::Row("runs", Uuid::from_u128(1)));
        let mut ears = [signals.ear(row), signals.ear(Signal::Rows("runs"))];
        signals.give_all();
        any_heard(&mut ears).await;
        assert!(futures_util::FutureExt::now_or_never(any_heard(&mut ears)).is_none());
    }

    #[tokio::test]
    async fn nothing_is_kept_for_ears_that_are_gone() {
        let signals = Signals::default();
        let ears = [signals.ear(Signal::Rows("runs")), signals.ear(Signal::Rows("runs"))];
        assert_eq!(signals.lock().len(), 1);
        drop(ears);
        assert_eq!(signals.lock().len(), 0);
    }
}
