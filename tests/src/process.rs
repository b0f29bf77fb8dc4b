//! The real `reprograph` program as a child process: what a test in the same process cannot show, such as `kill -9`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::daemon::{Daemon, Signal};
use crate::folder::Folder;
use crate::http::{client, free_address};

/// How long a start may take; on a busy machine migrations take their time.
const PATIENCE: Duration = Duration::from_mins(1);

/// How to call the program.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

impl Launch {
    /// A subcommand, with no settings but those that are added here: none comes from the environment of the tests.
    pub fn new(subcommand: &str) -> Self {
        Self::of(program(), subcommand)
    }

    /// A subcommand of another program that is called alike.
    pub fn of(program: PathBuf, subcommand: &str) -> Self {
        Self { program, arguments: vec![subcommand.into()], environment: Vec::new() }
    }

    /// `reprograph serve` on a database.
    pub fn serve(database_url: &str) -> Self {
        Self::new("serve").args(["--database-url", database_url])
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds a variable to the environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Starts a server on a free port and waits until it is ready.
    pub async fn start(self) -> Process {
        let daemon = Daemon::new(Folder::new(), Signal::Kill);
        let mut process = Process { launch: self, address: free_address(), daemon, started_in: Duration::ZERO };
        // Somebody else may take the port before the server does.
        for _ in 0..5 {
            if process.try_start().await {
                return process;
            }
            process.address = free_address();
        }
        panic!("the server found no free port five times. {}", process.log());
    }

    /// Runs a command that ends by itself, in the folder given.
    pub fn run(&self, folder: &Path) -> Output {
        self.command().current_dir(folder).output().expect("the program")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("REPROGRAPH_")) {
            command.env_remove(name);
        }
        command.args(&self.arguments).envs(self.environment.clone());
        command
    }
}

/// A server that runs. It is killed when its handle goes, and when this process does.
#[derive(Debug)]
pub struct Process {
    launch: Launch,
    address: SocketAddr,
    daemon: Daemon,
    started_in: Duration,
}

impl Process {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path such as `/graphql`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The folder it was started in.
    pub fn folder(&self) -> &Path {
        self.daemon.folder()
    }

    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.daemon.pid()
    }

    /// How long it took from its start to its being ready.
    pub const fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Ends it at once, as `kill -9` does.
    pub async fn kill(&mut self) {
        self.daemon.send(Signal::Kill);
        self.daemon.wait().await;
    }

    /// Asks it to end, and returns at once.
    pub fn terminate(&self) {
        self.daemon.send(Signal::Term);
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> ExitStatus {
        self.daemon.wait().await
    }

    /// Starts it again at the same address once it has ended, and waits until it is ready.
    pub async fn restart(&mut self) {
        assert!(self.try_start().await, "{} is taken by another. {}", self.address, self.log());
    }

    /// Its memory in bytes: what it holds now, shared pages included.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory it ever held, in bytes.
    pub fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// What it wrote to its standard output and error, all starts together.
    pub fn log(&self) -> String {
        self.daemon.log()
    }

    /// Waits until it is ready; says no when another has its port.
    async fn try_start(&mut self) -> bool {
        let mut command = self.launch.command();
        command.arg("--listen").arg(self.address.to_string());
        let (client, ready) = (client(), self.url("/readyz"));
        let start = Instant::now();
        self.daemon.start(&mut command);
        loop {
            if let Some(status) = self.daemon.ended() {
                assert!(self.log().contains("ddress already in use"), "it does not start: {status}. {}", self.log());
                return false;
            }
            let answer = client.get(&ready).timeout(PATIENCE).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                self.started_in = start.elapsed();
                return true;
            }
            assert!(start.elapsed() < PATIENCE, "it does not become ready. {}", self.log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn status(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.daemon.pid())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("a field of its status");
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kibibytes");
        kibibytes * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The test's own output: shown when it fails.
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}

/// Lets this process, and those that it starts, have as many files and connections open as the system allows.
pub fn open_many_files() {
    let limits = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limits.maximum, maximum: limits.maximum }).expect("it is allowed");
}

/// The program that `REPROGRAPH_BIN` names, else the one that was built beside these tests.
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("REPROGRAPH_BIN") {
        return path.into();
    }
    let tests = std::env::current_exe().expect("a path of our own");
    let beside = tests.parent().and_then(Path::parent).expect("target/debug/deps").join("reprograph");
    assert!(beside.exists(), "{} is not there: `cargo build` makes it", beside.display());
    beside
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use axum::Router;
    use axum::routing::get;

    use super::*;

    /// Not a test but, when it is told to, a server: the stand-in for the real program.
    #[tokio::test]
    async fn stand_in() {
        let Ok(arguments) = std::env::var("STAND_IN") else { return };
        let address = arguments.split_once("--listen ").expect("an address").1;
        eprintln!("called with {arguments}");
        let listener = tokio::net::TcpListener::bind(address).await.expect("its address");
        let seen = std::env::var("REPROGRAPH_SETTING").unwrap_or_default();
        let router = Router::new().route("/readyz", get(async || ())).route("/setting", get(async || seen));
        let stop = async || {
            let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
            term.recv().await;
        };
        axum::serve(listener, router).with_graceful_shutdown(stop()).await.unwrap();
    }

    fn launch(folder: &Folder) -> Launch {
        let program = folder.path().join("reprograph");
        let ourselves = std::env::current_exe().unwrap();
        let call = format!("exec {} --exact process::tests::stand_in --nocapture", ourselves.display());
        std::fs::write(&program, format!("#!/bin/sh\nexport STAND_IN=\"$*\"\n{call}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        Launch { program, arguments: vec!["serve".into()], environment: Vec::new() }
    }

    #[tokio::test]
    async fn a_server_is_started_killed_started_again_and_stopped() {
        let folder = Folder::new();
        let mut process = launch(&folder).args(["--flag"]).env("REPROGRAPH_SETTING", "value").start().await;
        assert!(process.log().contains("called with serve --flag --listen 127.0.0.1:"), "{}", process.log());
        let setting =
            async |process: &Process| client().get(process.url("/setting")).send().await.unwrap().text().await;
        assert_eq!(setting(&process).await.unwrap(), "value");
        assert!(process.started_in() > Duration::ZERO);
        assert!(process.memory() > 1_000_000 && process.memory() <= process.peak_memory());

        process.kill().await;
        assert!(client().get(process.url("/readyz")).send().await.is_err());
        process.restart().await;
        assert_eq!(setting(&process).await.unwrap(), "value");

        process.terminate();
        assert!(process.wait().await.success());
    }

    #[tokio::test]
    async fn a_server_that_does_not_start_shows_what_it_wrote() {
        let folder = Folder::new();
        let mut launch = launch(&folder);
        launch.program = "/bin/ls".into();
        let failed = tokio::spawn(launch.start()).await.unwrap_err().into_panic();
        let message = failed.downcast_ref::<String>().unwrap();
        assert!(message.contains("it does not start") && message.contains("ls: "), "{message}");
    }

    #[test]
    fn a_command_answers_by_itself() {
        let folder = Folder::new();
        let mut launch = launch(&folder);
        launch.program = "/bin/echo".into();
        assert_eq!(launch.args(["a"]).run(folder.path()).stdout, b"serve a\n");
    }
}
