//! Lays the environment over the file and the flags over both, and refuses by name and place what no setting takes.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use domain::Secret;

use super::table::settings;
use super::{SecretSetting, Secrets};

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "REPROGRAPH_";
const FILE: &str = "reprograph.toml";
/// What else begins with it: where the settings are, and what clients and tests are told.
const NO_SETTINGS: [&str; 5] = ["config", "url", "token", "state", "bin"];

/// Why the settings cannot be used.
#[derive(Debug)]
pub enum Problem {
    /// The command line is wrong, or asks for help.
    Usage(clap::Error),
    /// A setting is wrong: where it stands, its name, and why.
    Wrong(String),
}

impl From<clap::Error> for Problem {
    fn from(why: clap::Error) -> Self {
        Self::Usage(why)
    }
}

/// Where a setting comes from, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Default,
    File,
    Environment,
    Flag,
}

/// The settings of the environment and the file.
#[derive(Debug, Default)]
pub struct Layers {
    given: BTreeMap<String, (Rank, Vec<String>)>,
    flags: Vec<String>,
    unknown: Vec<String>,
}

impl Layers {
    /// Reads a command line over the environment over the file. The environment is given as its variables that begin
    /// with `REPROGRAPH_`.
    pub fn read(
        command: &Command,
        line: &[OsString],
        environment: &BTreeMap<String, String>,
    ) -> Result<(ArgMatches, Self), Problem> {
        let first = command.clone().try_get_matches_from(line)?;
        let mut layers = Self::default();
        if let Some(path) = config_file(&first, environment) {
            layers.lay_file(&path).map_err(Problem::Wrong)?;
        }
        layers.lay_environment(environment).map_err(Problem::Wrong)?;
        let matches = layers.under(command.clone()).try_get_matches_from(line)?;
        layers.flags = flags(&matches);
        Ok((matches, layers))
    }

    /// Variables that look like ours and name no setting.
    pub fn unknown_variables(&self) -> &[String] {
        &self.unknown
    }

    /// Reads the secrets that stand in files. Of a secret and its file, the one that was given with more weight counts.
    pub fn read_secrets(&self, settings: &mut impl Secrets) -> Result<(), String> {
        settings.secrets().into_iter().try_for_each(|secret| self.read_secret(secret))
    }

    fn read_secret(&self, secret: SecretSetting<'_>) -> Result<(), String> {
        let SecretSetting { name, value, file } = secret;
        let file_name = format!("{name}_file");
        let (own, by_file) = (self.rank(name), self.rank(&file_name));
        let Some(path) = file.as_ref().filter(|_| by_file >= own) else { return Ok(()) };
        if own == by_file {
            return Err(format!("{name} and {file_name}: only one of them can be given"));
        }
        let text = std::fs::read_to_string(path).map_err(|why| format!("{file_name}: {}: {why}", path.display()))?;
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(format!("{file_name}: {} is empty", path.display()));
        }
        *value = Some(Secret::new(text.to_owned()));
        Ok(())
    }

    fn rank(&self, name: &str) -> Rank {
        let given = self.given.get(name).map_or(Rank::Default, |(rank, _)| *rank);
        if self.flags.iter().any(|flag| flag == name) { Rank::Flag } else { given }
    }

    fn lay_file(&mut self, path: &Path) -> Result<(), String> {
        let place = path.display();
        let text = std::fs::read_to_string(path).map_err(|why| format!("{place}: {why}"))?;
        let keys: toml::Table = text.parse().map_err(|why| format!("{place}: {}", where_in(&text, &why)))?;
        for (key, value) in keys {
            let refuse = |why: String| format!("{place}: {key}: {why}");
            let setting = settings().find(|setting| setting.get_id().as_str() == key);
            let setting = setting.ok_or_else(|| refuse(no_such_setting(&key)))?;
            let values = texts(&setting, value).map_err(refuse)?;
            check(&setting, &values).map_err(refuse)?;
            self.given.insert(key, (Rank::File, values));
        }
        Ok(())
    }

    fn lay_environment(&mut self, environment: &BTreeMap<String, String>) -> Result<(), String> {
        for (variable, text) in environment {
            let key = variable.trim_start_matches(PREFIX).to_lowercase();
            let Some(setting) = settings().find(|setting| setting.get_id().as_str() == key) else {
                if !NO_SETTINGS.contains(&&*key) && !key.starts_with("test_") {
                    self.unknown.push(variable.clone());
                }
                continue;
            };
            let values = if is_list(&setting) { split_list(text) } else { vec![text.clone()] };
            check(&setting, &values).map_err(|why| format!("{variable}: {why}"))?;
            self.given.insert(key, (Rank::Environment, values));
        }
        Ok(())
    }

    /// The command with these settings as its defaults, wherever it takes them.
    fn under(&self, command: Command) -> Command {
        let command = command.mut_args(|arg| match self.given.get(arg.get_id().as_str()) {
            Some((_, values)) => arg.default_values(values),
            None => arg,
        });
        command.mut_subcommands(|below| self.under(below))
    }
}

