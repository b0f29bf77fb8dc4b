//! A key of 32 bytes: given, or on SQLite made at the first start in a file that its owner alone can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use domain::{Randomness, Secret, bytes_of_hex, hex};

use crate::seams::SystemRandomness;
use crate::settings::{DatabaseSettings, named_like};

/// A key of 32 bytes.
pub type Key = Secret<[u8; 32]>;

/// What a key is for, and where it is to be found.
#[derive(Clone, Copy, Debug)]
pub struct KeyKind {
    /// What people call it.
    pub name: &'static str,
    /// The setting that gives it.
    pub setting: &'static str,
    /// What its file beside the database has at the end of its name.
    pub ending: &'static str,
    /// Whether it must be given where several nodes may share a database: with another one, what was written is lost.
    pub given_on_postgres: bool,
}

/// The key of the audit chain.
pub const AUDIT: KeyKind =
    KeyKind { name: "audit key", setting: "audit_key", ending: ".audit-key", given_on_postgres: true };

/// The key that signs tokens.
pub const SIGNING: KeyKind =
    KeyKind { name: "signing key", setting: "signing_key", ending: ".signing-key", given_on_postgres: false };

/// Where a key is to be found.
#[derive(Debug)]
pub enum KeyPlace {
    /// It was given, or stands in its file already.
    Found(Key),
    /// It stands in no file yet; this one is to hold it.
    ToBeMade(PathBuf),
    /// The database is gone with the process, and so may the key be.
    InMemory,
}

impl KeyKind {
    /// Finds the key.
    pub fn find(self, given: Option<&Secret<String>>, database: &DatabaseSettings) -> Result<KeyPlace, String> {
        let setting = self.setting;
        if let Some(given) = given {
            return self.parse(given.reveal()).map(KeyPlace::Found).map_err(|why| format!("{setting}: {why}"));
        }
        if self.given_on_postgres && !database.is_sqlite() {
            return Err(format!(
                "{setting}: is missing. All nodes share one key: make it once, with `openssl rand -hex 32 > {setting} && \
                 chmod 600 {setting}`, keep a copy of it, and give its file as {setting}_file"
            ));
        }
        let here = (!database.is_sqlite()).then(|| PathBuf::from("reprograph"));
        let Some(beside) = database.sqlite_file().or(here) else { return Ok(KeyPlace::InMemory) };
        let path = named_like(&beside, self.ending);
        if path.exists() { self.read(&path).map(KeyPlace::Found) } else { Ok(KeyPlace::ToBeMade(path)) }
    }

    /// Makes the key in this file. Of several that do so at once, one makes it, and all get that one.
    pub fn make(self, path: &Path) -> Result<Key, String> {
        let refuse = |why: io::Error| format!("the {} cannot be written to {}: {why}", self.name, path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let draft = folder.join(format!("{}-{}", self.ending, uuid::Uuid::now_v7().simple()));
        let made = write(&draft, &hex(random()?.reveal())).and_then(|()| {
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
        self.read(path)
    }

    /// Reads a key from its 64 hex digits, which no message shows.
    pub fn parse(self, text: &str) -> Result<Key, String> {
        bytes_of_hex(text.trim()).map(Secret::new).ok_or_else(|| format!("the {} must be 64 hex digits", self.name))
    }

    fn read(self, path: &Path) -> Result<Key, String> {
        let refuse = |why: String| format!("the {} in {}: {why}", self.name, path.display());
        let text = fs::read_to_string(path).map_err(|why| refuse(why.to_string()))?;
        if others_can_read(path) {
            let name = self.name;
            tracing::warn!(file = %path.display(), "others than its owner can read the {name}: chmod 600 it");
        }
        self.parse(&text).map_err(refuse)
    }
}

/// A new key.
pub fn random() -> Result<Key, String> {
    SystemRandomness.secret().ok_or_else(|| "the system gives no random bytes".to_owned())
}

fn write(path: &Path, digits: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{digits}")?;
    file.sync_all()
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
        let key = AUDIT.make(&path).unwrap();
        assert!(!others_can_read(&path));
        assert_eq!(AUDIT.make(&path).unwrap(), key);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn starts_at_once_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| AUDIT.make(&path).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_broken_key_is_refused_without_being_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "hunter2").unwrap();
        assert!(!AUDIT.read(&path).unwrap_err().contains("hunter2"));
    }
}
