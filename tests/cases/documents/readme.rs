//! The README's commands are there, and its first question has its answer, word for word.

use std::process::Command;

use tests::missing;
use tests::process::{Launch, Process};

use super::{blocks, read, root};

/// Where the README's server listens; a test's listens elsewhere.
const ADDRESS: &str = "127.0.0.1:8080";
/// What stands in the README for the link that the server prints.
const LINK: &str = "LINK";

#[tokio::test]
async fn the_first_question_has_its_answer() {
    if Command::new("curl").arg("--version").output().is_err() {
        return missing::skip("there is no curl (`scripts/setup-tests` installs it)");
    }
    let blocks = blocks(&read("README.md"));
    let asked: Vec<_> = blocks.windows(2).filter(|pair| pair[0].text.starts_with("curl ")).collect();
    let (enters, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(|pair| pair[0].text.contains(LINK));
    assert!(enters.len() == 1 && !asked.is_empty(), "the README signs in, and asks something");
    // As the README starts it: in an empty folder, without a setting.
    let server = Launch::new("serve").start().await;
    let log = server.log();
    let link = log.lines().find_map(|line| line.strip_prefix("sign in at ")).expect("a link is printed");
    run(&enters[0][0].text.replace(LINK, link), &server).await;
    for pair in asked {
        let [question, answer] = pair else { unreachable!("windows of two") };
        assert!(question.text.contains(ADDRESS) && answer.language == "json");
        let question = question.text.replace(ADDRESS, &server.address().to_string());
        assert_eq!(run(&question, &server).await, answer.text, "{question}");
    }
}

/// What a command prints, in the folder of the server.
async fn run(command: &str, server: &Process) -> String {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir(server.folder());
    let done = tokio::task::spawn_blocking(move || shell.output()).await.unwrap().unwrap();
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn every_start_that_it_names_starts() {
    let blocks = blocks(&read("README.md"));
    let starts: Vec<&str> = blocks.iter().filter_map(|block| block.text.strip_prefix(START)).collect();
    assert!(starts.contains(&"serve") && starts.contains(&"serve --demo"), "{starts:?}");
    for start in starts {
        let (command, flags) = start.split_once(' ').unwrap_or((start, ""));
        let server = Launch::new(command).args(flags.split_whitespace()).start().await;
        assert!(server.log().contains("sign in at "), "{start}: {}", server.log());
    }
}

/// How the README starts the program.
const START: &str = "cargo run --release --package server -- ";

#[test]
fn the_commands_are_there_and_ci_runs_the_one_that_tests() {
    let commands: Vec<String> =
        blocks(&read("README.md")).into_iter().filter(|block| block.language == "sh").map(|block| block.text).collect();
    assert!(commands.contains(&"cargo run --release --package server -- serve".to_owned()), "{commands:?}");
    assert!(read("crates/server/Cargo.toml").contains("name = \"reprograph\""));
    assert!(commands.contains(&"scripts/test".to_owned()), "{commands:?}");
    assert!(root().join("scripts/test").exists());
    assert!(read(".ci/run").contains("scripts/test"));
}
