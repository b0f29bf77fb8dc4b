//! The usual mistakes: each is told on standard error, with what went wrong, where, and what to do, and by its own code.

use std::net::TcpListener;
use std::path::Path;

use tests::database::{Database, Kind};
use tests::process::Launch;

use super::{bash, complained, printed};
use crate::robust::kit::{AUDIT_KEY, Program};

const USAGE: i32 = 2;
const UNREACHABLE: i32 = 3;
const REFUSED: i32 = 4;

/// A command that ends with this code, and says all of this on standard error, and nothing on standard output.
fn fails(launch: &Launch, folder: &Path, code: i32, words: &[&str]) {
    let output = launch.run(folder);
    let said = complained(&output);
    assert_eq!(output.status.code(), Some(code), "{launch:?}: {said}");
    assert_eq!(printed(&output), "", "{launch:?}");
    for word in words {
        assert!(said.contains(word), "{launch:?} does not say {word}: {said}");
    }
    assert!(!said.contains("panic") && !said.contains("hunter2"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_with_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = Launch::new("serve").args(["--listen", &address]);
    fails(&serve, folder.path(), REFUSED, &["listen: ", &address, "ddress already in use", "give another address"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_reached_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free may be another test's by now; nobody listens at this one.
    let free = "127.0.0.1:1";
    let url = format!("postgres://me:hunter2@{free}/papers");
    for command in ["serve", "demo", "doctor"] {
        let launch = Launch::new(command).args(["--database-url", &url, "--acquire-timeout", "1s"]);
        let words = [&*format!("{free}/papers"), "refused", "database_url", "PostgreSQL runs there"];
        if command == "doctor" {
            let doctor = launch.run(folder.path());
            assert_eq!(doctor.status.code(), Some(1), "a check found something wrong");
            assert!(words.iter().all(|word| printed(&doctor).contains(word)), "{}", printed(&doctor));
        } else {
            fails(&launch.args(["--listen", "127.0.0.1:0"]), folder.path(), UNREACHABLE, &words);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_database_or_cannot_be_written_is_told_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    std::fs::write(folder.path().join("letter"), "Dear database, ".repeat(100)).unwrap();
    for (url, words) in [
        ("sqlite://folder", &["database_url", "folder is a folder", "sqlite://folder/reprograph.db"][..]),
        ("sqlite://nowhere/a.db", &["database_url", "there is no folder nowhere", "make it"]),
        // Nobody can write there, not even root.
        ("sqlite:///proc/a.db", &["database_url", "/proc/a.db.lock", "a folder that we may write to"]),
        ("sqlite://letter", &["SQLite in letter", "not a database", "database_url"]),
    ] {
        fails(&Launch::serve(url).args(["--listen", "127.0.0.1:0"]), folder.path(), UNREACHABLE, words);
    }
    let status = Launch::new("migrate").args(["status", "--database-url", "sqlite://none.db"]);
    fails(&status, folder.path(), UNREACHABLE, &["there is no database none.db", "`reprograph migrate up`"]);
    assert!(!folder.path().join("none.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_is_none_is_told_with_what_may_have_been_meant() {
    let folder = tempfile::tempdir().unwrap();
    let serve = || Launch::new("serve");
    fails(&serve().args(["--pool-sise", "1"]), folder.path(), USAGE, &["--pool-sise", "--pool-size"]);
    fails(&Launch::new("serv"), folder.path(), USAGE, &["'serv'", "'serve'"]);
    fails(&serve().args(["--audit-key-file", "none"]), folder.path(), USAGE, &["audit_key_file: none: No such file"]);
    fails(&serve().args(["--audit-key", "hunter2"]), folder.path(), USAGE, &["audit_key: ", "64 hex digits"]);
    fails(&Launch::serve("mysql://a/b"), folder.path(), USAGE, &["database_url: must begin with sqlite://"]);
    std::fs::write(folder.path().join("reprograph.toml"), "pool_sise = 1\n").unwrap();
    fails(
        &serve(),
        folder.path(),
        USAGE,
        &["reprograph.toml: pool_sise: there is no such setting: is pool_size meant?"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_are_missing_are_told_with_the_command_that_takes_them() {
    let Some(database) = Database::fresh(Kind::Postgres).await else { return };
    let folder = tempfile::tempdir().unwrap();
    for command in ["serve", "demo"] {
        let launch = Launch::new(command).args(["--listen", "127.0.0.1:0", "--audit-key", AUDIT_KEY]);
        let launch = launch.args(["--database-url", &database.url]);
        fails(&launch, folder.path(), REFUSED, &["m0001_account", "`reprograph migrate up`", "--migrate"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_and_whoever_is_not_there_are_refused() {
    let mut program = Program::start(Kind::Sqlite).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let on_it = |words: &[&str]| {
        let launch = Launch::new(words[0]).args(&words[1..]);
        launch.args(["--database-url", &program.url, "--audit-key", AUDIT_KEY, "--log", "error"])
    };
    let again = on_it(&["serve", "--listen", "127.0.0.1:0"]);
    fails(&again, folder.path(), REFUSED, &["another reprograph uses the database", "stop it first"]);
    fails(&on_it(&["audit", "erase", "--user", "b@x.org"]), folder.path(), REFUSED, &["no user b@x.org", "an e-mail"]);
    fails(&on_it(&["audit", "export", "--project", "b"]), folder.path(), REFUSED, &["no project b", "its slug"]);
    program.process.kill().await;
    let link = on_it(&["user", "link", "b@x.org", "--purpose", "password-reset"]);
    fails(&link, folder.path(), REFUSED, &["b@x.org has no account", "`reprograph user create b@x.org`"]);
    let create = on_it(&["user", "create", "c@x.org"]);
    assert!(create.run(folder.path()).status.success());
    fails(&create, folder.path(), REFUSED, &["c@x.org has an account already", "`reprograph user link c@x.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_command_says_so() {
    // A database that takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://me@{}/papers", silent.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    for command in [
        format!("migrate up --database-url {url}"),
        // Nobody types a password.
        "user create a@x.org --password-file - < <(sleep 20)".to_owned(),
    ] {
        let line = format!("timeout --preserve-status --signal INT 2 \"$0\" {command}");
        let path = folder.path().to_owned();
        let stopped = tokio::task::spawn_blocking(move || bash(&line, &path)).await.unwrap();
        assert_eq!((stopped.status.code(), &*complained(&stopped)), (Some(130), "reprograph: interrupted\n"));
    }
}

#[test]
fn whoever_has_read_enough_hears_of_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for line in ["\"$0\" schema | head -1", "\"$0\" settings | true", "\"$0\" completions bash | head -1"] {
        let read = bash(line, folder.path());
        assert_eq!((read.status.code(), &*complained(&read)), (Some(0), ""), "{line}");
    }
    let full = bash("\"$0\" schema > /dev/full", folder.path());
    assert_eq!(full.status.code(), Some(1));
    assert!(complained(&full).starts_with("reprograph: it cannot be printed: No space left"), "{}", complained(&full));
    let nobody = bash("\"$0\" schema > /dev/full 2>&-", folder.path());
    assert_eq!(nobody.status.code(), Some(1));
}
