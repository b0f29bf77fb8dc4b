//! The key of the audit chain: given, or on SQLite made at the first start in a file that its owner alone can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use domain::ledger::AuditKey;

use crate::settings::{Settings, named_like};

/// Where the key is to be found.
#[derive(Debug)]
pub enum KeyPlace {
    /// It was given, or stands in its file already.
    Found(AuditKey),
    /// It stands in no file yet; this one is to hold it.
    ToBeMade(PathBuf),
    /// The database is gone with the process, and so may the key be.
    InMemory,
}

/// Finds the key.
pub fn find(settings: &Settings) -> Result<KeyPlace, String> {
    if let Some(given) = &settings.audit.audit_key {
        let key = AuditKey::from_hex(given.reveal()).map_err(|why| format!("audit_key: {why}"))?;
        return Ok(KeyPlace::Found(key));
    }
    if !settings.database.is_sqlite() {
        return Err("audit_key: is missing. All nodes share one key: make it once, with `openssl rand -hex 32 > \
             audit-key && chmod 600 audit-key`, keep a copy of it, and give its file as audit_key_file"
            .into());
    }
    let Some(database) = settings.database.sqlite_file() else { return Ok(KeyPlace::InMemory) };
    let path = named_like(&database, ".audit-key");
    if path.exists() { read(&path).map(KeyPlace::Found) } else { Ok(KeyPlace::ToBeMade(path)) }
}

/// A new key.
pub fn random() -> Result<AuditKey, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|why| format!("the system gives no random bytes: {why}"))?;
    Ok(AuditKey::new(bytes))
}

/// Makes a key in this file. Of several that do so at once, one makes it, and all get that one.
pub fn make(path: &Path) -> Result<AuditKey, String> {
    let refuse = |why: io::Error| format!("the audit key cannot be written to {}: {why}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = folder.join(format!(".audit-key-{}", uuid::Uuid::now_v7().simple()));
    let made = write(&draft, random()?.to_hex().reveal()).and_then(|()| {
        // A link is made or fails whole, so nobody ever reads half a key or replaces another's.
        fs::hard_link(&draft, path).or_else(|why| match why.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(why),
        })?;
        File::open(folder)?.sync_all()
    });
    // Where it was written only in part, or not at all, the link's failure is what counts.
    let _ = fs::remove_file(&draft);
    made.map_err(refuse)?;
    read(path)
}

fn write(path: &Path, digits: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{digits}")?;
    file.sync_all()
}

fn read(path: &Path) -> Result<AuditKey, String> {
    let refuse = |why: String| format!("the audit key in {}: {why}", path.display());
    let text = fs::read_to_string(path).map_err(|why| refuse(why.to_string()))?;
    if others_can_read(path) {
        tracing::warn!(file = %path.display(), "others than its owner can read the audit key: chmod 600 it");
    }
    AuditKey::from_hex(&text).map_err(|why| refuse(why.to_string()))
}

/// Whether others than the owner can read a file.
pub fn others_can_read(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_key_is_its_owners_alone_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reprograph.audit-key");
        let key = make(&path).unwrap().to_hex();
        assert!(!others_can_read(&path));
        assert_eq!(make(&path).unwrap().to_hex(), key);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn starts_at_once_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| make(&path).unwrap().to_hex())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_broken_key_is_refused_without_being_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "hunter2").unwrap();
        assert!(!read(&path).unwrap_err().contains("hunter2"));
    }
}
