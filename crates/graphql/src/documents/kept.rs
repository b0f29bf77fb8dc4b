//! Documents that were sent once and are named from then on, in bounded memory: what nobody named for longest goes first.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a document takes beside its text: its digest twice, and its places in both maps.
const BESIDE: u64 = 400;

/// The documents that are kept.
#[derive(Debug)]
pub(super) struct Kept {
    most: u64,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    documents: HashMap<Arc<str>, Document>,
    /// The digests by when they were last named.
    by_use: BTreeMap<u64, Arc<str>>,
    bytes: u64,
    uses: u64,
}

#[derive(Debug)]
struct Document {
    text: Arc<str>,
    used: u64,
}

impl Kept {
    /// Keeps so many bytes at most.
    pub(super) fn new(most: u64) -> Self {
        Self { most, shelf: Mutex::default() }
    }

    /// Whether nothing is ever kept.
    pub(super) fn holds_none(&self) -> bool {
        self.most == 0
    }

    /// The document with this digest.
    pub(super) fn get(&self, digest: &str) -> Option<Arc<str>> {
        self.shelf().take_up(digest)
    }

    /// Keeps a document, and lets others go where there is no room.
    pub(super) fn keep(&self, digest: &str, text: Arc<str>) {
        let size = size(&text);
        if size > self.most {
            return;
        }
        let mut documents = self.shelf();
        if documents.take_up(digest).is_some() {
            return;
        }
        while documents.bytes.saturating_add(size) > self.most && documents.drop_oldest() {}
        documents.put(digest.into(), text);
    }

    /// Whoever panicked here left nothing half done that matters.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// The document with this digest, which is the last that was named from now on.
    fn take_up(&mut self, digest: &str) -> Option<Arc<str>> {
        let document = self.documents.get_mut(digest)?;
        let name = self.by_use.remove(&document.used)?;
        self.uses += 1;
        document.used = self.uses;
        self.by_use.insert(self.uses, name);
        Some(Arc::clone(&document.text))
    }

    fn put(&mut self, digest: Arc<str>, text: Arc<str>) {
        self.uses += 1;
        self.bytes += size(&text);
        self.by_use.insert(self.uses, Arc::clone(&digest));
        self.documents.insert(digest, Document { text, used: self.uses });
    }

    /// Lets the document go that nobody named for longest; no when there is none.
    fn drop_oldest(&mut self) -> bool {
        let Some((_, digest)) = self.by_use.pop_first() else { return false };
        if let Some(document) = self.documents.remove(&digest) {
            self.bytes -= size(&document.text);
        }
        true
    }
}

fn size(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_add(BESIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: usize) -> Arc<str> {
        "x".repeat(length).into()
    }

    #[test]
    fn what_nobody_named_for_longest_goes_first() {
        let kept = Kept::new(3 * (BESIDE + 100));
        for digest in ["a", "b", "c"] {
            kept.keep(digest, text(100));
        }
        assert!(kept.get("a").is_some());
        kept.keep("d", text(100));
        let there: Vec<_> = ["a", "b", "c", "d"].map(|digest| kept.get(digest).is_some()).into();
        assert_eq!(there, [true, false, true, true]);
    }

    #[test]
    fn a_large_document_takes_the_place_of_several_and_one_that_is_too_large_of_none() {
        let kept = Kept::new(3 * (BESIDE + 100));
        for digest in ["a", "b", "c"] {
            kept.keep(digest, text(100));
        }
        kept.keep("huge", text(10_000));
        assert!(kept.get("huge").is_none() && kept.get("b").is_some());
        kept.keep("large", text(600));
        assert!(kept.get("large").is_some() && kept.get("a").is_none() && kept.get("c").is_none());
        assert!(kept.shelf().bytes <= kept.most);
    }

    #[test]
    fn the_same_document_is_kept_once() {
        let kept = Kept::new(10_000);
        kept.keep("a", text(100));
        kept.keep("a", text(100));
        let shelf = kept.shelf();
        assert_eq!((shelf.bytes, shelf.by_use.len()), (BESIDE + 100, 1));
        assert!(Kept::new(0).holds_none());
    }
}
