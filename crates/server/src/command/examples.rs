//! The examples at the end of each command's help: every command has some, and each is one that the command takes.

use std::fmt::Write;

use clap::Command;
use clap::builder::styling::Style;

/// The words of a command, and its examples: what it is for, and what one types.
type Examples = (&'static str, &'static [(&'static str, &'static str)]);

const EXAMPLES: &[Examples] = &[
    (
        "serve",
        &[
            ("with the demo, to look around", "reprograph serve --demo"),
            ("on another database and port", "reprograph serve --database-url sqlite://lab.db --listen 127.0.0.1:9000"),
            (
                "for a team, behind a proxy with TLS",
                "reprograph serve --config /etc/reprograph.toml --listen 0.0.0.0:8080 --public-url https://lab.example.org",
            ),
        ],
    ),
    ("demo", &[("in a file of its own", "reprograph demo --database-url sqlite://demo.db")]),
    (
        "migrate up",
        &[
            ("on the database of the settings", "reprograph migrate up"),
            (
                "as the owner of the tables, whose address stands in a file",
                "reprograph migrate up --database-url-file owner_url",
            ),
        ],
    ),
    ("migrate down", &[("the last two steps", "reprograph migrate down 2 --database-url sqlite://copy.db")]),
    ("migrate status", &[("which steps are pending", "reprograph migrate status")]),
    (
        "user create",
        &[
            ("the first administrator", "reprograph user create ada@example.org --admin --name 'Ada Lovelace'"),
            (
                "with a password, read from a pipe",
                "pass ada | reprograph user create ada@example.org --password-file -",
            ),
        ],
    ),
    ("user link", &[("for somebody who forgot", "reprograph user link ada@example.org --purpose password-reset")]),
    ("reader add", &[("for a dashboard", "reprograph reader add ada_reports --user ada@example.org")]),
    ("reader remove", &[("the same again", "reprograph reader remove ada_reports")]),
    ("reader list", &[("everybody", "reprograph reader list")]),
    (
        "audit verify",
        &[
            ("all chains", "reprograph audit verify"),
            (
                "and whether all was taken back to an older state",
                "reprograph audit verify --known 12:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ],
    ),
    (
        "audit export",
        &[
            ("all of it", "reprograph audit export > audit.jsonl"),
            ("that of one project", "reprograph audit export --project sentiment | gzip > sentiment.jsonl.gz"),
        ],
    ),
    ("audit erase", &[("of somebody who left", "reprograph audit erase --user ada@example.org")]),
    (
        "plot paper",
        &[(
            "what a paper claims, and what was observed",
            "reprograph plot paper paper_01h455vb4pex5vsknk084sn02q --output gaps.svg",
        )],
    ),
    (
        "plot run",
        &[(
            "a metric, beside that of another run",
            "reprograph plot run run_01h455vb4pex5vsknk084sn02q --run run_01h455vb4pex5vsknk084sn03r --metric loss > loss.svg",
        )],
    ),
    ("schema", &[("for clients that are generated from it", "reprograph schema > schema.graphql")]),
    ("doctor", &[("on the database of the settings", "reprograph doctor")]),
    ("settings", &[("what one can look for", "reprograph settings | grep timeout")]),
    (
        "completions",
        &[
            ("in this shell", "source <(reprograph completions bash)"),
            ("for good", "reprograph completions fish > ~/.config/fish/completions/reprograph.fish"),
        ],
    ),
    ("man", &[("for all users", "reprograph man --output /usr/local/share/man/man1")]),
];

/// The command with the examples in its help, and in that of all commands below it.
pub(super) fn with_examples(command: Command) -> Command {
    below(command, "")
}

fn below(command: Command, path: &str) -> Command {
    let command = match EXAMPLES.iter().find(|(words, _)| *words == path) {
        Some((_, examples)) => {
            let text = shown(examples, command.get_styles().get_header());
            command.after_help(text)
        }
        None => command,
    };
    command.mut_subcommands(|command| {
        let path = format!("{path} {}", command.get_name());
        below(command, path.trim_start())
    })
}

fn shown(examples: &[(&str, &str)], heading: &Style) -> String {
    let mut text = format!("{heading}Examples:{heading:#}");
    for (purpose, line) in examples {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  # {purpose}\n  {line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths of all commands that do something.
    fn leaves(command: &Command, path: &str) -> Vec<String> {
        if command.get_subcommands().next().is_none() {
            return vec![path.to_owned()];
        }
        let named = |below: &Command| leaves(below, format!("{path} {}", below.get_name()).trim_start());
        command.get_subcommands().flat_map(named).collect()
    }

    /// The words of a line that are the command's own: what is before and after it in a pipeline is not.
    fn words(line: &str) -> Vec<String> {
        let ours = &line[line.find("reprograph").expect("the command itself")..];
        let end = ours.find([')', '|', '>']).unwrap_or(ours.len());
        let mut words = vec![String::new()];
        let mut quoted = false;
        for c in ours[..end].trim_end().chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }

    /// The path that a line leads to.
    fn led_to(matches: &clap::ArgMatches) -> String {
        match matches.subcommand() {
            Some((name, below)) => format!("{name} {}", led_to(below)).trim_end().to_owned(),
            None => String::new(),
        }
    }

    #[test]
    fn every_command_has_a_sentence_and_examples_in_their_order() {
        let with_examples: Vec<&str> = EXAMPLES.iter().map(|(path, _)| *path).collect();
        assert_eq!(leaves(&super::super::command(), ""), with_examples);
        let mut commands = vec![super::super::command()];
        while let Some(command) = commands.pop() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!((10..=120).contains(&about.len()), "{}: {about:?}", command.get_name());
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn each_example_is_one_that_the_command_takes() {
        for (path, examples) in EXAMPLES {
            assert!(!examples.is_empty(), "{path}");
            for (purpose, line) in *examples {
                let matches = super::super::command().try_get_matches_from(words(line));
                let matches = matches.unwrap_or_else(|why| panic!("{line}: {why}"));
                assert_eq!(led_to(&matches), *path, "{line}");
                assert!(!purpose.is_empty() && !purpose.ends_with('.'), "{purpose}");
            }
        }
    }

    #[test]
    fn the_help_ends_with_them() {
        let mut command = super::super::command();
        let help = command.find_subcommand_mut("schema").unwrap().render_help().to_string();
        assert!(help.ends_with(
            "Examples:\n  # for clients that are generated from it\n  reprograph schema > schema.graphql\n"
        ));
        let help = super::super::command().render_help().to_string();
        assert!(help.trim_end().ends_with("130  it was interrupted by Ctrl-C"), "{help}");
    }
}
