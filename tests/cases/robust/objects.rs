//! Checks that files and rows belong together: no object that neither a row nor the outbox names, no row without its
//! object.

use std::collections::BTreeSet;
use std::path::Path;

use super::kit::Tables;

/// What rows name, with the hash of the bytes where the row has it, and what the outbox names: in one statement, since
/// objects go from the one to the other while the program runs.
const NAMED: &str = "SELECT storage_path, sha256, 0 FROM uploads
    UNION ALL SELECT storage_path, sha256, 0 FROM project_guidelines
    UNION ALL SELECT pdf_storage_path, pdf_sha256, 0 FROM papers WHERE pdf_storage_path IS NOT NULL
    UNION ALL SELECT storage_path, checksum, 0 FROM assets
    UNION ALL SELECT storage_path, NULL, 0 FROM storyboards
    UNION ALL SELECT storage_path, NULL, 1 FROM object_deletions";

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
    let (mut named, mut outbox) = (BTreeSet::new(), BTreeSet::new());
    for row in tables.rows(NAMED).await {
        let path: String = row.try_get_by_index(0).unwrap();
        if row.try_get_by_index::<i32>(2).unwrap() == 1 {
            outbox.insert(path);
            continue;
        }
        let hash: Option<String> = row.try_get_by_index(1).unwrap();
        assert!(stored.contains(&path), "a row names {path}, which is not stored");
        if let Some(hash) = hash {
            let bytes = std::fs::read(folder.join(&path)).unwrap();
            assert_eq!(domain::Sha256::of(&bytes).as_str(), hash, "{path} is not what its row says");
        }
        named.insert(path);
    }
    for path in &stored {
        // What was due may have been deleted since.
        let known = named.contains(path) || outbox.contains(path) || !folder.join(path).exists();
        assert!(known, "nothing names the object {path}");
    }
    let both: Vec<_> = named.intersection(&outbox).collect();
    assert!(both.is_empty(), "objects that rows name are to be deleted: {both:?}");
}
