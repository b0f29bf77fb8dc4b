//! What shells complete, and what the manual says.

use std::process::Command;

use super::{bash, complained, printed};

/// What bash offers for a line that somebody has begun.
fn offered(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let asks = format!(
        "source <(\"$0\" completions bash); COMP_WORDS=({line:?}); COMP_WORDS=($COMP_WORDS); [[ {line:?} == *' ' ]] && \
         COMP_WORDS+=(''); COMP_CWORD={}; complete -p reprograph >/dev/null && _reprograph reprograph {:?} {:?}; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.len() - 1,
        words[words.len() - 1],
        words[words.len() - 2],
    );
    let folder = tempfile::tempdir().unwrap();
    let output = bash(&asks, folder.path());
    assert!(output.status.success() && complained(&output).is_empty(), "{asks}: {}", complained(&output));
    printed(&output).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    assert_eq!(offered("reprograph mig"), ["migrate"]);
    let below = offered("reprograph migrate ");
    assert!(["up", "down", "status"].iter().all(|name| below.contains(&(*name).to_owned())), "{below:?}");
    assert_eq!(offered("reprograph serve --database-u"), ["--database-url", "--database-url-file"]);
    assert_eq!(offered("reprograph serve --log-format "), ["text", "json"]);
    assert_eq!(offered("reprograph completions z"), ["zsh"]);
}

#[test]
fn every_shell_that_is_named_has_completions() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let made = bash(&format!("\"$0\" completions {shell}"), folder.path());
        assert!(made.status.success() && printed(&made).contains("database-url"), "{shell}");
    }
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let made = bash("\"$0\" man --output pages/man1", folder.path());
    assert!(made.status.success(), "{}", complained(&made));
    let pages = folder.path().join("pages/man1");
    let of = |name: &str| std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
    for name in ["reprograph-serve", "reprograph-migrate-up", "reprograph-audit-verify", "reprograph-man"] {
        let page = of(name);
        assert!(page.contains(".TH") && page.contains(".SH NAME") && page.contains("Examples:"), "{name}: {page}");
    }
    assert!(of("reprograph").contains("Exit codes:"));
    // Where there is a `man`, it renders them without complaint.
    if Command::new("man").arg("--version").output().is_ok() {
        let rendered = bash("MANWIDTH=100 man --warnings --local-file pages/man1/reprograph-serve.1", folder.path());
        assert!(rendered.status.success() && complained(&rendered).is_empty(), "{}", complained(&rendered));
        assert!(printed(&rendered).contains("reprograph serve --demo\n"), "{}", printed(&rendered));
    }
}
