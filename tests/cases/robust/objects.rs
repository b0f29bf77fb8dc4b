//! Checks that files and rows belong together: no object that neither a row nor the outbox names, no row without its
//! object.

use std::collections::BTreeSet;
use std::path::Path;

use super::kit::Tables;

/// What rows name, with the hash of the bytes where the row has it.
const NAMED: &str = "SELECT storage_path, sha256 FROM uploads
    UNION ALL SELECT storage_path, sha256 FROM project_guidelines
    UNION ALL SELECT pdf_storage_path, pdf_sha256 FROM papers WHERE pdf_storage_path IS NOT NULL
    UNION ALL SELECT storage_path, checksum FROM assets
    UNION ALL SELECT storage_path, NULL FROM storyboards";

/// The objects below a folder, those that are being written left out.
pub(super) fn stored(folder: &Path) -> BTreeSet<String> {
    files(folder).into_iter().filter(|name| !name.contains('#')).collect()
}

/// All files below a folder, by their paths in it.
pub(super) fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Checks them all, hashes included.
pub(super) async fn verify(tables: &Tables, folder: &Path) {
    let stored = stored(folder);
    let mut named = BTreeSet::new();
    for row in tables.rows(NAMED).await {
        let path: String = row.try_get_by_index(0).unwrap();
        let hash: Option<String> = row.try_get_by_index(1).unwrap();
        assert!(stored.contains(&path), "a row names {path}, which is not stored");
        if let Some(hash) = hash {
            let bytes = std::fs::read(folder.join(&path)).unwrap();
            assert_eq!(domain::Sha256::of(&bytes).as_str(), hash, "{path} is not what its row says");
        }
        named.insert(path);
    }
    let outbox: BTreeSet<_> = tables.texts("SELECT storage_path FROM object_deletions").await.into_iter().collect();
    for path in &stored {
        assert!(named.contains(path) || outbox.contains(path), "nothing names the object {path}");
    }
    let both: Vec<_> = named.intersection(&outbox).collect();
    assert!(both.is_empty(), "objects that rows name are to be deleted: {both:?}");
}
