//! The command line: what `reprograph` can be told to do. Whatever it does, a wrong setting stops it first.

// What is printed is printed by `say`, which knows that nobody may be listening any more.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod audit;
mod beside;
mod database;
mod demo;
mod doctor;
mod examples;
mod exit;
mod manual;
mod migrate;
mod plot;
mod reader;
mod say;
mod serve;
mod user;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::styling::{Style, Styles};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use self::exit::{Exit, Trouble};
use self::say::{print, say_beside};
use self::serve::World;
use crate::settings::{DatabaseSettings, Layers, LogSettings, Problem, Secrets, Settings, table, with_variables};
use crate::{install_cryptography, logging};

/// Keeps papers, their claims and what became of reproducing them: a GraphQL server over SQLite or PostgreSQL.
#[derive(Parser, Debug)]
#[command(name = "reprograph", version, max_term_width = 120)]
struct CommandLine {
    /// A file with settings; ./reprograph.toml where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Starts the server.
    Serve {
        /// Makes the demo first, where the database is empty: real papers and what they claim, and runs that are made up.
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Fills an empty database with the demo: real papers and what they claim, and runs that are made up.
    Demo(Box<Settings>),
    /// Brings the database to the shape that this program needs, or back.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Keeps accounts.
    #[command(subcommand)]
    User(User),
    /// Lets login roles of PostgreSQL read the database beside the server, each what one user sees.
    #[command(subcommand)]
    Reader(Reader),
    /// Verifies and exports the audit log, and erases personal data from it. A server may run meanwhile.
    #[command(subcommand)]
    Audit(Audit),
    /// Draws a paper or runs as SVG, as the server does. A server may run meanwhile.
    #[command(subcommand)]
    Plot(plot::Plot),
    /// Prints the GraphQL schema in its own language.
    Schema,
    /// Says what it finds, and what is wrong and how to mend it.
    Doctor(Box<Settings>),
    /// Prints all settings as a table.
    Settings,
    /// Prints what makes a shell complete commands and flags.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Writes manual pages, one for each command.
    Man {
        /// The folder for them; it is made where there is none.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
enum Migrate {
    /// Takes all pending steps. A SQLite database is copied aside before.
    Up(Box<MigrateSettings>),
    /// Takes the last steps back; what only they can hold is lost.
    Down {
        /// How many steps.
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Prints which steps were taken and which are pending.
    Status(Box<MigrateSettings>),
}

#[derive(Subcommand, Debug)]
enum User {
    /// Makes an account. Without a password it prints a link by which they choose one.
    ///
    /// The first administrator of a server that others can reach is made so.
    Create {
        #[command(flatten)]
        user: Box<user::NewUser>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Prints a link for somebody who has an account: it works once.
    Link {
        #[command(flatten)]
        link: Box<user::NewLink>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[derive(Subcommand, Debug)]
enum Audit {
    /// Says whether all chains are whole, and else which entry of each was changed or is missing first.
    Verify {
        #[command(flatten)]
        known: audit::Known,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Prints the audit log as lines of JSON.
    Export {
        #[command(flatten)]
        part: audit::Part,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Erases the personal data of a user from the audit log; the chains stay whole.
    Erase {
        #[command(flatten)]
        whose: audit::Whose,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[derive(Subcommand, Debug)]
enum Reader {
    /// Lets a role read what a user sees; the role is made where it is not there.
    Add {
        /// The login role.
        role: String,
        /// The e-mail address of the user.
        #[arg(long, value_name = "EMAIL")]
        user: String,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Lets a role read no more; the role itself stays.
    Remove {
        /// The login role.
        role: String,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Prints which roles read, and for whom.
    List(Box<MigrateSettings>),
}

#[derive(Args, Clone, Debug)]
struct MigrateSettings {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    log: LogSettings,
}

impl Secrets for MigrateSettings {
    fn secrets(&mut self) -> Vec<crate::settings::SecretSetting<'_>> {
        self.database.secrets()
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    install_cryptography();
    match read_and_run() {
        Ok(exit) => exit.into(),
        Err(Stopped::Usage(why)) => {
            // Where it cannot be printed, nobody is there to read it.
            let _ = why.print();
            if why.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() }
        }
        Err(Stopped::Trouble(Trouble { exit, why })) => {
            let error = if logging::is_coloured() { *Styles::styled().get_error() } else { Style::new() };
            say_beside(format_args!("{error}reprograph:{error:#} {why}"));
            exit.into()
        }
    }
}

/// Why nothing was done, or not all.
enum Stopped {
    /// The command line is wrong, or asks for help.
    Usage(clap::Error),
    /// All else.
    Trouble(Trouble),
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Usage(why) => Self::Usage(why),
            Problem::Wrong(why) => Self::Trouble(Trouble::setting(why)),
        }
    }
}

/// The whole command, as its help, its manual and its completions show it.
fn command() -> clap::Command {
    let command = examples::with_examples(with_variables(CommandLine::command()));
    let codes = exit::codes(command.get_styles().get_header());
    command.after_help(codes)
}

fn read_and_run() -> Result<Exit, Stopped> {
    let line: Vec<OsString> = std::env::args_os().collect();
    let (matches, layers) = Layers::read(&command(), &line, &environment()?)?;
    let parsed = CommandLine::from_arg_matches(&matches).map_err(Stopped::Usage)?;
    execute(parsed.command, &layers).map_err(Stopped::Trouble)
}

fn environment() -> Result<BTreeMap<String, String>, Problem> {
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("REPROGRAPH_"));
    ours.map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        let value = value.into_string().map_err(|_| Problem::Wrong(format!("{name}: is not UTF-8")))?;
        Ok((name, value))
    })
    .collect()
}

fn execute(command: Command, layers: &Layers) -> Result<Exit, Trouble> {
    match command {
        Command::Serve { demo, settings } => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            let world = if demo { World::Demo } else { World::Own };
            block_on(serve::serve(settings, world))?.map(|()| Exit::Fine)
        }
        Command::Demo(settings) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            until_interrupted(demo::demo(&settings)).map(|()| Exit::Fine)
        }
        Command::Migrate(command) => migrate(command, layers),
        Command::User(command) => keep(command, layers),
        Command::Reader(command) => read(command, layers),
        Command::Audit(command) => audit(command, layers),
        Command::Doctor(settings) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            until_interrupted(doctor::doctor(&settings))
        }
        Command::Plot(command) => {
            let settings = prepare(command.settings(), layers, |settings| &settings.log)?;
            until_interrupted(plot::plot(command, &settings)).map(|()| Exit::Fine)
        }
        Command::Schema => print(&graphql::sdl()).map(|()| Exit::Fine),
        Command::Settings => print(&table()).map(|()| Exit::Fine),
        Command::Completions { shell } => manual::completions(shell).map(|()| Exit::Fine),
        Command::Man { output } => manual::pages(&output).map(|()| Exit::Fine),
    }
}

fn migrate(command: Migrate, layers: &Layers) -> Result<Exit, Trouble> {
    let ready = |settings: Box<MigrateSettings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        Migrate::Up(settings) => until_interrupted(migrate::up(&ready(settings)?.database)),
        Migrate::Down { steps, settings } => until_interrupted(migrate::down(&ready(settings)?.database, steps)),
        Migrate::Status(settings) => until_interrupted(migrate::status(&ready(settings)?.database)),
    }
    .map(|()| Exit::Fine)
}

fn keep(command: User, layers: &Layers) -> Result<Exit, Trouble> {
    let ready = |settings: Box<Settings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        User::Create { user, settings } => until_interrupted(user::create(*user, &ready(settings)?)),
        User::Link { link, settings } => until_interrupted(user::link(*link, &ready(settings)?)),
    }
    .map(|()| Exit::Fine)
}

fn read(command: Reader, layers: &Layers) -> Result<Exit, Trouble> {
    let ready = |settings: Box<MigrateSettings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        Reader::Add { role, user, settings } => {
            until_interrupted(reader::add(&ready(settings)?.database, &role, &user))
        }
        Reader::Remove { role, settings } => until_interrupted(reader::remove(&ready(settings)?.database, &role)),
        Reader::List(settings) => until_interrupted(reader::list(&ready(settings)?.database)),
    }
    .map(|()| Exit::Fine)
}

fn audit(command: Audit, layers: &Layers) -> Result<Exit, Trouble> {
    let ready = |settings: Box<Settings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        Audit::Verify { known, settings } => until_interrupted(audit::verify(&ready(settings)?, known)),
        Audit::Export { part, settings } => until_interrupted(audit::export(&ready(settings)?, part)),
        Audit::Erase { whose, settings } => until_interrupted(audit::erase(&ready(settings)?, whose)),
    }
}

/// Reads the secrets that stand in files, and starts the log.
fn prepare<S: Secrets>(mut settings: S, layers: &Layers, log: impl Fn(&S) -> &LogSettings) -> Result<S, Trouble> {
    layers.read_secrets(&mut settings).map_err(Trouble::setting)?;
    logging::start(log(&settings));
    for variable in layers.unknown_variables() {
        tracing::warn!("{variable} is set, but there is no such setting");
    }
    Ok(settings)
}

/// Does what ends by itself; Ctrl-C ends it before, and what it had not committed is undone.
fn until_interrupted<T>(doing: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    block_on(async {
        tokio::select! {
            biased;
            Ok(()) = tokio::signal::ctrl_c() => Err(Trouble { exit: Exit::Interrupted, why: "interrupted".into() }),
            done = doing => done,
        }
    })?
}

fn block_on<T>(doing: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|why| format!("the runtime cannot start: {why}"))?;
    let done = runtime.block_on(doing);
    // What still runs was given its time, and may be waiting for something that never comes.
    runtime.shutdown_background();
    Ok(done)
}
