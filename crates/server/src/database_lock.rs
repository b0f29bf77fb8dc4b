//! One process at a time serves or migrates a SQLite file: whoever does holds a lock beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The lock of a SQLite file. It is free again when this is dropped, or its process ends in any way.
#[derive(Debug)]
pub struct DatabaseLock {
    _file: File,
}

/// Why a lock was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// Another process has it.
    Held(String),
    /// It cannot be taken here.
    Failed(String),
}

impl DatabaseLock {
    /// Takes the lock, or says who seems to have it.
    pub fn take(database: &Path) -> Result<Self, NotTaken> {
        let path = lock_path(database);
        let refuse = |why: &dyn std::fmt::Display| {
            let path = path.display();
            NotTaken::Failed(format!("the lock {path} cannot be taken: {why}: give us a folder that we may write to"))
        };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|why| refuse(&why))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(NotTaken::Held(format!(
                "another reprograph uses the database {}: stop it first, or use another file",
                database.display()
            ))),
            Err(TryLockError::Error(why)) => Err(refuse(&why)),
        }
    }
}

/// The path of the lock, the same by whatever links the database is reached.
fn lock_path(database: &Path) -> PathBuf {
    let resolved = database.canonicalize().or_else(|_| {
        let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().map(|folder| folder.join(database.file_name().unwrap_or_default()))
    });
    let mut path = resolved.unwrap_or_else(|_| database.to_owned()).into_os_string();
    path.push(".lock");
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_on_the_same_file_is_refused_by_whatever_path() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        std::fs::write(&database, "").unwrap();
        std::os::unix::fs::symlink(&database, folder.path().join("b.db")).unwrap();
        let held = DatabaseLock::take(&database).unwrap();
        assert!(DatabaseLock::take(&folder.path().join("b.db")).is_err());
        drop(held);
        assert!(DatabaseLock::take(&database).is_ok());
    }
}
