//! A child process with a folder of its own, both of which end with this process, however it ends.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::folder::Folder;

/// A signal that a process can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Interrupt, as Ctrl-C sends.
    Int,
    /// End at once, without a chance to react.
    Kill,
    /// Quit.
    Quit,
    /// Terminate, as a system that shuts down sends.
    Term,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
            Self::Term => "TERM",
        }
    }
}

/// How long a child may take to end before it is killed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A child process, the folder it lives in, and its output in a file there.
#[derive(Debug)]
pub struct Daemon {
    child: Option<Child>,
    folder: Folder,
    last: Signal,
}

impl Daemon {
    /// A folder with no process in it yet; `last` is the signal that ends one when nobody needs it any more.
    pub const fn new(folder: Folder, last: Signal) -> Self {
        Self { child: None, folder, last }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a process in the folder, once the one before it has ended. Its output is added to the log.
    pub fn start(&mut self, command: &mut Command) {
        assert!(self.child.is_none(), "one process at a time");
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a log");
        let child = command
            .current_dir(self.folder.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", command.get_program().display()));
        self.folder.watch(child.id(), self.last.name());
        self.child = Some(child);
    }

    /// The number of the process; there must be one.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a process that was started").id()
    }

    /// Sends a signal, and returns at once.
    pub fn send(&self, signal: Signal) {
        let pid = self.pid().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", signal.name(), &pid])
            .stderr(Stdio::null())
            .status();
        sent.expect("a shell");
    }

    /// How the process ended, if it has. Asked again, it says none: a process ends once.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.as_mut()?.try_wait().expect("the child is ours")?;
        self.child = None;
        self.folder.forget();
        Some(status)
    }

    /// Waits for the end of the process. One that takes longer than its tests have patience for is killed, and they fail.
    pub async fn wait(&mut self) -> ExitStatus {
        let pid = self.pid();
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "process {pid} does not end. {}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the process wrote to its standard output and error.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.log_path()).unwrap_or_default();
        format!("It wrote:\n{}", String::from_utf8_lossy(&bytes))
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.child.is_none() {
            return;
        }
        self.send(self.last);
        let start = Instant::now();
        while self.ended().is_none() {
            if start.elapsed() > PATIENCE {
                self.send(Signal::Kill);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_alive(pid: u32) -> bool {
        Path::new("/proc").join(pid.to_string()).exists()
    }

    #[tokio::test]
    async fn a_daemon_can_be_stopped_and_started_again() {
        let mut daemon = Daemon::new(Folder::new(), Signal::Term);
        daemon.start(Command::new("sh").args(["-c", "echo first; exec sleep 1000"]));
        let first = daemon.pid();
        while !daemon.log().contains("first") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        daemon.send(Signal::Kill);
        assert!(!daemon.wait().await.success());
        assert!(!is_alive(first));

        daemon.start(Command::new("sh").args(["-c", "echo second"]));
        assert!(daemon.wait().await.success());
        assert_eq!(daemon.log(), "It wrote:\nfirst\nsecond\n");
    }

    #[test]
    fn a_dropped_daemon_leaves_nothing() {
        let mut daemon = Daemon::new(Folder::new(), Signal::Term);
        daemon.start(Command::new("sleep").arg("1000"));
        let (pid, folder) = (daemon.pid(), daemon.folder().to_owned());
        drop(daemon);
        assert!(!is_alive(pid));
        assert!(!folder.exists());
    }
}
