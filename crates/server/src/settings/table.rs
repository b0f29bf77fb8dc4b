//! The settings as a table for people: what `reprograph settings` prints and `docs/SETTINGS.md` holds.

use std::fmt::Write;

use clap::{Arg, Args, Command};

use super::Settings;
use super::layers::PREFIX;

/// All settings, as clap has them.
pub(super) fn settings() -> impl Iterator<Item = Arg> {
    let command = Settings::augment_args(Command::new("settings"));
    command.get_arguments().cloned().collect::<Vec<_>>().into_iter()
}

/// The variable of the environment that gives a setting.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// The command with the variable of each setting in its help.
pub(crate) fn with_variables(command: Command) -> Command {
    let keys: Vec<_> = settings().map(|setting| setting.get_id().clone()).collect();
    name_variables(command, &keys)
}

fn name_variables(command: Command, keys: &[clap::Id]) -> Command {
    let command = command.mut_args(|arg| match arg.get_help() {
        Some(help) if keys.contains(arg.get_id()) => {
            let help = format!("{help} [{}]", variable(arg.get_id().as_str()));
            arg.help(help)
        }
        _ => arg,
    });
    command.mut_subcommands(|below| name_variables(below, keys))
}

const INTRODUCTION: &str = "\
# Settings

Every setting is a flag, a variable of the environment, and a key of `reprograph.toml`; a flag outweighs a variable, a
variable outweighs the file, and the file outweighs the default. The file is `./reprograph.toml` where there is one, or
the one that `--config FILE` or `REPROGRAPH_CONFIG` names. In it, numbers and `true` or `false` stand bare, lists are
arrays of strings, and all else is a string; a size may be a bare number of bytes. A relative path starts at the folder
that the command was started in. A setting that is wrong, or a key that is none, stops the command with its name and
place.

A secret never appears in a log, an error or an answer. Its `_file` names a file that holds it; of the two, the one
that was given with more weight counts, and giving both in the same place is an error.

`reprograph settings` prints this page.
";

/// The table in Markdown.
pub fn table() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut section = String::new();
    for setting in settings() {
        let heading = setting.get_help_heading().unwrap_or_default();
        if heading != section {
            heading.clone_into(&mut section);
            // Writing to a String cannot fail.
            let _ = write!(page, "\n## {section}\n\n| flag | variable | key | default | what it is |\n");
            page.push_str("| --- | --- | --- | --- | --- |\n");
        }
        page.push_str(&line(&setting));
    }
    page
}

fn line(setting: &Arg) -> String {
    let key = setting.get_id().as_str();
    let flag = setting.get_long().unwrap_or_default();
    let values: Vec<_> = setting.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let default = if values.is_empty() { String::new() } else { format!("`{}`", values.join(",")) };
    let choices: Vec<_> = setting.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    let choices = if choices.is_empty() || choices.len() == 2 && choices[0] == "`true`" {
        String::new()
    } else {
        format!(" One of {}.", choices.join(", "))
    };
    let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
    let help = if help.ends_with('.') { help } else { format!("{help}.") };
    format!("| `--{flag}` | `{}` | `{key}` | {default} | {help}{choices} |\n", variable(key))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documented_table_is_the_printed_one() {
        let documented = include_str!("../../../../docs/SETTINGS.md");
        assert_eq!(documented, super::table(), "write it anew: reprograph settings > docs/SETTINGS.md");
    }

    #[test]
    fn every_setting_has_a_sentence() {
        assert!(super::settings().all(|setting| setting.get_help().is_some()));
    }
}