fn config_file(matches: &ArgMatches, environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let flag = matches.get_one::<PathBuf>("config").cloned();
    let variable = || environment.get(&format!("{PREFIX}CONFIG")).map(PathBuf::from);
    flag.or_else(variable).or_else(|| Some(PathBuf::from(FILE)).filter(|path| path.exists()))
}

/// The settings that stand as flags on the command line.
fn flags(matches: &ArgMatches) -> Vec<String> {
    if let Some((_, below)) = matches.subcommand() {
        return flags(below);
    }
    let flag = |id: &&clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    matches.ids().filter(flag).map(|id| id.as_str().to_owned()).collect()
}

/// Tells of a key that is none, and which it may have been meant to be.
fn no_such_setting(key: &str) -> String {
    let flag = format!("--{}", key.replace('_', "-"));
    let tried = Command::new("settings").no_binary_name(true).args(settings()).try_get_matches_from([flag]);
    let meant = tried.err().and_then(|why| match why.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(flag)) => Some(flag.trim_start_matches('-').replace('-', "_")),
        _ => None,
    });
    match meant {
        Some(meant) => format!("there is no such setting: is {meant} meant?"),
        None => "there is no such setting: `reprograph settings` prints all".to_owned(),
    }
}

fn is_list(setting: &Arg) -> bool {
    matches!(setting.get_action(), ArgAction::Append)
}

fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The TOML value in the words of a command line, when it is of the type that the setting has in a file.
fn texts(setting: &Arg, value: toml::Value) -> Result<Vec<String>, String> {
    let kind = setting.get_value_parser().type_id();
    let found = value.type_str();
    let (text, expected) = match value {
        toml::Value::Array(items) if is_list(setting) => {
            let texts: Option<Vec<_>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            return texts.ok_or_else(|| "must be a list of strings".into());
        }
        _ if is_list(setting) => (None, "a list of strings"),
        toml::Value::Boolean(yes) if kind == TypeId::of::<bool>() => (Some(yes.to_string()), ""),
        _ if kind == TypeId::of::<bool>() => (None, "true or false"),
        toml::Value::Integer(count) if kind == TypeId::of::<u32>() => (Some(count.to_string()), ""),
        _ if kind == TypeId::of::<u32>() => (None, "a whole number"),
        toml::Value::Integer(count) if kind == TypeId::of::<u64>() => (Some(count.to_string()), ""),
        toml::Value::String(text) => (Some(text), ""),
        _ => (None, "a string"),
    };
    text.map(|text| vec![text]).ok_or_else(|| format!("must be {expected}, not {}", with_article(found)))
}

