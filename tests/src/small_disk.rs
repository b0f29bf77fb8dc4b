//! A folder on a disk that is really small, to see what happens when it is full.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::{NamedTempFile, TempDir};

use crate::daemon::{Daemon, Signal};
use crate::folder::Folder;
use crate::missing;

/// Mounts a disk, and unmounts it when it is told to end; whoever still uses it keeps what is open.
const HOLDER: &str = r#"
mkdir "$2" && mount -t tmpfs -o "size=$1,mode=0777" tmpfs "$2" || exit 1
sleep infinity &
trap 'kill "$!"; umount -l "$2"; exit' TERM
touch "$2.ready"
wait
"#;

/// What a container without rights has in place of a disk of its own: a small one in memory, for all its processes.
const SHARED: &str = "/dev/shm";

/// How large a shared disk may be to be filled up: that much memory, for a moment.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A disk of a few bytes, gone with its handle.
#[derive(Debug)]
pub struct SmallDisk {
    path: PathBuf,
    _kept: Kept,
}

/// What the disk stands on.
#[derive(Debug)]
#[expect(dead_code, reason = "their drops give the disk back")]
enum Kept {
    Mounted(Daemon),
    Borrowed { folder: TempDir, ballast: NamedTempFile },
}

impl SmallDisk {
    /// A disk with room for so many bytes. Mounting one takes root's rights; without them a small `/dev/shm` is filled up,
    /// as containers have it; none, said loudly, where there is neither.
    pub async fn new(bytes: u64) -> Option<Self> {
        if let Some(mounted) = Self::mounted(bytes).await {
            return Some(mounted);
        }
        let borrowed = Self::borrowed(Path::new(SHARED), bytes);
        if borrowed.is_none() {
            missing::skip("there is no small disk: it takes root's rights, or a /dev/shm of at most 256 MiB");
        }
        borrowed
    }

    /// A folder on it, for everybody to write to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    async fn mounted(bytes: u64) -> Option<Self> {
        let folder = Folder::new();
        let path = folder.path().join("disk");
        let mut daemon = Daemon::new(folder, Signal::Term);
        daemon.start(Command::new("sh").args(["-c", HOLDER, "sh", &bytes.to_string()]).arg(&path));
        while daemon.ended().is_none() {
            if path.with_extension("ready").exists() {
                return Some(Self { path, _kept: Kept::Mounted(daemon) });
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        None
    }

    /// Fills a disk up to the bytes that are wanted. Others who write there meanwhile meet a full disk too.
    fn borrowed(disk: &Path, bytes: u64) -> Option<Self> {
        if size(disk)? > LARGEST {
            return None;
        }
        let folder = tempfile::tempdir_in(disk).ok()?;
        let mut ballast = NamedTempFile::new_in(disk).ok()?;
        let written = write_until_full(ballast.as_file_mut());
        ballast.as_file().set_len(written.checked_sub(bytes)?).ok()?;
        Some(Self { path: folder.path().to_owned(), _kept: Kept::Borrowed { folder, ballast } })
    }
}

/// How many bytes a disk has in all.
fn size(disk: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(disk).output().ok()?;
    let table = String::from_utf8(output.stdout).ok()?;
    let kibibytes: u64 = table.lines().nth(1)?.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn write_until_full(file: &mut File) -> u64 {
    let piece = vec![0; 64 * 1024];
    loop {
        match file.write(&piece) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => break,
            Err(error) => panic!("a disk that is not full: {error}"),
        }
    }
    file.metadata().expect("it is open").len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIBIBYTE: usize = 1024;

    /// Whether the disk takes as much as it should, and no more.
    fn is_small(disk: &SmallDisk) {
        let file = disk.path().join("file");
        std::fs::write(&file, vec![1; 800 * KIBIBYTE]).unwrap();
        let more = std::fs::write(disk.path().join("more"), vec![1; 400 * KIBIBYTE]).unwrap_err();
        assert_eq!(more.kind(), ErrorKind::StorageFull);
        std::fs::remove_file(file).unwrap();
        std::fs::write(disk.path().join("more"), vec![1; 400 * KIBIBYTE]).unwrap();
    }

    #[tokio::test]
    async fn a_small_disk_is_full_soon() {
        let Some(disk) = SmallDisk::new(1024 * 1024).await else { return };
        is_small(&disk);
        let path = disk.path().to_owned();
        assert_eq!(path.canonicalize().unwrap(), path);
        drop(disk);
        assert!(!path.exists());
        assert!(!std::fs::read_to_string("/proc/mounts").unwrap().contains(path.to_str().unwrap()));
    }

    #[tokio::test]
    async fn a_disk_that_is_shared_is_filled_up_and_freed() {
        let Some(shared) = SmallDisk::mounted(8 * 1024 * 1024).await else { return };
        let disk = SmallDisk::borrowed(shared.path(), 1024 * 1024).unwrap();
        is_small(&disk);
        drop(disk);
        assert_eq!(std::fs::read_dir(shared.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_large_disk_is_not_borrowed() {
        let disk = Path::new("/tmp");
        assert!(size(disk).unwrap() <= LARGEST || SmallDisk::borrowed(disk, 1024).is_none());
    }
}
