//! What the object store keeps: objects and unfinished uploads, their bytes in files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::HeaderMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Bytes in a file, which goes with them.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

impl Content {
    /// A name for a file that has yet to be written.
    pub(super) fn new(folder: &Path) -> Self {
        Self { path: folder.join(Uuid::now_v7().to_string()), size: 0 }
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// An object. It is replaced as a whole, so that a download goes on with what it began.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) content: Content,
    pub(super) etag: String,
    pub(super) modified: OffsetDateTime,
    pub(super) headers: HeaderMap,
}

/// An upload in parts.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) headers: HeaderMap,
    pub(super) parts: BTreeMap<u32, Arc<Object>>,
}

/// What a listing found.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) objects: Vec<(String, Arc<Object>)>,
    pub(super) prefixes: BTreeSet<String>,
    pub(super) next: Option<String>,
}

/// What to list.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    pub(super) prefix: &'a str,
    pub(super) delimiter: Option<&'a str>,
    pub(super) after: &'a str,
    pub(super) limit: usize,
}

/// All objects and uploads.
#[derive(Debug, Default)]
pub(super) struct Objects {
    objects: BTreeMap<String, Arc<Object>>,
    uploads: HashMap<String, Upload>,
}

impl Objects {
    pub(super) fn keys(&self) -> Vec<String> {
        self.objects.keys().cloned().collect()
    }

    pub(super) fn get(&self, key: &str) -> Option<Arc<Object>> {
        self.objects.get(key).cloned()
    }

    pub(super) fn put(&mut self, key: &str, content: Content, headers: HeaderMap) -> Arc<Object> {
        let object = Arc::new(Object::new(content, headers));
        self.objects.insert(key.to_owned(), Arc::clone(&object));
        object
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.objects.remove(key);
    }

    pub(super) fn unfinished_uploads(&self) -> usize {
        self.uploads.len()
    }

    pub(super) fn begin_upload(&mut self, headers: HeaderMap) -> String {
        let id = Uuid::now_v7().to_string();
        self.uploads.insert(id.clone(), Upload { headers, parts: BTreeMap::new() });
        id
    }

    pub(super) fn upload(&mut self, id: &str) -> Option<&mut Upload> {
        self.uploads.get_mut(id)
    }

    pub(super) fn end_upload(&mut self, id: &str) -> Option<Upload> {
        self.uploads.remove(id)
    }

    /// The objects after a key, with what they have in common up to the delimiter as one entry.
    pub(super) fn list(&self, listing: &Listing<'_>) -> Page {
        let mut page = Page::default();
        let mut last = listing.after.to_owned();
        for (key, object) in self.objects.range::<str, _>((Bound::Excluded(listing.after), Bound::Unbounded)) {
            let Some(rest) = key.strip_prefix(listing.prefix) else { continue };
            let common = listing.delimiter.and_then(|delimiter| {
                let end = rest.find(delimiter)? + delimiter.len();
                Some(format!("{}{}", listing.prefix, &rest[..end]))
            });
            // The delimiter's entry was the last one, on this page or the one before.
            if common.as_ref().is_some_and(|common| *common == last) {
                continue;
            }
            if page.objects.len() + page.prefixes.len() == listing.limit {
                page.next = Some(last);
                break;
            }
            last = common.clone().unwrap_or_else(|| key.clone());
            match common {
                Some(common) => drop(page.prefixes.insert(common)),
                None => page.objects.push((key.clone(), Arc::clone(object))),
            }
        }
        page
    }
}

impl Object {
    pub(super) fn new(content: Content, headers: HeaderMap) -> Self {
        let etag = format!("\"{}\"", Uuid::now_v7().simple());
        Self { content, etag, modified: OffsetDateTime::now_utc(), headers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_pages(objects: &Objects, delimiter: Option<&str>, limit: usize) -> Vec<String> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = objects.list(&Listing { prefix: "a/", delimiter, after: &after, limit });
            let mut entries: Vec<_> = page.objects.into_iter().map(|(key, _)| key).chain(page.prefixes).collect();
            assert!(entries.len() <= limit);
            entries.sort();
            found.extend(entries);
            let Some(next) = page.next else { return found };
            after = next;
        }
    }

    #[test]
    fn pages_of_any_size_hold_every_entry_once() {
        let mut objects = Objects::default();
        for key in ["a", "a/1", "a/b/1", "a/b/2", "a/c", "a/d/1", "a/d/e/1", "a/f", "b/1"] {
            objects.put(key, Content::new(Path::new("/nowhere")), HeaderMap::new());
        }
        for limit in 1..10 {
            assert_eq!(
                all_pages(&objects, None, limit),
                ["a/1", "a/b/1", "a/b/2", "a/c", "a/d/1", "a/d/e/1", "a/f"],
                "{limit}"
            );
            assert_eq!(all_pages(&objects, Some("/"), limit), ["a/1", "a/b/", "a/c", "a/d/", "a/f"], "{limit}");
        }
    }
}
