//! A temporary folder that is gone once this process is, however this process ends: a small shell sees to it.

use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::account::Account;

/// Keeps the last line it was told. At end of file it ends the process which that line names, then removes the folder.
/// `kill -9` of the process at the other end of the pipe is an end of file like any other.
const SHELL: &str = r#"
last=
while read -r line; do last=$line; done
set -- "$1" $last
if [ -n "$2" ]; then
  kill -s "$3" "$2"
  turns=0
  while [ "$turns" -lt 100 ] && kill -s 0 "$2"; do
    sleep 0.1
    turns=$((turns + 1))
  done
  kill -s KILL -- "-$2"
fi
rm -rf -- "$1"
"#;

/// A temporary folder, and at most one process that must not outlive it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Folder {
    /// Makes a folder of our own.
    pub fn new() -> Self {
        // Not `TMPDIR`: a socket's path has room for 107 bytes, and other accounts must be able to reach the folder.
        let path =
            tempfile::Builder::new().prefix("reprograph-").tempdir_in("/tmp").expect("a temporary folder").keep();
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, "sh"])
            .arg(&path)
            .current_dir("/")
            // Out of the terminal's reach: Ctrl-C ends the tests, and thereby the pipe.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let pipe = shell.stdin.take();
        Self { path, shell, pipe }
    }

    /// Makes a folder that belongs to another account.
    pub fn of(account: Option<Account>) -> Self {
        let folder = Self::new();
        if let Some(account) = account {
            chown(&folder.path, Some(account.uid), Some(account.gid)).expect("root may give a folder away");
        }
        folder
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names the process that must end before the folder goes, and the signal that ends it.
    pub fn watch(&mut self, pid: u32, signal: &str) {
        self.tell(&format!("{pid} {signal}\n"));
    }

    /// Says that the process has ended and that its number may be another's by now.
    pub fn forget(&mut self) {
        self.tell("\n");
    }

    fn tell(&mut self, line: &str) {
        let pipe = self.pipe.as_mut().expect("the pipe is open until the folder is dropped");
        pipe.write_all(line.as_bytes()).expect("the folder's shell reads until the end");
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_handle_and_takes_its_process_along() {
        let mut folder = Folder::new();
        let path = folder.path().to_owned();
        std::fs::write(path.join("file"), "text").unwrap();
        let mut child = Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
        folder.watch(child.id(), "TERM");

        let reaper = std::thread::spawn(move || child.wait().unwrap());
        drop(folder);

        assert!(!path.exists());
        assert!(!reaper.join().unwrap().success());
    }

    #[test]
    fn a_forgotten_process_is_left_alone() {
        let mut folder = Folder::new();
        let mut child = Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
        folder.watch(child.id(), "TERM");
        folder.forget();
        drop(folder);

        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
