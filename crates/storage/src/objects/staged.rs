//! Files that were being written when their process ended: `name#1` beside where `name` would be.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Removes what is left of writing this file.
pub(super) fn remove_of(file: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if staged(&entry.file_name()).is_some_and(|base| base == name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Removes what is left below a folder and was last written longer ago than this, and says how many files that were.
pub(super) fn remove_old(folder: &Path, older_than: Duration) -> io::Result<u64> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            removed += remove_old(&entry.path(), older_than)?;
        } else if kind.is_file() && staged(&entry.file_name()).is_some() && age(&entry.path())? > older_than {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn age(file: &Path) -> io::Result<Duration> {
    Ok(SystemTime::now().duration_since(std::fs::metadata(file)?.modified()?).unwrap_or_default())
}

/// The name that a file would have got, when its own says that it was being written.
fn staged(name: &std::ffi::OsStr) -> Option<&str> {
    let (base, number) = name.to_str()?.rsplit_once('#')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(base)
}