fn with_article(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

/// Lets the setting's own parser judge each value.
fn check(setting: &Arg, values: &[String]) -> Result<(), String> {
    let flag = setting.get_long().unwrap_or_default();
    let line = values.iter().map(|value| format!("--{flag}={value}"));
    let command = Command::new("check").no_binary_name(true).arg(setting.clone());
    command.try_get_matches_from(line).map(drop).map_err(|why| say(&why))
}

/// What is wrong with a value, without the flag's name and without advice on usage.
fn say(why: &clap::Error) -> String {
    use std::error::Error;
    let text = |kind| match why.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(list)) if !list.is_empty() => Some(list.join(", ")),
        _ => None,
    };
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    match (text(ContextKind::ValidValue), why.source()) {
        (Some(valid), _) => format!("{value:?} is none of {valid}"),
        (None, Some(cause)) => format!("{value:?}: {cause}"),
        (None, None) => format!("{value:?} is not taken"),
    }
}

/// A TOML error with its line, but without the line's text, which may be a secret.
fn where_in(text: &str, why: &toml::de::Error) -> String {
    let line = why.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    format!("{line}{}", why.message().lines().next().unwrap_or("is not TOML"))
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;
    use crate::settings::Settings;

    /// Reads settings as the command does, from flags, variables and the text of a file.
    fn read(flags: &[&str], variables: &[(&str, &str)], file: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reprograph.toml");
        std::fs::write(&path, file).unwrap();
        let config = Arg::new("config").long("config").value_parser(clap::value_parser!(PathBuf));
        let command = Settings::augment_args(Command::new("reprograph").arg(config));
        let mut line = vec!["reprograph".into(), "--config".into(), path.into_os_string()];
        line.extend(flags.iter().map(OsString::from));
        let environment = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let (matches, layers) = Layers::read(&command, &line, &environment).map_err(|problem| match problem {
            Problem::Usage(why) => why.to_string(),
            Problem::Wrong(why) => why.rsplit_once('/').map_or(why.clone(), |(_, end)| end.to_owned()),
        })?;
        let mut settings = Settings::from_arg_matches(&matches).unwrap();
        layers.read_secrets(&mut settings)?;
        Ok(settings)
    }

    #[test]
    fn a_flag_outweighs_a_variable_which_outweighs_the_file_which_outweighs_the_default() {
        let (flag, variable, file) = (["--pool-size=1"], [("REPROGRAPH_POOL_SIZE", "2")], "pool_size = 3");
        assert_eq!(read(&flag, &variable, file).unwrap().database.pool_size, 1);
        assert_eq!(read(&[], &variable, file).unwrap().database.pool_size, 2);
        assert_eq!(read(&[], &[], file).unwrap().database.pool_size, 3);
        assert_eq!(read(&[], &[], "").unwrap().database.pool_size, 16);
    }

    #[test]
    fn every_kind_of_value_can_stand_in_the_file() {
        let file = "migrate = true\nrequest_timeout = \"5s\"\nmax_upload_bytes = 1000\ndatabase_tls = \"verify-full\"\n\
            trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nlog_format = \"json\"\npublic_url = \"https://x.org/a\"";
        let settings = read(&[], &[], file).unwrap();
        assert!(settings.server.migrate);
        assert_eq!(settings.server.request_timeout.as_secs(), 5);
        assert_eq!(settings.files.max_upload_bytes, 1000);
        assert_eq!(settings.server.trusted_proxies.len(), 2);
        assert_eq!(settings.server.public_url.unwrap().to_string(), "https://x.org/a/");
    }

    #[test]
    fn lists_and_switches_work_from_flags_and_variables() {
        let variables = [("REPROGRAPH_TRUSTED_PROXIES", "10.0.0.0/8, ::1"), ("REPROGRAPH_MIGRATE", "true")];
        let settings = read(&["--migrate=false"], &variables, "").unwrap();
        assert_eq!(settings.server.trusted_proxies.len(), 2);
        assert!(!settings.server.migrate);
        assert!(read(&["--migrate"], &[], "").unwrap().server.migrate);
        let replaced = read(&["--trusted-proxies", "10.0.0.1"], &variables, "").unwrap();
        assert_eq!(replaced.server.trusted_proxies.len(), 1);
    }

    #[test]
    fn what_the_file_has_wrong_is_refused_by_name_and_place() {
        for (file, says) in [
            ("pool_sise = 1", "reprograph.toml: pool_sise: there is no such setting: is pool_size meant?"),
            ("anything = 1", "reprograph.toml: anything: there is no such setting: `reprograph settings` prints all"),
            ("pool_size = \"1\"", "reprograph.toml: pool_size: must be a whole number, not a string"),
            ("pool_size = 0", "reprograph.toml: pool_size: \"0\": 0 is not in 1..=1000"),
            ("pool_size = -1", "reprograph.toml: pool_size: \"-1\": -1 is not in 1..=1000"),
            ("migrate = 1", "reprograph.toml: migrate: must be true or false, not an integer"),
            ("trusted_proxies = \"::1\"", "reprograph.toml: trusted_proxies: must be a list of strings, not a string"),
            ("trusted_proxies = [1]", "reprograph.toml: trusted_proxies: must be a list of strings"),
            ("log_format = \"xml\"", "reprograph.toml: log_format: \"xml\" is none of text, json"),
            ("[server]\nlisten = \"x\"", "reprograph.toml: server: there is no such setting"),
            ("idle_timeout = 5", "reprograph.toml: idle_timeout: must be a string, not an integer"),
            ("\naudit_key = hunter2", "reprograph.toml: line 2: "),
        ] {
            let why = read(&[], &[], file).unwrap_err();
            assert!(why.starts_with(says), "{file:?} gave {why:?}");
            assert!(!why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn what_the_environment_has_wrong_is_refused_by_name() {
        let why = read(&[], &[("REPROGRAPH_LISTEN", "8080")], "").unwrap_err();
        assert!(why.starts_with("REPROGRAPH_LISTEN: \"8080\": "), "{why}");
        assert!(read(&[], &[("REPROGRAPH_LISTEN", "")], "").is_err());
    }

    #[test]
    fn a_flag_is_refused_by_name() {
        assert!(read(&["--pool-size=many"], &[], "").unwrap_err().contains("--pool-size"));
    }

    #[test]
    fn of_a_secret_and_its_file_the_one_with_more_weight_counts() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from the file\n").unwrap();
        let key = |settings: Settings| settings.audit.audit_key.unwrap().reveal().clone();
        let by_file = format!("--audit-key-file={}", file.path().display());
        let variable = [("REPROGRAPH_AUDIT_KEY", "from the environment")];
        assert_eq!(key(read(&[&by_file], &variable, "").unwrap()), "from the file");
        let named = format!("audit_key_file = {:?}", file.path());
        assert_eq!(key(read(&[], &variable, &named).unwrap()), "from the environment");
        let both = read(&[&by_file, "--audit-key=hunter2"], &[], "").unwrap_err();
        assert_eq!(both, "audit_key and audit_key_file: only one of them can be given");
        assert!(read(&["--audit-key-file=/nowhere"], &[], "").unwrap_err().starts_with("audit_key_file: /nowhere: "));
    }

    #[test]
    fn help_shows_no_secret() {
        let variable = [("REPROGRAPH_AUDIT_KEY", "hunter2"), ("REPROGRAPH_DATABASE_URL", "postgres://me:hunter2@x/y")];
        let help = read(&["--help"], &variable, "s3_secret = \"hunter2\"").unwrap_err();
        assert!(help.contains("--audit-key-file") && !help.contains("hunter2"), "{help}");
    }

    #[test]
    fn a_file_for_the_databases_url_outweighs_its_default() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "postgres://x/y").unwrap();
        let settings = read(&[&format!("--database-url-file={}", file.path().display())], &[], "").unwrap();
        assert_eq!(settings.database.url().unwrap().reveal(), "postgres://x/y");
    }
}
