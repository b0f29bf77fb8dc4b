//! Documents that were sent once and are named from then on, in bounded memory: what nobody named for longest goes first.
//! They are kept as texts under their digests, or as they were parsed under their texts.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a document takes beside itself: its name twice, and its places in both maps.
const BESIDE: u64 = 400;

/// The documents that are kept.
#[derive(Debug)]
pub(super) struct Kept<D: ?Sized> {
    most: u64,
    shelf: Mutex<Shelf<D>>,
}

#[derive(Debug)]
struct Shelf<D: ?Sized> {
    documents: HashMap<Arc<str>, Document<D>>,
    /// The names by when they were last used.
    by_use: BTreeMap<u64, Arc<str>>,
    bytes: u64,
    uses: u64,
}

#[derive(Debug)]
struct Document<D: ?Sized> {
    content: Arc<D>,
    size: u64,
    used: u64,
}

impl<D: ?Sized> Default for Shelf<D> {
    fn default() -> Self {
        Self { documents: HashMap::new(), by_use: BTreeMap::new(), bytes: 0, uses: 0 }
    }
}

impl<D: ?Sized> Kept<D> {
    /// Keeps so many bytes at most.
    pub(super) fn new(most: u64) -> Self {
        Self { most, shelf: Mutex::default() }
    }

    /// Whether nothing is ever kept.
    pub(super) fn holds_none(&self) -> bool {
        self.most == 0
    }

    /// The document of this name.
    pub(super) fn get(&self, name: &str) -> Option<Arc<D>> {
        self.shelf().take_up(name)
    }

    /// Keeps a document which takes so many bytes, and lets others go where there is no room.
    pub(super) fn keep(&self, name: &str, (document, bytes): (Arc<D>, u64)) {
        let size = bytes.saturating_add(BESIDE);
        if size > self.most {
            return;
        }
        let mut documents = self.shelf();
        if documents.take_up(name).is_some() {
            return;
        }
        while documents.bytes.saturating_add(size) > self.most && documents.drop_oldest() {}
        documents.put(name.into(), document, size);
    }

    /// Whoever panicked here left nothing half done that matters.
    fn shelf(&self) -> MutexGuard<'_, Shelf<D>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: ?Sized> Shelf<D> {
    /// The document of this name, which is the last that was used from now on.
    fn take_up(&mut self, name: &str) -> Option<Arc<D>> {
        let document = self.documents.get_mut(name)?;
        let name = self.by_use.remove(&document.used)?;
        self.uses += 1;
        document.used = self.uses;
        self.by_use.insert(self.uses, name);
        Some(Arc::clone(&document.content))
    }

    fn put(&mut self, name: Arc<str>, content: Arc<D>, size: u64) {
        self.uses += 1;
        self.bytes += size;
        self.by_use.insert(self.uses, Arc::clone(&name));
        self.documents.insert(name, Document { content, size, used: self.uses });
    }

    /// Lets the document go that nobody named for longest; no when there is none.
    fn drop_oldest(&mut self) -> bool {
        let Some((_, name)) = self.by_use.pop_first() else { return false };
        if let Some(document) = self.documents.remove(&name) {
            self.bytes -= document.size;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: u64) -> (Arc<u64>, u64) {
        (Arc::new(length), length)
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
        assert!(Kept::<str>::new(0).holds_none());
    }
}
